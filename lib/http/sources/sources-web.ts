import type { Flow } from '../../flow/flow.js';
import type { HeldIdentity } from '../../ports/held-identity.js';
import type { Source, SourceIdentity } from '../../sources/source.js';
import type { Sources } from '../../sources/sources.js';

/** What is to become of a recognised person, for the HTTP side. */
export type Recognition =
  | { readonly is: 'sign_in'; readonly userId: string }
  | { readonly is: 'enroll' }
  | { readonly is: 'denied'; readonly message: string };

/** What the pages of sources work with; made once, in `enrollment.ts`. */
export interface SourcesWeb {
  readonly all: Sources;
  /** The flow that asks for a code. */
  readonly gate: Flow;
  /** Looks the identity up and connects it where that is decided. */
  recognise(identity: HeldIdentity, signedIn: string | null): Promise<Recognition>;
  /** False when this address starts too many sign-ins. */
  mayStart(address: string): Promise<boolean>;
}

/** What a source said, as a plan may keep it. */
export function heldIdentity(source: Source, said: SourceIdentity, now: number): HeldIdentity {
  return {
    source: said.source,
    sourceName: source.name,
    issuer: said.issuer,
    subject: said.subject,
    heldAt: now,
    email: said.email ?? null,
    emailVerified: said.emailVerified,
    otherEmails: said.otherEmails ?? [],
    username: said.username ?? null,
    name: said.name ?? null,
    claims: said.claims,
  };
}
