import { isPromise, withTimeout, type Awaitable } from '../base/awaitable.js';
import { didYouMean } from '../base/did-you-mean.js';
import { isEnrollmentError, EnrollmentError } from '../base/error.js';
import { randomReference } from '../base/ids.js';
import { message, type Message } from '../base/message.js';
import type { ContextKey, Patch } from '../flow/context.js';
import type { StageContext } from '../flow/facts.js';
import type { Flow } from '../flow/flow.js';
import { joined, bindingOf, patchContext } from '../flow/machine/advance.js';
import { addStep } from '../flow/machine/change-steps.js';
import {
  verdictOf,
  type Answers,
  type PolicySet,
  type Policy,
  type PolicyBinding,
  type PlanAction,
  type Verdict,
} from '../flow/policy.js';
import { redirectTo } from './reply.js';
import { effectsOf, type ExecutorContext, type Run } from './run.js';

/** The joined result of several policies. */
export interface Judgement {
  readonly pass: boolean;
  /**
   * True when it does not pass and a policy returned no verdict: the outcome is unknown, so nothing may be skipped
   * because of it.
   */
  readonly undecided: boolean;
  /** True when it does not pass because a source's identity is missing. */
  readonly sourceNeeded: boolean;
  /** The policies because of which it does not pass. */
  readonly failed: readonly Policy[];
  /** The passing policies that change the plan once all pass. */
  readonly changing: readonly Policy[];
  /** Every policy's messages, in order, each with the policy that returned it. */
  readonly messages: readonly { readonly policy: Policy; readonly message: Message }[];
  readonly patch: Patch;
  readonly actions: readonly PlanAction[];
  readonly reference: string | null;
  readonly retryAfterSeconds: number | null;
}

const passed: Judgement = Object.freeze({
  pass: true,
  undecided: false,
  sourceNeeded: false,
  failed: [],
  changing: [],
  messages: [],
  patch: {},
  actions: [],
  reference: null,
  retryAfterSeconds: null,
});

/** The answers that a policy sees. */
type AnswersFor = (policy: Policy) => Answers;

const noAnswers: Answers = Object.freeze({});

/**
 * Runs every enabled policy, always all of them, and joins the votes. An exception, a timeout or a wrong type counts as
 * the binding's `failureResult`; its text stays in the log. An unavailable store is not a vote: its error is rethrown
 * (503).
 */
export function evaluate(
  context: ExecutorContext,
  guard: PolicySet,
  at: StageContext,
  answers: AnswersFor = () => noAnswers,
): Awaitable<Judgement> {
  const enabled = guard.bindings.filter((binding) => binding.enabled);
  if (enabled.length === 0) return passed;
  const votes = Promise.all(enabled.map((binding) => vote(context, binding, at, answers(binding.policy))));
  return votes.then((cast) => joinVotes(guard.mode, cast));
}

function joinVotes(mode: PolicySet['mode'], votes: readonly Vote[]): Judgement {
  const counted = votes.map(({ binding, verdict }) => ({ binding, verdict, pass: verdict.pass !== binding.negate }));
  const pass = mode === 'all' ? counted.every((one) => one.pass) : counted.some((one) => one.pass);
  const passing = counted.filter((one) => one.verdict.pass && one.pass);
  const effective = pass ? passing : [];
  const failing = counted.filter((one) => !one.pass);
  return {
    pass,
    sourceNeeded: !pass && failing.some(({ binding }) => binding.policy.requiresSource),
    undecided: !pass && failing.some(({ verdict }) => verdict.failed === true),
    failed: pass ? [] : failing.map(({ binding }) => binding.policy),
    changing: passing.filter(({ verdict }) => changesPlan(verdict)).map(({ binding }) => binding.policy),
    messages: votes.flatMap(({ binding, verdict }) =>
      (verdict.messages ?? []).map((one) => ({ policy: binding.policy, message: one })),
    ),
    patch: effective.reduce<Patch>(
      (patch, { binding, verdict }) => joined(patch, declared(binding.policy.writes, verdict.patch)),
      {},
    ),
    actions: effective.flatMap(({ verdict }) => verdict.actions ?? []),
    reference: failing.map(({ verdict }) => verdict.reference).find((reference) => reference !== undefined) ?? null,
    retryAfterSeconds: pass
      ? null
      : (failing.map(({ verdict }) => verdict.retryAfterSeconds).find((seconds) => seconds !== undefined) ?? null),
  };
}

function changesPlan({ patch = {}, actions = [] }: Verdict): boolean {
  return Object.keys(patch).length > 0 || actions.length > 0;
}

/** A stage's validation policies: all must pass. */
export function validate(
  context: ExecutorContext,
  policies: readonly Policy[],
  at: StageContext,
  answers: AnswersFor,
): Awaitable<Judgement> {
  const bindings = policies.map((policy, order): PolicyBinding => ({
    policy,
    order,
    negate: false,
    enabled: true,
    timeoutSeconds: 30,
    failureResult: false,
  }));
  return evaluate(context, { mode: 'all', modeGiven: true, bindings }, at, answers);
}

interface Vote {
  readonly binding: PolicyBinding;
  /** `failed`: true when the policy returned no verdict, so that `failureResult` counts. */
  readonly verdict: Verdict & { readonly failed?: boolean };
}

async function vote(
  context: ExecutorContext,
  binding: PolicyBinding,
  at: StageContext,
  answers: Answers,
): Promise<Vote> {
  const { name } = binding.policy;
  const late = lateSignal();
  const { facts, flow, enrollmentId, step, context: known, services } = at;
  const request = Object.freeze({
    facts,
    flow,
    enrollmentId,
    step,
    context: known,
    services,
    answers: Object.freeze(answers),
    get signal() {
      return late.signal();
    },
  });
  try {
    const asked = binding.policy.check(request);
    const answer = isPromise(asked)
      ? await withTimeout(
          binding.timeoutSeconds * 1000,
          () => asked,
          () => {
            const reason = new Error(`no answer within ${String(binding.timeoutSeconds)} s`);
            late.abort(reason);
            return reason;
          },
        )
      : asked;
    // A policy may be created without `definePolicy`, so its verdict is checked here too.
    const verdict = verdictOf(name, answer);
    checkActions(name, verdict, at.flow);
    return { binding, verdict };
  } catch (error) {
    if (isEnrollmentError(error) && error.status === 503) throw error;
    const failure = { flow: at.flow.slug, step: at.step, policy: name, reference: randomReference() };
    const cause = late.hasPassed() ? 'timeout' : isWrongType(error) ? 'wrong_type' : 'exception';
    context.log.error({ err: error, ...failure, cause }, `the policy '${name}' gave no verdict (${cause})`);
    context.events({ type: 'policy.failed', ...failure, cause });
    // `failureResult` is the final result and is not negated: by default, a negated policy that fails denies too.
    return {
      binding,
      verdict: {
        pass: binding.failureResult !== binding.negate,
        failed: true,
        messages: binding.failureResult ? [] : [message('policy.failed')],
        reference: failure.reference,
      },
    };
  }
}

/**
 * An `AbortSignal` that is created when a policy first reads it: few do, and creating one costs more than most
 * policies.
 */
function lateSignal(): { signal(): AbortSignal; abort(reason: Error): void; hasPassed(): boolean } {
  let made: AbortController | null = null;
  let passed: Error | null = null;
  return {
    signal() {
      made ??= new AbortController();
      if (passed !== null) made.abort(passed);
      return made.signal;
    },
    abort(reason) {
      passed = reason;
      made?.abort(reason);
    },
    hasPassed: () => passed !== null,
  };
}

function isWrongType(error: unknown): boolean {
  return isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_POLICY';
}

/** A policy or stage may change only the context keys that it declares. */
export function declared(writes: readonly ContextKey[], patch: Patch | undefined): Patch {
  return Object.fromEntries(Object.entries(patch ?? {}).filter(([key]) => writes.some((write) => write === key)));
}

/**
 * A stage that a policy inserts or appends must be one of the flow: ignoring it would let visitors bypass it.
 * @throws ERR_ENROLLMENT_POLICY
 */
function checkActions(policy: string, { actions = [] }: Verdict, flow: Flow): void {
  for (const action of actions) {
    const key = 'insert' in action ? action.insert : 'append' in action ? action.append : null;
    if (key === null || bindingOf(flow, key) !== null) continue;
    throw new EnrollmentError(
      'ERR_ENROLLMENT_POLICY',
      `the policy '${policy}' inserts the stage '${key}', which "insertable" of the flow '${flow.slug}' does not have${didYouMean(key, [...flow.insertable.keys()])}`,
    );
  }
}

/** Applies the actions of passing policies. */
export function applyActions<R extends Run>(run: R, judged: Judgement): R {
  let plan = patchContext(run.plan, judged.patch);
  for (const action of judged.actions) {
    if ('redirect' in action)
      return { ...run, plan, changed: run.ask.facts.act, reply: redirectTo(action.redirect, effectsOf(run)) };
    plan =
      'insert' in action
        ? addStep(plan, run.ask.flow, action.insert, 'next')
        : addStep(plan, run.ask.flow, action.append, 'last');
  }
  return { ...run, plan };
}
