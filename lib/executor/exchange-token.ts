import { restore, serialise } from '../flow/machine/codec.js';
import { planLimits, type PlanToken, type CompletionReceipt } from '../flow/plan.js';
import type { Context } from '../flow/context.js';
import { formDigest } from './posted-form.js';
import type { Reply } from './reply.js';
import type { Run } from './run.js';
import { isOfThisRequest } from './sign-in-evidence.js';
import type { PlanReplacement, StoredPlan } from '../ports/plan-store.js';
import { flowTarget } from '../base/target.js';

/**
 * True where a plan has learned more about the visitor in this request: a source's answer, a password, an account. Its
 * token is exchanged then, so that a token that an attacker planted in the browser, or read from it, becomes useless.
 */
export function knowsMore({ ask, before, plan, signIn, evidence }: Run): boolean {
  // A token that was created for this very request is not known anywhere else.
  if (ask.fresh) return false;
  // The second of two clicks must be signed in like the first; that needs a completion receipt.
  if (signIn !== null || isOfThisRequest(evidence)) return true;
  return telling.some((key) => plan.context[key] !== undefined && !same(plan.context[key], before[key]));
}

const telling = ['identity', 'password_hash', 'pending_user'] as const satisfies readonly (keyof Context)[];

/**
 * Stores the plan under a new token, and under the old token the completion receipt of the form that ended it: the
 * second of two clicks is then answered like the first. The token is derived from that form, so that both clicks get
 * the same one.
 */
export async function exchangeToken(
  run: Run,
  reply: Reply,
  ttlSeconds: number,
): Promise<{ readonly saved: PlanReplacement; readonly token: PlanToken }> {
  const { context, ask, plan, revision } = run;
  const { plans } = context;
  const form = formDigest(context, ask);
  const token = ask.nextToken(form);
  const toldBy = ask.submission === null ? {} : { toldBy: { step: ask.submission.step, form } };
  const next = serialise({ ...plan, ...toldBy, id: token.planId });
  const receipt = serialise(completionReceiptOf(run, reply, form));
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

function completionReceiptOf({ ask, plan, before, signIn }: Run, reply: Reply, form: string): CompletionReceipt {
  return {
    v: 1,
    done: true,
    id: plan.id,
    flow: plan.flow,
    step: ask.submission?.step ?? '',
    form,
    continues: true,
    ...(plan.account === undefined || plan.account === before.pending_user ? {} : { wrote: true }),
    to: reply.type === 'redirect' ? reply.to : flowTarget(plan.flow),
    rememberSeconds: signIn?.rememberSeconds ?? null,
    finishedAt: ask.facts.now,
    ...(signIn === null ? {} : { user: signIn.signIn }),
  };
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
