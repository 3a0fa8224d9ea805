import type { JsonObject } from '../base/json.js';
import type { SourceTerms } from './source-terms.js';
import type { SourceFailure, SourceIdentity } from './source.js';

/** The identity that a strategy, or the app itself, returned, in the app's words. */
export interface PassportIdentity {
  /** The provider's own, unchanging id of the person: never a name or an address. */
  readonly subject: string;
  /** Who vouches; default the source's `issuer`. */
  readonly issuer?: string | undefined;
  readonly email?: string | null | undefined;
  /** True only where the provider says that the address is the person's. */
  readonly emailVerified?: boolean | undefined;
  /** Further addresses, and only such as the provider vouches for; at most ten count. They say nothing about `email`. */
  readonly otherEmails?: readonly string[] | undefined;
  readonly username?: string | null | undefined;
  readonly name?: string | null | undefined;
  /** What is kept beside that, at most 4 kB; tokens are dropped. */
  readonly claims?: JsonObject | undefined;
}

/** The identity, where the app says enough of it, or why there is none. */
export type AdmitOutcome = { readonly type: 'identified'; readonly identity: SourceIdentity } | SourceFailure;

/** A sign-in that the app runs itself. Nothing but the app's own exceptions comes out of it. */
export interface AdmittedSource {
  readonly slug: string;
  /** For people: `Entra`. */
  readonly name: string;
  /** A URL or path of a picture. */
  readonly icon: string | null;
  readonly kind: 'admitted';
  readonly terms: SourceTerms;
  /** The app's own path where a button leads, from the root of the origin; `null`: no button. */
  readonly loginPath: string | null;
  /** The app's own switch, asked anew each time; ask before somebody is let in, and once more before an account is written. */
  enabled(): Promise<boolean>;
  /** Checks what the app says of a person; `null`: this person is not let in. */
  identify(said: PassportIdentity | null): AdmitOutcome;
  /** Waits for what the app says, at most `timeoutMs`; a failure where it takes longer. Rejects with what `ask` throws. */
  answered<T>(ask: () => T | Promise<T>): Promise<{ readonly said: T } | SourceFailure>;
}
