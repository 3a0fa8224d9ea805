import type { RedirectTarget } from '../base/target.js';
import type { Secret } from '../base/secret.js';
import type { Services } from '../ports/services.js';
import type { Context } from './context.js';
import type { Flow } from './flow.js';

/** What a link brought, from the entry-link cookie. */
export interface FlowEntryLink {
  readonly next?: RedirectTarget;
  readonly code?: Secret;
  /** The flow whose page the link opened; left out: this one. */
  readonly opened?: string;
}

/** What is known about a request before any decision: plain and frozen. */
export interface RequestFacts {
  /** True only for a POST whose step signature held: silent stages that act run only then. */
  readonly act: boolean;
  /** The id of the signed-in user. */
  readonly user?: string;
  /** Who asks, for throttling: the option `client(req)`, by default the IP address (IPv6: its /64). */
  readonly address: string;
  /** The tenant that the visitor came to; `undefined`: the app has none. */
  readonly tenant?: string | null | undefined;
  readonly locale: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly entryLink: FlowEntryLink;
}

/** What a stage or policy gets to see. */
export interface StageContext {
  readonly facts: RequestFacts;
  readonly flow: Flow;
  /** Names the enrollment: what one account is written under, and what is counted for one person's way. */
  readonly enrollmentId: string;
  /** The stage binding's key. */
  readonly step: string;
  readonly context: Readonly<Context>;
  readonly services: Services;
  /** Aborted when the time-out of the policy has passed. */
  readonly signal: AbortSignal;
}
