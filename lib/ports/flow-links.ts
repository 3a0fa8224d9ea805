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
   * could do. It is no evidence of who its reader is. It begins any number of plans until it is ended: what it allows is done
   * once, and one that failed can be tried again in any browser. Left out: false.
   */
  readonly outlivesSessions?: boolean;
}

/** The plan that a link begins. */
export interface LinkedPlan {
  readonly enrollmentId: string;
  /** Its id in the store of plans, when it is stored first. */
  readonly planId: string;
}

interface IssuedLink {
  readonly token: Secret;
  /** A digest of it, for `endFlowLinks`. */
  readonly id: string;
}

/** A link that a request took for its plan, to be settled at the end of the request. */
export interface TakenLink {
  readonly terms: FlowLinkTerms;
  /** The plan has begun: no other one gets the link any more. */
  keep(): Promise<void>;
  /** Nothing has begun: the link is as good as before. */
  release(): Promise<void>;
}

/** `at` in milliseconds since 1970. */
export type FlowLinkEnd = { readonly type: 'used' } | { readonly type: 'expired'; readonly at: number };

/** Links that the server issued: the only way into a flow with `require_token`. */
export interface FlowLinks {
  /** Stores the terms, under a digest of the link's token. */
  issue(terms: FlowLinkTerms, ttlSeconds: number): Promise<IssuedLink>;
  /** The link with this id ends so many seconds from now, or later. One that has ended stays so. */
  extend(id: string, ttlSeconds: number): Promise<void>;
  /**
   * The terms of a link that may begin the enrollment's plan, now or again; `null`: there is no such link, it has
   * expired or ended, it has begun another plan, or its user is gone, switched off, or had their sessions ended since.
   * Stores nothing.
   */
  find(flow: string, token: Secret, enrollmentId: string): Promise<FlowLinkTerms | null>;
  /**
   * The same, and the link is this enrollment's from now on, for a minute where it is not kept. Of any number of plans,
   * one gets it.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503), also while the request of another browser has it
   */
  take(flow: string, token: Secret, plan: LinkedPlan): Promise<TakenLink | null>;
  /** True where the link is this enrollment's. */
  isTakenBy(token: Secret, enrollmentId: string): Promise<boolean>;
  /**
   * Why a link with `outlivesSessions` opens nothing any more, for 30 days; `null`: it is not known. For its page only: the
   * terms are gone.
   */
  endOf(flow: string, token: Secret): Promise<FlowLinkEnd | null>;
}
