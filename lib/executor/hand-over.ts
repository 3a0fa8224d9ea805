import type { RedirectTarget } from '../base/target.js';
import type { Context, ContextKey } from '../flow/context.js';
import type { Flow } from '../flow/flow.js';
import { formDigest } from './form-digest.js';
import type { CompletionReceipt, EarlierFlows } from '../flow/plan.js';
import type { Reply } from './reply.js';
import type { Run } from './run.js';
import { authenticatedAt } from './sign-in-evidence.js';
import { askedSteps, beginOf } from './asked-steps.js';

/** The target for which a stage ended its flow. */
export interface Ending {
  readonly to: RedirectTarget;
  readonly keepContext: boolean | readonly ContextKey[];
}

/** What another flow, which ended in this request, hands over besides its context. */
export interface HandedOver {
  /** The user that it had evidence of. */
  readonly proved: string | null;
  /** When it was given, in milliseconds since 1970. */
  readonly provedAt: number;
  /** The epoch of that evidence. */
  readonly provedEpoch: number;
  /** The account that it had written. */
  readonly account: string | null;
  readonly earlier: EarlierFlows;
  /** True where the visitor has begun with this flow, and starts over in it: its one-time link was used for that. */
  readonly startsOver: boolean;
}

/**
 * How another flow begins when one ends for it. `linked`: like a link, with the target `next`. `begun`: with a plan that
 * has a context; its token is derived from `cause`. `repeated`: the second of two clicks gets the token of that plan.
 */
export type HandOver =
  | { readonly type: 'linked'; readonly next: RedirectTarget | null }
  | ({ readonly type: 'begun'; readonly cause: string; readonly context: Context } & HandedOver)
  | { readonly type: 'repeated'; readonly cause: string };

/** What every kept context has. Everything else is left behind, unless the stage names it. */
const kept = [
  'prompt_data',
  'fixed_data',
  'password_hash',
  'pending_user_identifier',
  // An address that this browser proved: the account's owner is not known by it.
  'email_verified',
  'password_seen',
  'remember_me',
  'invitation',
  'inviter_name',
  'identity',
  'is_sso',
  'source',
  'oauth_userinfo',
  'invitation_rule',
  'account_to_claim',
  'connect_to',
] as const satisfies readonly ContextKey[];

/** Kept only where they name the user that the plan has evidence of. */
const proofs = ['pending_user', 'second_factor'] as const satisfies readonly ContextKey[];

/** Of the account that the visitor said is not theirs. */
const ofOtherAccount: readonly ContextKey[] = ['connect_to', 'pending_user_identifier'];

/** True only at its own time, or only for the stage that it was written for. */
const never: readonly ContextKey[] = [
  'signed_in_recently',
  'enroll_instead',
  'is_redirected',
  'is_restored',
  'source_stage',
  'source_stage_user',
  'redirect_stage_target',
  'deny_message',
  'ticket',
];

/** How the flow that `ending` leads to begins; `null` where it leads to no flow. */
export function handOverOf(run: Run, { to, keepContext }: Ending): HandOver | null {
  const { plan, ask, evidence, signOut } = run;
  if (!('flow' in to)) return null;
  const next = plan.context.redirect ?? null;
  // Nothing that a person proved outlives their sign-out.
  if (keepContext === false || signOut) return { type: 'linked', next };
  const proved = evidence?.user ?? null;
  const named = keepContext === true ? [] : keepContext;
  const left = plan.context.enroll_instead === to.flow ? ofOtherAccount : [];
  return {
    type: 'begun',
    cause: formDigest(run.context, ask),
    context: {
      ...keptContext(plan.context, { named, left }, proved),
      is_redirected: plan.flow,
    },
    proved,
    ...provedBy(run),
    account: plan.account ?? null,
    earlier: earlierFlowsOf(run, proved),
    startsOver: false,
  };
}

/**
 * How a visitor starts over in a flow that cannot be opened twice, by a one-time link or by a redirect of another flow:
 * with what they have proved.
 */
export function handBack(run: Run, { authentication }: Flow): HandOver {
  const { plan, ask, context, evidence } = run;
  const proved = evidence?.user ?? null;
  return {
    type: 'begun',
    cause: formDigest(context, ask),
    context: {
      ...keptContext(plan.context, { named: [], left: [] }, proved),
      ...(authentication === 'require_token' ? { is_restored: true } : { is_redirected: plan.flow }),
    },
    proved,
    ...provedBy(run),
    account: plan.account ?? null,
    earlier: { begin: beginOf(plan), asked: [] },
    startsOver: true,
  };
}

/** Without a user that is handed over, nothing is left to ask for. */
function earlierFlowsOf({ plan, ask }: Run, proved: string | null): EarlierFlows {
  return { begin: beginOf(plan), asked: proved === null ? [] : askedSteps(plan, ask.flow) };
}

/** A time and an epoch of 0 where there is no evidence. */
function provedBy(run: Run): Pick<HandedOver, 'provedAt' | 'provedEpoch'> {
  if (run.evidence === null) return { provedAt: 0, provedEpoch: 0 };
  const { at, epoch } = authenticatedAt(run, run.evidence);
  return { provedAt: at, provedEpoch: epoch };
}

function keptContext(
  context: Context,
  { named, left }: { readonly named: readonly ContextKey[]; readonly left: readonly ContextKey[] },
  proved: string | null,
): Context {
  const wanted = [...kept, 'redirect' as const, ...named].filter(
    (key) => !never.includes(key) && !left.includes(key) && !proofs.some((proof) => proof === key),
  );
  const proven = proofs.filter((key) => proved !== null && context[key] === proved);
  return Object.fromEntries(
    // How that user signed in.
    [
      ...new Set<ContextKey>([
        ...wanted,
        ...proven,
        ...(proven.includes('pending_user') ? ['auth_method' as const] : []),
      ]),
    ].flatMap((key) => (context[key] === undefined ? [] : [[key, context[key]]])),
  );
}

/** So that the second of two clicks leads to the same plan of the other flow. */
export function handedOverBy(reply: Reply): Pick<CompletionReceipt, 'handedOver' | 'next'> {
  const handOver = reply.type === 'redirect' ? reply.handOver : null;
  if (handOver === null) return {};
  if (handOver.type !== 'linked') return { handedOver: 'begun' };
  return { handedOver: 'linked', ...(handOver.next === null ? {} : { next: handOver.next }) };
}

/** A flow that ended for another one, which does not get its invitation, needs no seat. */
export async function releaseUnused({ ending, plan, ask, context }: Run, reply: Reply): Promise<void> {
  const { invitation } = plan.context;
  const isKept = reply.type === 'redirect' && reply.handOver?.type === 'begun';
  if (ending === null || invitation === undefined || plan.account !== undefined || isKept) return;
  await context.services.invitations.releaseReservation(invitation, plan.enrollmentId, ask.facts.address);
}
