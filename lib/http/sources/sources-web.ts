import type { Flow } from '../../flow/flow.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import type { InvitationRule } from '../../ports/source-terms.js';
import type { SourceIdentity } from '../../sources/source.js';
import type { Sources } from '../../sources/sources.js';

/** What is to become of a recognised person, for the HTTP side. */
export type Recognition =
  | { readonly type: 'sign_in'; readonly userId: string }
  /** `claims`: an account that was made beforehand for the address, and that a bound invitation gives to its owner. */
  | { readonly type: 'enroll'; readonly rule: InvitationRule; readonly claims?: string }
  /** An account that may be theirs; `identifier` is what its password is asked for with, `null`: no password proves it. */
  | { readonly type: 'connect'; readonly userId: string; readonly identifier: string | null }
  /** `who`: the name or address of the account that is signed in, where that is in the way. */
  | { readonly type: 'denied'; readonly message: string; readonly who?: string };

/** What the pages of sources work with; made once, in `enrollment.ts`. */
export interface SourcesWeb {
  readonly all: Sources;
  /** The flow that asks for a code. */
  readonly gate: Flow;
  /** The flow that signs in. */
  readonly authentication: Flow;
  /** The flow that connects an account that exists. */
  readonly connect: Flow;
  /** Looks the identity up. `recently`: the signed-in user has authenticated within the last ten minutes. */
  recognise(
    identity: PendingIdentity,
    signedIn: { readonly userId: string; readonly recently: boolean } | null,
  ): Promise<Recognition>;
  /** False when this address has begun too many sign-ins without success. */
  mayStart(address: string): Promise<boolean>;
  /** One of these sign-ins succeeded: it no longer counts. */
  recordSuccess(address: string): Promise<void>;
}

/** What a source said, as a plan may keep it. */
export function pendingIdentity(sourceName: string, said: SourceIdentity, now: number): PendingIdentity {
  return {
    source: said.source,
    sourceName,
    issuer: said.issuer,
    subject: said.subject,
    pendingSince: now,
    email: said.email ?? null,
    emailVerified: said.emailVerified,
    otherEmails: said.otherEmails ?? [],
    username: said.username ?? null,
    name: said.name ?? null,
    claims: said.claims,
  };
}
