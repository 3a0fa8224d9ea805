import type { EnrollmentClock } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { ExternalIdentity } from './connections.js';
import type { EphemeralStore } from './ephemeral-store.js';
import type { AddressPolicy, InvitationRule } from './identities.js';
import type { EnrollmentLogger } from './log.js';
import type { MatchingMode, PendingIdentity } from './pending-identity.js';

/** The identity that a provider returned. It contains no tokens; they are never stored. */
export interface SourceIdentity extends ExternalIdentity {
  /** Canonical. */
  readonly email?: string;
  /** True only where there is an address and the provider said that it is the person's. */
  readonly emailVerified: boolean;
  /** Further addresses that the provider vouches for; canonical, at most ten. */
  readonly otherEmails?: readonly string[];
  /** Canonical, and only a suggestion: another account may have it here. */
  readonly username?: string;
  readonly name?: string;
  /** Further claims of the provider, as far as they are kept; at most 4 kB as JSON. */
  readonly claims: JsonObject;
}

/**
 * The cookie that binds one sign-in to the browser that started it. Each sign-in has its own, so that tabs do not
 * interfere.
 */
export interface AttemptCookie {
  /** A part of the cookie's name: 12 characters of base64url. */
  readonly tag: string;
  /** base64url. */
  readonly value: string;
  readonly seconds: number;
}

/** Why a source returned no identity. */
export interface SourceFailure {
  readonly type: 'failed';
  /** For the user; one of `sourceTexts`. */
  readonly message: Message;
  /** One of the reasons of `sources/reasons.ts`, for the log and for events. */
  readonly reason: string;
  /**
   * Details for the log: an error code of the provider, what was requested; printable ASCII, at most 400 characters.
   */
  readonly detail: string | null;
  /** True when starting again may help. */
  readonly retryable: boolean;
  readonly status: 403 | 404 | 503;
  /** The `resume` of `begin`; null where the sign-in is not known. */
  readonly resume: JsonObject | null;
  /** The tag of the cookie that is no longer needed. */
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
      /** True for the same answer from the same browser within two minutes: the provider was not called again. */
      readonly repeated: boolean;
      /** The `resume` of `begin`. */
      readonly resume: JsonObject;
      readonly tag: string;
    }
  | SourceFailure;

export type KeepOutcome = { readonly type: 'held'; readonly parameters: string } | SourceFailure;

export interface SourceStart {
  /** Returned by `finish`: where to continue, as far as the caller needs it. Never secrets; at most 4 kB as JSON. */
  readonly resume: JsonObject;
  /** An address or a name that the provider may prefill. */
  readonly loginHint?: string;
  /** True: the user wants to choose another account, although the provider may recognize them. Default false. */
  readonly otherAccount?: boolean;
}

export interface SourceCallback {
  /** The query as received, without `?`. */
  readonly parameters: string;
  /** The value of the attempt's cookie. */
  readonly cookie: (tag: string) => string | undefined;
}

/** The identity that a strategy, or the app itself, returned, in the app's form. */
export interface PassportIdentity {
  /** The provider's own, unchanging id of the person: never a name or an address. */
  readonly subject: string;
  /** The issuer; default the source's `issuer`. */
  readonly issuer?: string | undefined;
  readonly email?: string | null | undefined;
  /** True only where the provider says that the address is the person's. */
  readonly emailVerified?: boolean | undefined;
  /**
   * Further addresses, only those that the provider vouches for; at most ten are used. They say nothing about `email`.
   */
  readonly otherEmails?: readonly string[] | undefined;
  readonly username?: string | null | undefined;
  readonly name?: string | null | undefined;
  /** Further claims to keep, at most 4 kB; tokens are dropped. */
  readonly claims?: JsonObject | undefined;
}

/** The identity, where the app returned enough of it, or why there is none. */
export type AdmitOutcome = { readonly type: 'identified'; readonly identity: SourceIdentity } | SourceFailure;

/** How accounts follow the identities of a source after sign-up. */
interface AccountRefresh {
  /** True: values of the invitation and of forms are overwritten as well. Default false. */
  readonly overwrite?: boolean | undefined;
  /** True: a sign-in whose refresh fails is refused with 503. Default false: it is logged. */
  readonly required?: boolean | undefined;
}

/** The rules for identities of a source. */
export interface SourceRules {
  readonly matching: MatchingMode;
  /**
   * True: `…_link` connects an account without its owner having proved ownership; only where the provider also owns the
   * account.
   */
  readonly linkWithoutProof: boolean;
  readonly invitation: InvitationRule | ((identity: PendingIdentity) => InvitationRule | Promise<InvitationRule>);
  /** `never`: no account is created for an identity of this source. */
  readonly registration: 'allowed' | 'never';
  /** What the account's data gets from an identity; left out: nothing. */
  readonly accountData?: ((identity: PendingIdentity) => JsonObject | Promise<JsonObject>) | undefined;
  /** `false`: only at sign-up. */
  readonly refresh?: AccountRefresh | false | undefined;
  readonly address: AddressPolicy;
}

/** The common part of all sources, whether the app or the kit runs the sign-in. */
export interface SourceDescription extends SourceRules {
  readonly slug: string;
  /** For display: `Acme`; the slug where the app set none. */
  readonly name: string;
  /** A URL or path of a picture. */
  readonly icon: string | null;
}

interface OpenedSource extends SourceDescription {
  /** True: pages offer a button for it. */
  readonly hasButton: boolean;
  /**
   * The app's own switch, evaluated each time; call it before an identity is used, and again before an account is
   * written.
   */
  enabled(): Promise<boolean>;
}

/** A source that redirects users to a provider. None of its functions throws: every failure is an outcome. */
export interface ProviderSource extends OpenedSource {
  readonly kind: 'openidconnect' | 'oauth2' | 'passport';
  /** Below the mount. */
  readonly callbackPath: string;
  /** The URL to register with the provider. */
  readonly callbackUrl: string;
  /** True when the provider posts its answer: then only `keep` accepts a POST. */
  readonly posts: boolean;
  /** Where to redirect the browser, and the cookie to set with it. */
  begin(start: SourceStart): Promise<BeginOutcome>;
  /**
   * Keeps a provider's posted answer: a post from another site carries no cookies. The browser is redirected (303) to
   * the callback path with the answer's `parameters` as its query, and `finish` does the rest.
   */
  keep(body: string): Promise<KeepOutcome>;
  finish(callback: SourceCallback): Promise<FinishOutcome>;
}

/** A sign-in that the app runs itself. It throws nothing but the app's own exceptions. */
export interface AdmittedSource extends OpenedSource {
  readonly kind: 'admitted';
  /** The app's own path for the source's button, from the root of the origin; `null`: no button. */
  readonly loginPath: string | null;
  /** Checks the app's identity of a person; `null`: access is denied. */
  identify(said: PassportIdentity | null): AdmitOutcome;
  /**
   * Waits for the app's result, at most `timeoutMs`; a failure where it takes longer. Rejects with what `ask` throws.
   */
  answered<T>(ask: () => T | Promise<T>): Promise<{ readonly said: T } | SourceFailure>;
}

export type Source = ProviderSource | AdmittedSource;

/** A source that redirects users to a provider, as the app configures it. */
export interface ProviderDefinition extends SourceDescription {
  readonly kind: ProviderSource['kind'];
  /** Below the mount. */
  readonly callbackPath: string;
  open(parts: SourceParts): ProviderSource;
}

/** A source whose sign-in the app runs itself, as the app configures it. */
export interface AdmittedDefinition extends SourceDescription {
  readonly kind: AdmittedSource['kind'];
  readonly loginPath: string | null;
  open(parts: Pick<SourceParts, 'log'>): AdmittedSource;
}

/** A source as the app configures it. It keeps its secrets in closures, so that printing it shows none. */
export type SourceDefinition = ProviderDefinition | AdmittedDefinition;

/** What a source needs from the enrollment. */
export interface SourceParts {
  readonly ephemeralStore: EphemeralStore;
  readonly clock: EnrollmentClock;
  readonly log: EnrollmentLogger;
  /** The origin and the mount path: `https://app.example/join`. */
  readonly baseUrl: string;
}
