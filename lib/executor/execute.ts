import { isEnrollmentError } from '../base/error.js';
import { randomReference } from '../base/ids.js';
import { countLookups, hasPassed, type AccountLookups } from './account-lookups.js';
import { enrolled, refusal, type EnrolledReply, type Reply } from './reply.js';
import type { Ask, Run, ExecutorContext } from './run.js';
import { advance, askAgain } from './steps/advance.js';
import { checkAnswers } from './steps/check-answers.js';
import { checkBinding } from './steps/check-binding.js';
import { loadPlan } from './steps/load-plan.js';
import { runStage, typedOf } from './steps/run-stage.js';
import { savePlan } from './steps/save-plan.js';

/**
 * The way of a request. `read facts` comes before and `reply` after, both in `http/`; the four steps in the
 * middle repeat for silent stages, until one asks or the way is done.
 */
const steps = Object.freeze({ loadPlan, checkBinding, runStage, checkAnswers, advance, savePlan });

/** Executes one request to a flow. @throws ERR_ENROLLMENT_STORE_AWAY (503), ERR_ENROLLMENT_BODY (400) */
export async function execute(context: ExecutorContext, ask: Ask): Promise<Reply> {
  const lookups = countLookups(context, ask);
  lookups.begin();
  let run = await steps.loadPlan(lookups.context, ask).catch((error: unknown) => {
    lookups.settle(true);
    throw error;
  });
  if (run.reply !== null) {
    lookups.settle(true);
    return withNext(run, await steps.savePlan(run));
  }
  try {
    // This ends: each turn replies or leaves a step behind, and what policies insert comes in once.
    while (run.reply === null) {
      run = await steps.checkBinding(run);
      if (run.reply !== null || run.binding === null) break;
      run = await turnOf(run, run.binding, lookups);
    }
    run = throttledBy(lookups, run);
    lookups.settle(hasPassed(run));
    return withNext(run, afterWrite(run, await steps.savePlan(run)));
  } catch (error) {
    // No answer: nothing was told.
    lookups.settle(true);
    const reply = failedAfterWrite(run, error);
    if (reply.problem === 'refused') await leaveReceipt(run, reply);
    return reply;
  }
}

/** Answers 429 where a policy looked up more names than the limit allows and the form therefore came to nothing. */
function throttledBy(lookups: AccountLookups, run: Run): Run {
  const limit = run.changed ? null : lookups.untold();
  if (limit === null) return run;
  const { sentence, retryAfterSeconds } = limit;
  const reply = refusal(429, [sentence], { flow: run.ask.flow, retryAfterSeconds });
  return { ...run, answered: false, reply };
}

/** A way that is begun again leads to the same place. */
function withNext({ plan }: Run, reply: Reply): Reply {
  const { redirect } = plan.origin;
  return reply.is === 'refusal' && redirect !== undefined ? { ...reply, next: redirect } : reply;
}

/** Once the account is there, a refusal is told as what it is: starting again would not help. */
function afterWrite({ plan }: Run, reply: Reply): Reply {
  if (plan.account === undefined || reply.is !== 'refusal') return reply;
  return enrolled({ problem: 'refused', messages: reply.messages, reference: reply.reference });
}

function failedAfterWrite(run: Run, error: unknown): EnrolledReply {
  const { context, plan, ask, before, evidence } = run;
  if (plan.account === undefined || evidence?.type !== 'account_written') throw error;
  const reference = randomReference();
  const about = { err: error, flow: ask.flow.slug, user: plan.account, reference };
  context.log.error(about, 'a request failed after it had written an account');
  // Where only a store was away the person can sign in once it is back.
  const away = isEnrollmentError(error) && error.status === 503;
  return away || before.pending_user !== undefined
    ? enrolled({ reference })
    : enrolled({ problem: 'refused', reference });
}

/** Makes the second of two clicks get the same answer. */
async function leaveReceipt(run: Run, { reference }: EnrolledReply): Promise<void> {
  const reply = refusal(403, [], { flow: run.ask.flow, reference });
  await steps.savePlan({ ...run, answered: true, reply }).catch((error: unknown) => {
    run.context.log.warn({ err: error, reference }, 'a plan that failed after its write could not be ended');
  });
}

async function turnOf(run: Run, binding: NonNullable<Run['binding']>, lookups: AccountLookups): Promise<Run> {
  const stepped = await steps.runStage(run, binding);
  if (stepped.is === 'reply') return stepped.run;
  if (stepped.is === 'outcome') return steps.advance(run, binding, lookups.limited(binding, stepped.outcome));
  const checked = await steps.checkAnswers(run, binding, stepped.stage, stepped.answers);
  if (checked.is === 'outcome')
    return checked.run.reply === null ? steps.advance(checked.run, binding, checked.outcome) : checked.run;
  const { reference, retryAfterSeconds } = checked.judged;
  const status = retryAfterSeconds === null ? 422 : 429;
  return askAgain(run, binding, checked.errors, {
    status,
    reference,
    retryAfterSeconds,
    typed: typedOf(stepped.stage, run.ask.submission),
  });
}
