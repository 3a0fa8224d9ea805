import type { Flow } from '../../flow/flow.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import type { IdentityDecision, SignedInUser } from '../../sources/identities/decide-identity.js';
import type { SourceIdentity } from '../../ports/source.js';
import type { Sources } from '../../sources/sources.js';

/** What the pages of sources work with; made once, in `enrollment.ts`. */
export interface SourcesWeb {
  readonly all: Sources;
  /** The flow that asks for a code. */
  readonly gate: Flow;
  /** The flow that signs in. */
  readonly authentication: Flow;
  /** The flow that connects an account that exists. */
  readonly connect: Flow;
  /** Looks the identity up and decides what happens. */
  decide(identity: PendingIdentity, signedIn: SignedInUser | null): Promise<IdentityDecision>;
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
