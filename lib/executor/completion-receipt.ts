import { flowTarget, type RedirectTarget } from '../base/target.js';
import type { CompletionReceipt } from '../flow/plan.js';
import { formDigest, namesDigest } from './form-digest.js';
import { handedOverBy } from './hand-over.js';
import { renewedSessionOf } from './renewed-session.js';
import type { GrantedSignIn, Reply } from './reply.js';
import type { Run } from './run.js';

function completionReceiptOf(
  run: Run,
  reply: Reply,
  { form, to }: { readonly form: string; readonly to: RedirectTarget },
): CompletionReceipt {
  const { ask, plan, signIn } = run;
  return {
    v: 1,
    done: true,
    id: plan.id,
    flow: plan.flow,
    build: plan.build,
    step: ask.submission?.step ?? '',
    form,
    to: reply.type === 'redirect' ? reply.to : to,
    ...(reply.type === 'redirect' && reply.notice !== null ? { notice: reply.notice } : {}),
    ...handedOverBy(reply),
    rememberSeconds: signIn?.rememberSeconds ?? null,
    finishedAt: ask.facts.now,
    ...writtenBy(run),
    ...(signIn === null ? renewedSessionOf(run) : { ...signInOf(signIn), password: plan.provedPassword }),
  };
}

function writtenBy(run: Run): Pick<CompletionReceipt, 'written'> {
  const { context, ask, plan } = run;
  if (plan.account === undefined || ask.submission === null || !writesAccount(run)) return {};
  return { written: { user: plan.account, names: namesDigest(context, ask) } };
}

function writesAccount({ plan, before }: Run): boolean {
  return plan.account !== undefined && plan.account !== before.pending_user;
}

/** What the second of two clicks is signed in with. */
function signInOf(
  granted: GrantedSignIn,
): Pick<CompletionReceipt, 'user' | 'authenticatedAt' | 'epoch' | 'networkBinding' | 'geoBinding'> {
  const { signIn: user, networkBinding = 'none', geoBinding = 'none', authenticatedAt, epoch, endEpoch } = granted;
  return {
    user,
    authenticatedAt,
    epoch: endEpoch ?? epoch,
    ...(networkBinding === 'none' ? {} : { networkBinding }),
    ...(geoBinding === 'none' ? {} : { geoBinding }),
  };
}

/** The receipt of a plan that ended. */
export function lastReceipt(run: Run, reply: Reply): CompletionReceipt {
  return completionReceiptOf(run, reply, {
    form: formDigest(run.context, run.ask),
    to: { path: run.ask.flow.target },
  });
}

/** The receipt under the old token of a plan that goes on under a new one. */
export function exchangeReceipt(run: Run, reply: Reply, form: string): CompletionReceipt {
  const { plan } = run;
  const wrote = writesAccount(run);
  return {
    ...completionReceiptOf(run, reply, { form, to: flowTarget(plan.flow) }),
    continues: true,
    ...(wrote ? { wrote } : {}),
  };
}
