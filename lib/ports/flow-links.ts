import type { JsonObject } from '../base/json.js';
import type { RedirectTarget } from '../base/target.js';
import type { Secret } from '../base/secret.js';

/** What the plan that a link begins is about. */
export interface FlowLinkTerms {
  /** The slug of the flow. */
  readonly flow: string;
  /** The id of the user that the flow is about; `null`: none is known. */
  readonly user: string | null;
  readonly promptData: JsonObject | null;
  /** Where the flow leads at its end; `null`: to its own target. */
  readonly next: RedirectTarget | null;
  /**
   * True: the link stays valid when its user's sessions, and their evidence, are ended, which a stranger in the account
   * could do. It is no evidence of who its reader is. Left out: false.
   */
  readonly outlivesSessions?: boolean;
}

/** Links that the server issued: the only way into a flow with `require_token`. */
export interface FlowLinks {
  /** Stores the terms, under a digest of the link's token. Returns the token. */
  issue(terms: FlowLinkTerms, ttlSeconds: number): Promise<Secret>;
  /**
   * The terms of a link that may begin the enrollment's plan, now or again; `null`: there is no such link, it has
   * expired, it has begun another plan, or its user is gone, switched off, or had their sessions ended since. Stores
   * nothing.
   */
  find(flow: string, token: Secret, enrollmentId: string): Promise<FlowLinkTerms | null>;
  /** The same, and the link is this enrollment's from now on. Of any number of plans, one gets it. */
  take(flow: string, token: Secret, enrollmentId: string): Promise<FlowLinkTerms | null>;
}
