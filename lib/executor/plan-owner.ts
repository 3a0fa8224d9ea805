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

/** True where only this request shows whose plan it is: the plan has no evidence for this user. */
export function showsOwner({ owner: before }: Plan, { owner, proved, account }: Plan): boolean {
  return owner !== undefined && owner !== before && owner !== proved && owner !== account;
}
