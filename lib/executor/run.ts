import { freezeDeep } from '../base/freeze.js';
import type { Context } from '../flow/context.js';
import type { StageContext, RequestFacts } from '../flow/facts.js';
import type { Flow, StageBinding } from '../flow/flow.js';
import type { Message } from '../base/message.js';
import type { Plan, PlanToken } from '../flow/plan.js';
import type { AvailabilityChecks, NewPlans } from '../ports/limits.js';
import type { EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { PlanStore } from '../ports/plan-store.js';
import type { Services } from '../ports/services.js';
import type { StageOutcome } from '../flow/outcome.js';
import type { Answers } from '../flow/policy.js';
import type { AccountLookups } from './account-lookups.js';
import type { GoReply, GrantedSignIn, Reply } from './reply.js';
import type { SignInEvidence } from './sign-in-evidence.js';

/** What was posted, after its signature held. */
export interface Submission {
  readonly step: string;
  readonly revision: number;
  /** One declared field; `undefined` when absent. @throws ERR_ENROLLMENT_BODY (400) when it is not one string */
  field(name: string): string | undefined;
  /** All values of a field that may come several times. Left out: no field does. @throws ERR_ENROLLMENT_BODY (400) when one is no text */
  list?(name: string): readonly string[];
}

/** One request to a flow. */
export interface Ask {
  readonly flow: Flow;
  readonly facts: RequestFacts;
  readonly planId: string;
  /** What the plan's account is written under; a stored plan may know another one. */
  readonly enrollmentId: string;
  /** The secret that signed the plan's token, by its id: its forms' digests are made under it. Left out: the newest. */
  readonly secretId?: string;
  /** True when the handle was made for this very request: nothing can be stored under it. */
  readonly fresh: boolean;
  readonly submission: Submission | null;
  /**
   * What a source vouched for in this very request. It is joined into the plan, which is stored then, because it comes
   * only this once; pages are shown by the next request. `null` in every other request.
   */
  readonly injectedContext: Context | null;
  /** The token that takes the place of this request's one; the same for the same `cause`. */
  nextToken(cause: string): PlanToken;
}

/** What the executor works with, the same for every request. */
export interface ExecutorContext {
  readonly plans: PlanStore;
  readonly services: Services;
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  /** Left out: names and addresses are looked up without a limit. */
  readonly availability?: AvailabilityChecks;
  /** Left out: plans are begun without a limit. */
  readonly newPlans?: NewPlans;
  /** A keyed hash of a text, 128 bits, under the secret with this id; under the newest where it is left out or unknown. */
  digest(text: string, secretId?: string): string;
}

/** The record that a request's steps hand on; each step gives back a new one. */
export interface Run {
  readonly context: ExecutorContext;
  readonly ask: Ask;
  readonly plan: Plan;
  /** What the stored plan knew; empty where nothing was stored. */
  readonly before: Context;
  /** The revision that is stored; 0 when nothing is. */
  readonly revision: number;
  /** How many enrollments this request has begun beside the plan's own. */
  readonly enrollments: number;
  /** True once the submission was used: what follows runs on or is shown. */
  readonly answered: boolean;
  /** The binding at the cursor, once checked. */
  readonly binding: StageBinding | null;
  readonly messages: readonly Message[];
  /** What this request, or its plan, shows about who is asking. */
  readonly evidence: SignInEvidence | null;
  readonly signIn: GrantedSignIn | null;
  readonly signOut: boolean;
  /** True when the plan differs from what is stored and the difference counts. */
  readonly changed: boolean;
  /** Set as soon as it is known; the remaining steps then only save and reply. */
  readonly reply: Reply | null;
}

/** A run at one of its stages, whose steps hand on what came of them. */
export interface StageRun extends Run {
  readonly binding: StageBinding;
  readonly lookups: AccountLookups;
  /** What the stage read from the form, before any policy saw it. */
  readonly answers: Answers | null;
  /** What came of the stage; `null`: the stage is still to respond, or the reply is known already. */
  readonly outcome: StageOutcome | null;
}

/** What is left to do in `http/`, for a reply. */
export function effectsOf({ signIn, signOut }: Run): Pick<GoReply, 'signIn' | 'signOut'> {
  return { signIn, signOut };
}

const neverAborted = new AbortController().signal;

/** What stages and policies get to see of a run. */
export function stageContextOf(run: Run, step: string): StageContext {
  const { facts, flow } = run.ask;
  return {
    facts,
    flow,
    enrollmentId: run.plan.enrollmentId,
    step,
    context: freezeDeep(run.plan.context),
    services: run.context.services,
    signal: neverAborted,
  };
}
