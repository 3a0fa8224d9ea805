import { digest128 } from '../base/ids.js';
import type { Flow } from '../flow/flow.js';
import { restore, serialise } from '../flow/machine/codec.js';
import { planLimits } from '../flow/plan.js';
import { enrolled, go, type Reply } from './reply.js';
import type { Ask, Run, ExecutorContext } from './run.js';

/**
 * Records that an enrollment has its account, where its plan continues. The plan lives an hour from each save, the
 * cookie with the enrollment's id a day. Without the record, a user who returns later is asked to sign up again.
 */
export async function recordWrittenAccount({ context, ask, plan, before }: Run): Promise<void> {
  const { account } = plan;
  if (account === undefined || before.pending_user === account) return;
  const { flow, enrollmentId, facts } = ask;
  const id = recordId(flow, enrollmentId);
  const record = serialise({
    v: 1,
    done: true,
    id,
    flow: flow.slug,
    step: '',
    to: { path: flow.target },
    user: account,
    rememberSeconds: null,
    finishedAt: facts.now,
  });
  await context.plans.create(id, record, planLimits.totalSeconds);
}

/** The id of the account that an enrollment wrote before its plan was lost; `null` where there is none. */
export async function findWrittenAccount(
  { plans }: Pick<ExecutorContext, 'plans'>,
  { flow, enrollmentId }: Pick<Ask, 'flow' | 'enrollmentId'>,
): Promise<string | null> {
  const id = recordId(flow, enrollmentId);
  const stored = await plans.load(id);
  const restored = stored === null ? null : restore(stored.text, flow, id);
  return restored?.type === 'receipt' ? (restored.receipt.user ?? null) : null;
}

/**
 * The reply where a plan that had written an account is gone; `null` where it had not. It never signs in. A GET gets it
 * once: the browser's next visitor starts a new plan.
 */
export async function replyToLostPlan(context: ExecutorContext, ask: Ask): Promise<Reply | null> {
  const { facts, submission, flow } = ask;
  if (submission === null && facts.user !== undefined) return null;
  const account = await findWrittenAccount(context, ask);
  if (account === null) return null;
  if (facts.user === account) return go({ path: flow.target }, { done: true });
  return enrolled({ user: account, freshToken: submission === null });
}

function recordId(flow: Flow, enrollmentId: string): string {
  return digest128(JSON.stringify(['written account', flow.slug, enrollmentId]));
}
