import { isPromise, withTimeout } from '../base/awaitable.js';
import { didYouMean } from '../base/did-you-mean.js';
import { isEnrollmentError, EnrollmentError } from '../base/error.js';
import { randomReference } from '../base/ids.js';
import { message } from '../base/message.js';
import type { StageContext } from '../flow/facts.js';
import type { Flow } from '../flow/flow.js';
import { bindingOf } from '../flow/machine/advance.js';
import type { PolicyBinding } from '../flow/policy-set.js';
import { verdictOf, type Answers, type Blanks, type PolicyQuestion, type Verdict } from '../flow/policy.js';
import type { ExecutorContext } from './run.js';

/** What one binding says. */
export interface Vote {
  readonly binding: PolicyBinding;
  /** `failed`: true when the policy returned no verdict, so that `failureResult` counts. */
  readonly verdict: Verdict & { readonly failed?: boolean };
}

/** Asks one policy. @throws what an unavailable store throws (503) */
export async function vote(
  context: ExecutorContext,
  binding: PolicyBinding,
  at: StageContext,
  answers: Answers,
  form: Pick<PolicyQuestion, 'blanks' | 'consumed'> = {},
): Promise<Vote> {
  // Left out, the last binding of a set would open it when it expires. Negated, it would pass from then on.
  if (hasExpired(binding, at)) return { binding, verdict: { pass: binding.negate } };
  const { name } = binding.policy;
  const late = lateSignal();
  const question = new WatchedQuestion(at, { answers, ...form }, late);
  try {
    const asked = binding.policy.check(question);
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
 * With one getter for all: Node gives each object whose getter is its own a shape of its own, which makes every reader
 * slow.
 */
class WatchedQuestion implements PolicyQuestion {
  readonly facts: StageContext['facts'];
  readonly flow: StageContext['flow'];
  readonly enrollmentId: string;
  readonly step: string;
  readonly context: StageContext['context'];
  readonly services: StageContext['services'];
  readonly authenticated: NonNullable<StageContext['authenticated']> | null;
  declare readonly stepApplies?: NonNullable<StageContext['stepApplies']>;
  readonly answers: Answers;
  readonly blanks: Blanks;
  readonly consumed: readonly string[];
  declare readonly signal: AbortSignal;
  readonly #late: LateSignal;

  // Copies of a question (`{ ...question, answers }`) have it too.
  static readonly #signal: PropertyDescriptor & ThisType<WatchedQuestion> = {
    enumerable: true,
    get() {
      return this.#late.signal();
    },
  };

  constructor(
    { facts, flow, enrollmentId, step, context, services, authenticated = null, stepApplies }: StageContext,
    { answers, blanks = {}, consumed = [] }: Pick<PolicyQuestion, 'answers' | 'blanks' | 'consumed'>,
    late: LateSignal,
  ) {
    this.facts = facts;
    this.flow = flow;
    this.enrollmentId = enrollmentId;
    this.step = step;
    this.context = context;
    this.services = services;
    this.authenticated = authenticated;
    if (stepApplies !== undefined) this.stepApplies = stepApplies;
    this.answers = Object.freeze(answers);
    this.blanks = blanks;
    this.consumed = consumed;
    this.#late = late;
    Object.defineProperty(this, 'signal', WatchedQuestion.#signal);
    Object.freeze(this);
  }
}

function hasExpired({ expires }: PolicyBinding, { facts }: StageContext): boolean {
  return expires !== null && facts.now >= expires;
}

/** No visitor waits for it, and nothing that it does reaches one: an unavailable store neither. */
export async function dryRun(
  context: ExecutorContext,
  binding: PolicyBinding,
  at: StageContext,
  answers: Answers,
): Promise<void> {
  if (hasExpired(binding, at)) return;
  const facts = { flow: at.flow.slug, step: at.step, policy: binding.policy.name };
  const cast = await vote(context, binding, at, answers).catch((error: unknown) => {
    context.log.warn({ err: error, ...facts }, `the policy '${facts.policy}', a dry run, had no store`);
    return null;
  });
  const result =
    cast === null || cast.verdict.failed === true
      ? 'no_verdict'
      : cast.verdict.pass === binding.negate
        ? 'fail'
        : 'pass';
  context.log.info({ ...facts, result }, `the policy '${facts.policy}', a dry run: ${result}`);
  context.events({ type: 'policy.dry_run', ...facts, result });
}

interface LateSignal {
  signal(): AbortSignal;
  abort(reason: Error): void;
  hasPassed(): boolean;
}

/**
 * An `AbortSignal` that is created when a policy first reads it: few do, and creating one costs more than most
 * policies.
 */
function lateSignal(): LateSignal {
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
