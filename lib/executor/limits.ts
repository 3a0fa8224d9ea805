import { message, minutesOf, type Message } from '../base/message.js';
import { bindingOf } from '../flow/machine/advance.js';
import type { PlanToken } from '../flow/plan.js';
import type { Accounts } from '../ports/accounts.js';
import type { LimitAnswer, Attempt } from '../ports/limits.js';
import { refusal, type Reply } from './reply.js';
import type { Ask, ExecutorContext, Run, StageRun } from './run.js';

/** The lookups of other people's accounts in one request, under the limits of `AvailabilityChecks`. */
export interface AccountLookups {
  /** The context of this request; its `accounts` counts before each lookup. */
  readonly context: ExecutorContext;
  /**
   * Counts now, when the form's stage looks names up. The count is sent together with the request that loads the plan.
   */
  begin(): void;
  /** How long to wait, where this request has passed a limit; otherwise `null`. */
  retryAfterSeconds(): number | null;
  /** Reverts the count, once, where the page passed and no account was revealed. The response does not wait for it. */
  settle(passed: boolean): void;
}

/** The lookups of a request that is not limited. */
const unlimited = (context: ExecutorContext): AccountLookups => ({
  context,
  begin: () => undefined,
  retryAfterSeconds: () => null,
  settle: () => undefined,
});

/** Only a submission is counted, and only once, however many names and addresses it has. */
export function countLookups(context: ExecutorContext, ask: Ask): AccountLookups {
  const limits = context.availability;
  if (limits === undefined || ask.submission === null) return unlimited(context);

  const { accounts } = context.services;
  let counted: { readonly request: Attempt; readonly answer: Promise<LimitAnswer> } | null = null;
  let retryAfterSeconds: number | null = null;
  let isSpent = false;
  let revealed = false;

  const count = (): Promise<LimitAnswer> => {
    const request = { address: ask.facts.address, enrollmentId: ask.enrollmentId };
    counted ??= { request, answer: limits.consume(request) };
    return counted.answer;
  };

  const mayLookUp = async (): Promise<boolean> => {
    isSpent = true;
    const answer = await count();
    if (answer.over) ({ retryAfterSeconds } = answer);
    return !answer.over;
  };

  const limitedAccounts: Accounts = {
    changePassword: (userId, change) => accounts.changePassword(userId, change),
    remove: (userId, request) => accounts.remove(userId, request),
    enforced: (userId) => accounts.enforced(userId),
    async taken(field, canonical, enrollmentId, asker) {
      // Above the limit every name counts as taken, and the page reports too many attempts.
      if (!(await mayLookUp())) return true;
      const taken = await accounts.taken(field, canonical, enrollmentId, asker);
      revealed ||= taken;
      return taken;
    },
    async enroll(enrollment) {
      const { username, email } = enrollment.account;
      if (!(await mayLookUp()))
        return {
          type: 'invalid',
          errors: { ...(username === null ? {} : { username: [] }), ...(email === null ? {} : { email: [] }) },
        };
      const enrolled = await accounts.enroll(enrollment);
      revealed ||= enrolled.type === 'invalid' && ('username' in enrolled.errors || 'email' in enrolled.errors);
      return enrolled;
    },
    async update(userId, change) {
      const { username, email } = change;
      const looksUp = typeof username === 'string' || typeof email === 'string';
      if (looksUp && !(await mayLookUp()))
        return {
          type: 'invalid',
          errors: {
            ...(username === undefined ? {} : { username: [] }),
            ...(email === undefined ? {} : { email: [] }),
          },
        };
      const updated = await accounts.update(userId, change);
      revealed ||= updated.type === 'invalid';
      return updated;
    },
  };

  return {
    context: {
      ...context,
      services: { ...context.services, accounts: limitedAccounts },
      // What else a refused form may cost is counted with its lookups, once.
      availability: {
        consume() {
          isSpent = true;
          return count();
        },
        reward: (request) => limits.reward(request),
      },
    },
    begin() {
      const { submission, flow } = ask;
      const stage = submission === null ? undefined : bindingOf(flow, submission.step)?.stage;
      // When counting fails, the later lookup gets the error.
      if (stage?.asking === true && stage.looksUpAccounts) count().catch(() => undefined);
    },
    retryAfterSeconds: () => retryAfterSeconds,
    settle(passed) {
      const request = counted?.request;
      if (request === undefined || revealed || retryAfterSeconds !== null || (isSpent && !passed)) return;
      counted = null;
      limits.reward(request).catch(() => undefined);
    },
  };
}

function throttledMessage(seconds: number): Message {
  return message('availability.throttled', { minutes: minutesOf(seconds) });
}

/** True where the submission was accepted, so that the visitor has left its page. */
export function hasPassed({ answered, reply }: Run): boolean {
  return answered && (reply?.type !== 'stage' || reply.status === 200);
}

/**
 * The outcome of a form that passed a limit: its page asks again, with 429 and the limit's message only, whether the
 * names are free or not.
 */
export function throttledOutcome(run: StageRun, retryAfterSeconds: number | null): StageRun {
  const { binding, outcome } = run;
  if (retryAfterSeconds === null || outcome?.type !== 'invalid') return run;
  const fields = binding.stage.asking ? [''] : Object.keys(outcome.errors);
  const errors = Object.fromEntries(fields.map((key) => [key, [throttledMessage(retryAfterSeconds)]]));
  return { ...run, outcome: { type: 'invalid', errors, retryAfterSeconds } };
}

/** The reply to a form that passed a limit and failed without a page that asks again, as by a binding's policy: 429. */
export function throttledReply(run: Run, retryAfterSeconds: number | null): Run {
  const { ask, changed, reply } = run;
  if (retryAfterSeconds === null || changed || (reply?.type === 'stage' && reply.status === 429)) return run;
  const { flow } = ask;
  return {
    ...run,
    answered: false,
    reply: refusal(429, [throttledMessage(retryAfterSeconds)], { flow, retryAfterSeconds }),
  };
}

/**
 * Counts a plan that is stored for the first time. A plan that finishes at once, or that has a written account, is not
 * counted.
 */
export async function countNewPlan({ context, ask, plan, revision }: Run, done: boolean): Promise<LimitAnswer> {
  if (done || revision > 0 || plan.account !== undefined || context.newPlans === undefined) return { over: false };
  return context.newPlans.consume(ask.facts.address);
}

/** Reverts a finished plan's count. Not awaited: the response does not depend on it. */
export function rewardFinishedPlan({ context, ask, revision }: Run): void {
  if (revision > 0) context.newPlans?.reward(ask.facts.address).catch(() => undefined);
}

/** Removes a plan that exceeded the limit. It was stored in the same round trip in which it was counted. */
export async function refuseNewPlan(run: Run, token: PlanToken | null, retryAfterSeconds: number): Promise<Reply> {
  const { context, ask, plan } = run;
  await Promise.all([plan.id, ...(token === null ? [] : [token.planId])].map((id) => context.plans.drop(id)));
  const { invitation } = plan.context;
  if (invitation !== undefined)
    await context.services.invitations.releaseReservation(invitation, plan.enrollmentId, ask.facts.address);
  const minutes = minutesOf(retryAfterSeconds);
  return refusal(429, [message('plan.throttled', { minutes })], { flow: ask.flow, retryAfterSeconds });
}
