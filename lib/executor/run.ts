import { freezeDeep, type Json } from '../base/json.js';
import type { FieldErrors, Message } from '../base/message.js';
import type { Context } from '../flow/context.js';
import type { StageContext, RequestFacts } from '../flow/facts.js';
import type { Flow, StageBinding } from '../flow/flow.js';
import { startPlan } from '../flow/machine/advance.js';
import type { FactorToRemember, StageOutcome } from '../flow/outcome.js';
import type { Plan, PlanToken } from '../flow/plan.js';
import type { Answers } from '../flow/policy.js';
import type { FileAnswer } from '../ports/uploads.js';
import type { EventSink } from '../ports/events.js';
import type { AvailabilityChecks, NewPlans } from '../ports/limits.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { PlanStore } from '../ports/plan-store.js';
import type { SealedPasswords } from '../ports/sealed-passwords.js';
import type { Services } from '../ports/services.js';
import { formDigest } from './form-digest.js';
import type { Ending, HandedOver } from './hand-over.js';
import type { RedirectReply, GrantedSignIn, Reply } from './reply.js';
import { timeOfEvidence, type SignInEvidence } from './sign-in-evidence.js';

/** A posted form whose signature was valid. */
export interface Submission {
  readonly step: string;
  readonly revision: number;
  /** One declared field; `undefined` when absent. @throws ERR_ENROLLMENT_BODY (400) when it is not one string */
  field(name: string): string | undefined;
  /** All values of a field that may come several times. Left out: no field does. @throws ERR_ENROLLMENT_BODY (400) when one is no text */
  list?(name: string): readonly string[];
  /** The files of a form that may have some. Left out: it has none. */
  readonly files?: SentFiles;
}

/** The files of a form, as `http/` has received them. */
export interface SentFiles {
  /** `undefined`: the form has no file for this field. */
  answerOf(key: string): FileAnswer | undefined;
  /** A hash of the content. */
  digestOf(key: string): string | undefined;
  /** The plan or the account has this file now; `before` is what it had instead. Files that nothing keeps are discarded. */
  keep(key: string, before?: Json): void;
}

/** A form that only asks for its page again, in another language or with more time. Else it is like a GET. */
export interface Redraw {
  readonly form: Submission;
  /** True where the stored plan gets its full time again. */
  readonly extends: boolean;
  /** The field whose typed value was lost on a page before; `null`, or left out: none. */
  readonly lost?: string | null;
  /** What the page said was wrong with the form; `null`, or left out: nothing. */
  readonly said?: { readonly errors: FieldErrors; readonly reference: string | null } | null;
}

/** One request to a flow. */
export interface Ask {
  readonly flow: Flow;
  readonly facts: RequestFacts;
  readonly planId: string;
  /** The id under which the plan's account is written; a stored plan may have another one. */
  readonly enrollmentId: string;
  /** The id of the secret that signed the plan's token; digests of its forms use it. Left out: the newest. */
  readonly secretId?: string;
  /** True when the plan token was created for this very request: nothing can be stored under it. */
  readonly fresh: boolean;
  /** The epoch of evidence that this request gives; 0 until `execute` asks for it. See `SessionRegistry`. */
  readonly epoch: number;
  readonly submission: Submission | null;
  /** Beside it there is neither a submission nor a right to act. */
  readonly redraw: Redraw | null;
  /**
   * The identity that a source returned in this very request. It is joined into the plan, which is stored then, because
   * it comes only once; pages are shown by the next request. `null` in every other request.
   */
  readonly injectedContext: Context | null;
  /** Set where another flow ended in this request and injects the context. Left out: a source does. */
  readonly handedOver?: HandedOver | undefined;
  /** All flows, by slug: those that handed their user over are found here. Left out: none did. */
  readonly flows?: ReadonlyMap<string, Flow>;
  /** The token that replaces this request's token; the same for the same `cause`. */
  nextToken(cause: string): PlanToken;
}

/** The executor's context, the same for every request. */
export interface ExecutorContext {
  readonly plans: PlanStore;
  readonly services: Services;
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  /** For what every view of a page may repeat. Left out: `log`. */
  readonly repeatedLog?: EnrollmentLogger;
  /** Left out: lookups of names and addresses are not limited. */
  readonly availability?: AvailabilityChecks;
  /** Left out: new plans are not limited. */
  readonly newPlans?: NewPlans;
  /** Milliseconds since 1970: later than `facts.now` of a request that has written something. */
  now(): number;
  /** A keyed hash of a text, 128 bits, under the secret with this id; under the newest where it is left out or unknown. */
  digest(text: string, secretId?: string): string;
  /** The passwords that pages carry which are shown again. */
  readonly sealedPasswords: SealedPasswords;
}

/**
 * The record that a request's steps pass on; each step returns a new one. All of its fields are there from the start:
 * a copy with a new field takes Node 20 fifty times as long as a copy with another value.
 */
export interface Run {
  readonly context: ExecutorContext;
  readonly ask: Ask;
  readonly plan: Plan;
  /** The context of the stored plan; empty where nothing was stored. */
  readonly before: Context;
  /** The stored revision; 0 when nothing is stored. */
  readonly revision: number;
  /** How many enrollments this request has begun in addition to the plan's own. */
  readonly enrollments: number;
  /** The account that an earlier request wrote under the plan's own; `null`: none, or it is not known. */
  readonly earlierAccount: string | null;
  /** True once the submission was consumed: the stages after it run or are shown. */
  readonly answered: boolean;
  /** The binding at the cursor, once it was checked. */
  readonly binding: StageBinding | null;
  readonly messages: readonly Message[];
  /** The evidence of this request, or of its plan, for who the visitor is. */
  readonly evidence: SignInEvidence | null;
  readonly signIn: GrantedSignIn | null;
  readonly signOut: boolean;
  /** The user whose other sessions, or only evidence, end, and when the change was made; `null`: none. */
  readonly endSessions: RedirectReply['endSessions'];
  readonly remember: FactorToRemember | null;
  /** What this request has done, for the next page. */
  readonly notice: Message | null;
  /** True when the plan differs from the stored one in a way that must be saved. */
  readonly changed: boolean;
  /** Set where a stage ended the flow for a target of its own. */
  readonly ending: Ending | null;
  /** Set as soon as it is known; the remaining steps then only save and reply. */
  readonly reply: Reply | null;
  /**
   * The answers that the stage at the cursor read from the form, before any policy saw them; beside an `outcome`, those
   * that were valid nevertheless.
   */
  readonly answers: Answers | null;
  /** The files of this form that a validation policy has taken away from its answers. */
  readonly takenFiles: readonly string[];
  /** The hash of this form's accepted password, typed now or saved by its page. A page that asks again carries it. */
  readonly savedPassword: string | null;
  /** True once skipped steps were looked at again in this request: see `unanswerable-step`. */
  readonly reconsidered: boolean;
  /** The outcome of the stage; `null`: the stage has not responded yet, or the reply is already known. */
  readonly outcome: StageOutcome | null;
}

/** A run at one of its stages, with the results of the stage's steps. */
export interface StageRun extends Run {
  readonly binding: StageBinding;
}

/** The form that a request sent, to be processed or only to be shown again. */
export function formOf({ submission, redraw }: Pick<Ask, 'submission' | 'redraw'>): Submission | null {
  return submission ?? redraw?.form ?? null;
}

/** The effects of a reply that `http/` applies. */
export function effectsOf(
  run: Run,
): Pick<RedirectReply, 'signIn' | 'signOut' | 'endSessions' | 'reauthenticated' | 'notice'> {
  const { signIn, signOut, endSessions, evidence, ask, notice } = run;
  const { now, user } = ask.facts;
  const isKnownAgain = evidence !== null && user === evidence.user && authenticates.has(evidence.type);
  return {
    signIn,
    signOut,
    endSessions,
    notice,
    reauthenticated: isKnownAgain ? now : null,
  };
}

/** Evidence of this request that tells the signed-in user from another person at the same browser. */
const authenticates: ReadonlySet<SignInEvidence['type']> = new Set(['password_verified', 'source_answered']);

const neverAborted = new AbortController().signal;

/** What stages and policies can see of a run. */
export function stageContextOf(run: Run, step: string, savedPassword = run.savedPassword !== null): StageContext {
  const { facts, flow } = run.ask;
  return {
    facts,
    flow,
    enrollmentId: run.plan.enrollmentId,
    step,
    planState: `${run.ask.planId}.${String(run.revision)}`,
    formMark: () => formDigest(run.context, run.ask),
    context: freezeDeep(run.plan.context),
    services: run.context.services,
    savedPassword,
    authenticated: run.evidence === null ? null : { user: run.evidence.user, ...timeOfEvidence(run.evidence, run.ask) },
    signal: neverAborted,
  };
}

export function beginRun(context: ExecutorContext, ask: Ask, plan: Plan, revision: number): Run {
  return {
    context,
    ask,
    plan,
    before: {},
    revision,
    enrollments: 0,
    earlierAccount: null,
    answered: false,
    binding: null,
    messages: [],
    evidence: answeredBy(ask),
    signIn: null,
    signOut: false,
    endSessions: null,
    remember: null,
    notice: null,
    changed: false,
    ending: null,
    reply: null,
    answers: null,
    takenFiles: [],
    savedPassword: null,
    reconsidered: false,
    outcome: null,
  };
}

/**
 * A source's answer in this very request is evidence of who the visitor is, and so is what another flow proved that
 * ended in this request: the plan that begins has a new token, which only this response brings.
 */
export function answeredBy({ injectedContext, handedOver }: Ask): SignInEvidence | null {
  if (handedOver !== undefined) {
    const { proved, provedAt, provedEpoch } = handedOver;
    return proved === null ? null : { type: 'plan_held', user: proved, at: provedAt, epoch: provedEpoch };
  }
  const user = injectedContext?.pending_user;
  return user === undefined ? null : { type: 'source_answered', user };
}

/** A request that ends before its plan is loaded. */
export function endedRun(context: ExecutorContext, ask: Ask, reply: Reply): Run {
  const { planId: id, enrollmentId, facts } = ask;
  const plan = startPlan(ask.flow, { id, enrollmentId, origin: {}, now: facts.now, leftOut: new Set() });
  return { ...beginRun(context, ask, plan, 0), reply };
}
