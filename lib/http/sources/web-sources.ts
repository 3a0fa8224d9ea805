import type { Flow } from '../../flow/flow.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import type { IdentityDecision, SignedInUser } from '../../sources/identities/decide-identity.js';
import type { SignInStarts } from '../../sources/sign-in-starts.js';
import type { SourceRegistry } from '../../sources/source-registry.js';

/** The dependencies of the sources' pages; created once, in `composition/sources.ts`. */
export interface WebSources extends SourceRegistry {
  /** The flow that asks for a code. */
  readonly gate: Flow;
  /** The flow that signs in. */
  readonly authentication: Flow;
  /** The flow that connects an existing account. */
  readonly connect: Flow;
  /** Sign-ins that a client began at providers. */
  readonly starts: SignInStarts;
  /** Looks the identity up and decides what happens. */
  decide(identity: PendingIdentity, signedIn: SignedInUser | null): Promise<IdentityDecision>;
}
