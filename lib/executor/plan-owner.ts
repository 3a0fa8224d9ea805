import type { Context, ContextKey } from '../flow/context.js';
import { isOpenedByLink, type Flow } from '../flow/flow.js';
import type { Plan } from '../flow/plan.js';
import type { Run } from './run.js';

/** Who is at a flow now. */
interface Visitor {
  readonly flow: Flow;
  /** `undefined`: no user is signed in. */
  readonly user: string | undefined;
}

/**
 * True where the plan is another user's than the one who is signed in now, or where that user accepted its invitation.
 * Where the plan itself signed this user in, it is theirs. Once its user's session has ended, it is no signed-out
 * visitor's either.
 */
export function isOfAnotherAccount({ flow, user }: Visitor, { context, owner, proved, account }: Plan): boolean {
  const known = [proved, account];
  if (user === undefined) return owner !== undefined && !known.includes(owner) && isForEveryone(flow);
  const accounts = [known.includes(user) ? undefined : owner, context.invitation?.acceptance?.account];
  return accounts.some((one) => one !== undefined && one !== user);
}

/**
 * Other flows show signed-out visitors nothing that a signed-in user typed: they ask them to sign in first, or are for
 * signed-out visitors only, or for the person who has the link.
 */
function isForEveryone(flow: Flow): boolean {
  const { authentication } = flow;
  return (authentication === 'none' || authentication === 'require_redirect') && !isOpenedByLink(flow);
}

/**
 * Gives the plan that this request stores its owner: the user that it signs in, else the user who was signed in when the
 * plan began or when an answer was first accepted for one. Where the plan itself signs its user out, it has none.
 */
export function withOwner(run: Run): Run {
  const { plan, ask, signIn, signOut, endSessions } = run;
  const { user } = ask.facts;
  // Such a flow refuses every user but the one that its plan signed in.
  if (ask.flow.authentication === 'require_unauthenticated') return run;
  const endsOwn = endSessions?.endsOwnSession === true && endSessions.user === user;
  if (signIn === null && (signOut || endsOwn)) {
    const { owner: _, ...others } = plan;
    return { ...run, plan: others };
  }
  const owner = signIn?.signIn ?? plan.owner ?? user;
  return owner === undefined || owner === plan.owner ? run : { ...run, plan: { ...plan, owner } };
}

/** What says nothing of a person: it stays for the next user of the plan. */
const impersonal = [
  'redirect',
  'is_redirected',
  'redirect_stage_target',
  'deny_message',
  'captcha',
  'remember_me',
] as const satisfies readonly ContextKey[];

/** Of what a source says of the person, and of what is connected by it. */
const ofIdentity = [
  'identity',
  'is_sso',
  'source',
  'oauth_userinfo',
  'invitation_rule',
  'connect_to',
] as const satisfies readonly ContextKey[];

const ofInvitation = ['invitation', 'inviter_name', 'fixed_data'] as const satisfies readonly ContextKey[];

/**
 * The plan once it signs `user` in. Where it was another user's, that person's answers and proofs are dropped before
 * any stage can write them into the account of `user`: at their browser, signing in by this flow is how a second person
 * takes over. An account that the plan itself wrote is the same person's, under another name.
 */
export function planSigningIn(plan: Plan, user: string): Plan {
  const { owner, account, context, origin } = plan;
  if (owner === undefined || owner === user || account === user) return plan;
  const isTheirs = (one: Context): boolean => one.connect_to === user || one.pending_user === user;
  const acceptedBy = context.invitation?.acceptance?.account;
  const kept = (from: Context): Context => ({
    ...pick(from, impersonal),
    ...(isTheirs(origin) ? pick(from, ofIdentity) : {}),
    ...(acceptedBy === undefined || acceptedBy === user ? pick(from, ofInvitation) : {}),
    ...(from.pending_user === user ? pick(from, ['pending_user', 'pending_user_identifier', 'auth_method']) : {}),
    ...(from.second_factor === user ? { second_factor: user } : {}),
  });
  return { ...plan, context: kept(context), origin: kept(origin) };
}

function pick(context: Context, keys: readonly ContextKey[]): Context {
  return Object.fromEntries(keys.flatMap((key) => (context[key] === undefined ? [] : [[key, context[key]]])));
}

/** True where only this request shows whose plan it is: the plan has no evidence for this user. */
export function showsOwner({ owner: before }: Plan, { owner, proved, account }: Plan): boolean {
  return owner !== undefined && owner !== before && owner !== proved && owner !== account;
}
