import type { EnrollmentClock } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { ExternalIdentity } from './connections.js';
import type { EnrollmentLogger } from './log.js';
import type { EphemeralStore } from './ephemeral-store.js';
import type { SourceTerms } from './source-terms.js';

/** The identity that a provider returned. It holds no tokens; they are kept nowhere. */
export interface SourceIdentity extends ExternalIdentity {
  /** Canonical. */
  readonly email?: string;
  /** True only where there is an address and the provider said that it is the person's. */
  readonly emailVerified: boolean;
  /** Further addresses that the provider vouches for; canonical, at most ten. */
  readonly otherEmails?: readonly string[];
  /** Canonical, and a proposal: somebody else may have it here. */
  readonly username?: string;
  readonly name?: string;
  /** What the provider said beside that, as far as it is kept; at most 4 kB as JSON. */
  readonly claims: JsonObject;
}

/** The cookie that binds one sign-in to the browser that started it; each has its own, so that tabs do not meet. */
export interface AttemptCookie {
  /** To be part of the cookie's name: 12 characters of base64url. */
  readonly tag: string;
  /** base64url. */
  readonly value: string;
  readonly seconds: number;
}

/** Why a source returned no identity. */
export interface SourceFailure {
  readonly type: 'failed';
  /** For the person; one of `sourceTexts`. */
  readonly message: Message;
  /** One of the reasons of `sources/reasons.ts`, for the log and for events. */
  readonly reason: string;
  /** More for the log: an error code of the provider, what it was asked for; printable ASCII, at most 400 characters. */
  readonly detail: string | null;
  /** True when starting again may help. */
  readonly retryable: boolean;
  readonly status: 403 | 404 | 503;
  /** What `begin` was given; null where the sign-in is not known. */
  readonly then: JsonObject | null;
  /** The tag of the cookie that is of no use any more. */
  readonly tag: string | null;
}

export type BeginOutcome =
  | { readonly type: 'redirect'; readonly to: string; readonly state: string; readonly cookie: AttemptCookie }
  | SourceFailure;

export type FinishOutcome =
  | {
      readonly type: 'identified';
      readonly identity: SourceIdentity;
      /** When the provider's answer was verified, in milliseconds since 1970; the same for a repeated one. */
      readonly verifiedAt: number;
      /** True for the same answer from the same browser within two minutes: the provider was not asked again. */
      readonly repeated: boolean;
      /** What `begin` was given. */
      readonly then: JsonObject;
      readonly tag: string;
    }
  | SourceFailure;

export type KeepOutcome = { readonly type: 'held'; readonly parameters: string } | SourceFailure;

export interface SourceStart {
  /** Given back by `finish`: where to go on, as far as the caller needs to know it. Never secrets; at most 4 kB as JSON. */
  readonly then: JsonObject;
  /** An address or a name that the provider may fill in. */
  readonly loginHint?: string;
  /** True: the person wants to choose another account, though the provider may know who is there. Default false. */
  readonly otherAccount?: boolean;
}

export interface SourceCallback {
  /** The query as it came, without `?`. */
  readonly parameters: string;
  /** The value of the attempt's cookie. */
  readonly cookie: (tag: string) => string | undefined;
}

/** A way to be recognised by somebody else. None of its functions throws: everything that goes wrong is an outcome. */
export interface Source {
  readonly slug: string;
  /** For people: `Acme`. */
  readonly name: string;
  /** A URL or path of a picture. */
  readonly icon: string | null;
  readonly kind: 'openidconnect' | 'passport';
  /** What its people may do here. */
  readonly terms: SourceTerms;
  /** Below the mount. */
  readonly callbackPath: string;
  /** What has to be registered with the provider. */
  readonly callbackUrl: string;
  /** True when the provider posts its answer: then a POST is taken by `keep`, and by nothing else. */
  readonly posts: boolean;
  /** The app's own switch, asked anew each time; ask once more before an account is written. */
  enabled(): Promise<boolean>;
  /** Where to send the browser, and the cookie that has to go with it. */
  begin(start: SourceStart): Promise<BeginOutcome>;
  /**
   * Keeps what a provider posted: a post from another site brings no cookies. The browser is sent (303) to the callback
   * path with the answer's `parameters` as its query, and `finish` does the rest.
   */
  keep(body: string): Promise<KeepOutcome>;
  finish(callback: SourceCallback): Promise<FinishOutcome>;
}

/** What a source needs of its surroundings. */
export interface SourceParts {
  readonly ephemeralStore: EphemeralStore;
  readonly clock: EnrollmentClock;
  readonly log: EnrollmentLogger;
  /** The origin and the mount path: `https://app.example/join`. */
  readonly baseUrl: string;
}
