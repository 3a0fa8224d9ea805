import type { Awaitable } from '../base/awaitable.js';
import { isEnrollmentError } from '../base/error.js';
import { randomReference } from '../base/ids.js';
import { enrolled, refusal, type EnrolledReply, type Reply } from './reply.js';
import type { Run } from './run.js';

/** Once the account is written, a refusal is reported as an existing account: starting again would not help. */
export function asWritten({ plan }: Run, reply: Reply): Reply {
  if (plan.account === undefined || reply.type !== 'refusal') return reply;
  return enrolled({ problem: 'refused', messages: reply.messages, reference: reply.reference });
}

/** The reply to a request that failed after it had written an account. Every other error is rethrown. */
export async function afterFailure(run: Run, error: unknown, save: (run: Run) => Awaitable<Reply>): Promise<Reply> {
  const { context, plan, ask, before, evidence } = run;
  if (plan.account === undefined || evidence?.type !== 'account_written') throw error;
  const reference = randomReference();
  const about = { err: error, flow: ask.flow.slug, user: plan.account, reference };
  context.log.error(about, 'a request failed after it had written an account');
  // Where only a store was unavailable, the user can sign in once it is back.
  const away = isEnrollmentError(error) && error.status === 503;
  if (away || before.pending_user !== undefined) return enrolled({ reference });
  const reply = enrolled({ problem: 'refused', reference });
  await leaveReceipt(run, reply, save);
  return reply;
}

/** Stores the completion receipt, so that the second of two clicks gets the same reply. */
async function leaveReceipt(
  run: Run,
  { reference }: EnrolledReply,
  save: (run: Run) => Awaitable<Reply>,
): Promise<void> {
  const reply = refusal(403, [], { flow: run.ask.flow, reference });
  try {
    await save({ ...run, answered: true, reply });
  } catch (error) {
    run.context.log.warn({ err: error, reference }, 'a plan that failed after its write could not be ended');
  }
}
