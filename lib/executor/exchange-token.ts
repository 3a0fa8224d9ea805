import { isSameJson } from '../base/json.js';
import type { Context } from '../flow/context.js';
import { restore, serialise } from '../flow/machine/codec.js';
import { planLimits, type PlanToken } from '../flow/plan.js';
import type { PlanReplacement, StoredPlan } from '../ports/plan-store.js';
import { exchangeReceipt } from './completion-receipt.js';
import { formDigest } from './form-digest.js';
import { renewsSession } from './renewed-session.js';
import type { Reply } from './reply.js';
import { storedUntil } from './plan-lifetime.js';
import type { Run } from './run.js';
import { isOfThisRequest } from './sign-in-evidence.js';

/**
 * True where a plan has learned more about the visitor in this request: a source's answer, a password, an account. Its
 * token is exchanged then, so that a token that an attacker planted in the browser, or read from it, becomes useless.
 */
export function knowsMore(run: Run): boolean {
  const { ask, before, plan, signIn, evidence } = run;
  // A token that was created for this very request is not known anywhere else. A page that is only shown again brings
  // nothing new.
  if (ask.fresh || ask.redraw !== null) return false;
  // The second of two clicks must be signed in like the first; that needs a completion receipt.
  if (signIn !== null || isOfThisRequest(evidence) || renewsSession(run)) return true;
  return telling.some((key) => plan.context[key] !== undefined && !isSameJson(plan.context[key], before[key]));
}

const telling = [
  'identity',
  'password_hash',
  'pending_user',
  'email_verified',
] as const satisfies readonly (keyof Context)[];

/**
 * Stores the plan under a new token, and under the old token the completion receipt of the form that ended it: the
 * second of two clicks is then answered like the first. The token is derived from that form, so that both clicks get
 * the same one. `identifies`: the form identified the person; another answer to it is another person's.
 */
export async function exchangeToken(
  run: Run,
  reply: Reply,
  { ttlSeconds, identifies }: { readonly ttlSeconds: number; readonly identifies: boolean },
): Promise<{ readonly saved: PlanReplacement; readonly token: PlanToken }> {
  const { context, ask, plan, revision } = run;
  const { plans } = context;
  const form = formDigest(context, ask);
  const token = ask.nextToken(form);
  const toldBy = ask.submission === null || !identifies ? {} : { toldBy: { step: ask.submission.step, form } };
  const next = serialise({ ...plan, ...toldBy, id: token.planId, expiresAt: storedUntil(run) });
  const receipt = serialise(exchangeReceipt(run, reply, form));
  const created = await plans.create(token.planId, next, ttlSeconds, revision + 1);
  const saved =
    revision === 0
      ? await plans.create(plan.id, receipt, planLimits.totalSeconds)
      : await plans.replace(plan.id, revision, receipt, planLimits.totalSeconds);
  // Another form was first. If it was the same form, the plan stored under the new token is this one, too.
  if (!saved.won && created.won && !isExchange(run, saved.now, form)) await plans.drop(token.planId);
  return { saved, token };
}

function isExchange({ ask, plan }: Run, now: StoredPlan | null, form: string): boolean {
  const restored = now === null ? null : restore(now.text, ask.flow, plan.id);
  return restored?.type === 'receipt' && restored.receipt.continues === true && restored.receipt.form === form;
}
