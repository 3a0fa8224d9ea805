import { restore } from '../flow/machine/codec.js';
import type { Flow } from '../flow/flow.js';
import type { Ask, ExecutorContext } from './run.js';
import { findWrittenAccount } from './written-account.js';

/**
 * Ends a plan that its visitor cancels, and returns the id of the account that it had written, `null` for none. A seat that was reserved for it
 * is free again, and the link of its mail is over. A finished plan keeps its completion receipt: the browser's next visitor must not get the account that
 * was written under its id.
 */
export async function cancelPlan(
  { plans, services }: Pick<ExecutorContext, 'plans' | 'services'>,
  flow: Flow,
  { planId, enrollmentId, address }: Pick<Ask, 'planId' | 'enrollmentId'> & { readonly address: string },
): Promise<{ readonly account: string | null }> {
  const stored = await plans.load(planId);
  const restored = stored === null ? null : restore(stored.text, flow, planId);
  if (restored?.type === 'receipt') return { account: restored.receipt.user ?? null };
  await plans.drop(planId);
  if (restored?.type !== 'plan') return { account: await findWrittenAccount({ plans }, { flow, enrollmentId }) };
  if (restored.plan.account !== undefined) return { account: restored.plan.account };
  const { invitation, email_code: sent } = restored.plan.context;
  if (sent !== undefined) await services.mailCodes?.end(sent);
  if (invitation !== undefined)
    await services.invitations.releaseReservation(invitation, restored.plan.enrollmentId, address);
  return { account: null };
}
