import { isEnrollmentError } from '../base/error.js';
import { randomReference } from '../base/ids.js';
import { message, type Message } from '../base/message.js';
import type { ContextKey, Patch } from '../flow/context.js';
import type { At } from '../flow/facts.js';
import { joined } from '../flow/machine/advance.js';
import type { Answers, Guard, Policy, PolicyBinding, Turn, Verdict } from '../flow/policy.js';
import type { Workbench } from './run.js';

export const policyMessages = Object.freeze({
  'policy.failed': 'This could not be checked just now. Try again in a moment.',
  'policy.denied': 'This was not accepted.',
});

/** The joined verdict of several policies. */
export interface Judgement {
  readonly pass: boolean;
  /** Every policy's messages, in order, each with the policy that gave it. */
  readonly messages: readonly { readonly policy: Policy; readonly message: Message }[];
  readonly patch: Patch;
  readonly turns: readonly Turn[];
  readonly reference: string | null;
  readonly retryAfterSeconds: number | null;
}

const passed: Judgement = Object.freeze({
  pass: true,
  messages: [],
  patch: {},
  turns: [],
  reference: null,
  retryAfterSeconds: null,
});

/**
 * Runs every enabled policy, always all of them, and joins the votes. An exception or a time-out counts as the
 * binding's `failureResult`; its text stays in the log. A store that is away is not a vote: it is thrown on (503).
 */
export async function evaluate(bench: Workbench, guard: Guard, at: At, answers: Answers = {}): Promise<Judgement> {
  const enabled = guard.bindings.filter((binding) => binding.enabled);
  if (enabled.length === 0) return passed;
  const votes = await Promise.all(
    enabled.map(async (binding) => ({ binding, verdict: await vote(bench, binding, at, answers) })),
  );
  const counted = votes.map(({ binding, verdict }) => ({ binding, verdict, pass: isPass(verdict) !== binding.negate }));
  const pass = guard.mode === 'all' ? counted.every((one) => one.pass) : counted.some((one) => one.pass);
  const effective = counted.filter((one) => isPass(one.verdict) && one.pass && pass);
  const failing = counted.filter((one) => !one.pass);
  return {
    pass,
    messages: votes.flatMap(({ binding, verdict }) =>
      (verdict.messages ?? []).map((one) => ({ policy: binding.policy, message: one })),
    ),
    patch: effective.reduce<Patch>(
      (patch, { binding, verdict }) => joined(patch, declared(binding.policy.writes, verdict.patch)),
      {},
    ),
    turns: effective.flatMap(({ verdict }) => verdict.then ?? []),
    reference: failing.map(({ verdict }) => verdict.reference).find((reference) => reference !== undefined) ?? null,
    retryAfterSeconds: pass
      ? null
      : (failing.map(({ verdict }) => verdict.retryAfterSeconds).find((seconds) => seconds !== undefined) ?? null),
  };
}

/** A stage's validation policies: all must pass. */
export function validate(bench: Workbench, policies: readonly Policy[], at: At, answers: Answers): Promise<Judgement> {
  const bindings = policies.map((policy, order): PolicyBinding => ({
    policy,
    order,
    negate: false,
    enabled: true,
    timeoutSeconds: 30,
    failureResult: false,
  }));
  return evaluate(bench, { mode: 'all', modeGiven: true, bindings }, at, answers);
}

/** A policy of untyped code may answer anything; `true` alone is a pass. */
function isPass(verdict: { readonly pass: unknown }): boolean {
  return verdict.pass === true;
}

async function vote(bench: Workbench, binding: PolicyBinding, at: At, answers: Answers): Promise<Verdict> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(new Error(`no answer within ${String(binding.timeoutSeconds)} s`));
  }, binding.timeoutSeconds * 1000);
  try {
    const asked = Promise.resolve().then(() =>
      binding.policy.check(Object.freeze({ ...at, answers: Object.freeze(answers), signal: late.signal })),
    );
    return (await Promise.race<Verdict | undefined>([asked, aborted(late.signal)])) ?? { pass: false };
  } catch (error) {
    if (isEnrollmentError(error) && error.status === 503) throw error;
    const reference = randomReference();
    bench.log.error(
      { err: error, flow: at.flow.slug, step: at.step, policy: binding.policy.name, reference },
      'a policy failed',
    );
    bench.events('policy.failed', { flow: at.flow.slug, step: at.step, policy: binding.policy.name, reference });
    // `failureResult` is what counts in the end, so a negated policy that fails lets nobody in either.
    return {
      pass: binding.failureResult !== binding.negate,
      messages: binding.failureResult ? [] : [message('policy.failed')],
      reference,
    };
  } finally {
    clearTimeout(timer);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      },
      { once: true },
    );
  });
}

/** A policy or stage changes the context keys it declares and no others. */
export function declared(writes: readonly ContextKey[], patch: Patch | undefined): Patch {
  return Object.fromEntries(Object.entries(patch ?? {}).filter(([key]) => writes.some((write) => write === key)));
}
