import type { SourceTerms } from '../ports/source-terms.js';
import type { SourceFailure } from './source.js';
import type { PassportIdentity } from './passport-settings.js';
import type { AdmitOutcome } from './parse-identity.js';

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
