import { message, minutesOf, type Message, type Texts } from '../base/message.js';
import type { Outcome } from '../flow/outcome.js';
import type { StageBinding } from '../flow/flow.js';
import type { Accounts } from '../ports/accounts.js';
import type { AttemptAnswer, Attempt } from '../ports/attempts.js';
import type { Ask, Run, ExecutorContext } from './run.js';

export const lookupMessages: Texts = Object.freeze({
  'availability.throttled': 'Too many user names or email addresses were checked. Try again in {minutes} min.',
});

/** What one request asks about other people's accounts, under the limits of `AvailabilityChecks`. */
export interface AccountLookups {
  /** The workbench for this request; its `accounts` count before they look anything up. */
  readonly context: ExecutorContext;
  /** The outcome, or 429 where a limit is passed: the same one whether the names are free or not. */
  limited(binding: StageBinding, outcome: Outcome): Outcome;
  /** What a limit says that no outcome has said: a policy alone was told that a name is taken. `null`: nothing. */
  untold(): { readonly sentence: Message; readonly retryAfterSeconds: number } | null;
  /** Gives the count back where the page passed and no account was told of. Never throws: the store's failure is logged. */
  settle(passed: boolean): Promise<void>;
}

/** Only a submission is counted, once, whatever number of names and addresses it has. */
export function countLookups(context: ExecutorContext, ask: Ask): AccountLookups {
  const limits = context.availability;
  if (limits === undefined || ask.submission === null)
    return { context, limited: (_binding, outcome) => outcome, untold: () => null, settle: () => Promise.resolve() };

  const { accounts } = context.services;
  let counted: { readonly request: Attempt; readonly answer: Promise<AttemptAnswer> } | null = null;
  let retryAfterSeconds: number | null = null;
  let told = false;
  let said = false;

  const mayLookUp = async (enrollmentId: string): Promise<boolean> => {
    const request = { address: ask.facts.address, enrollmentId };
    counted ??= { request, answer: limits.consume(request) };
    const answer = await counted.answer;
    if (answer.over) ({ retryAfterSeconds } = answer);
    return !answer.over;
  };

  const limitedAccounts: Accounts = {
    async taken(field, canonical, enrollmentId) {
      // Beyond the limit every name reads as taken; the page says that there were too many.
      if (!(await mayLookUp(enrollmentId))) return true;
      const taken = await accounts.taken(field, canonical, enrollmentId);
      told ||= taken;
      return taken;
    },
    async enroll(enrollment) {
      const { username, email } = enrollment.account;
      if (!(await mayLookUp(enrollment.enrollmentId)))
        return {
          is: 'again',
          errors: { ...(username === null ? {} : { username: [] }), ...(email === null ? {} : { email: [] }) },
        };
      const enrolled = await accounts.enroll(enrollment);
      told ||= enrolled.is === 'again' && ('username' in enrolled.errors || 'email' in enrolled.errors);
      return enrolled;
    },
  };

  return {
    context: { ...context, services: { ...context.services, accounts: limitedAccounts } },
    limited({ stage }, outcome) {
      if (retryAfterSeconds === null || outcome.is !== 'again') return outcome;
      const sentence = throttled(retryAfterSeconds);
      said = true;
      const fields = stage.asking ? [''] : Object.keys(outcome.errors);
      return { is: 'again', errors: Object.fromEntries(fields.map((key) => [key, [sentence]])), retryAfterSeconds };
    },
    untold: () =>
      retryAfterSeconds === null || said ? null : { sentence: throttled(retryAfterSeconds), retryAfterSeconds },
    async settle(passed) {
      if (counted === null || told || retryAfterSeconds !== null || !passed) return;
      await limits.reward(counted.request).catch(() => undefined);
    },
  };
}

function throttled(seconds: number): Message {
  return message('availability.throttled', { minutes: minutesOf(seconds) });
}

/** True where the submission was accepted, so that its page is behind the visitor. */
export function hasPassed({ answered, reply }: Run): boolean {
  return answered && (reply?.is !== 'stage' || reply.status === 200);
}
