import { setTimeout as delay } from 'node:timers/promises';
import { EnrollmentError, isEnrollmentError, storeAway } from '../base/error.js';
import { randomReference } from '../base/ids.js';
import { message } from '../base/message.js';
import {
  enrolled,
  refusal,
  type EnrolledReply,
  type GrantedSignIn,
  type RedirectReply,
  type RefusalReply,
} from '../executor/reply.js';
import { maySignIn } from '../executor/sign-in-evidence.js';
import { signOut } from './sign-out.js';
import type { Visit } from './visit.js';

/**
 * Signs in or out as the flow requested, once per request. A returned reply replaces the original one.
 * @throws ERR_ENROLLMENT_LOGIN when the app's login cannot sign out
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when signing out fails: the visitor must know that they are still signed in
 */
export async function applySignIn(visit: Visit, reply: RedirectReply): Promise<EnrolledReply | RefusalReply | null> {
  const { endSessions, reauthenticated } = reply;
  if (reauthenticated !== null) visit.web.authSession.reauthenticated(visit.req, reauthenticated);
  if (endSessions !== null) {
    const isKept = reply.signIn === null && !endSessions.endsOwnSession;
    const ended = await endSessionsOf(visit, endSessions, isKept ? visit.req : null);
    // The session of this request was ended meanwhile: it ends none of the others.
    if (!ended) return refusal(403, [message('flow.signed_out')], { flow: visit.flow, reason: 'signed_out' });
    if (endSessions.endsOwnSession) await signOutOf(visit, endSessions.user);
  }
  if (reply.signIn?.renews !== undefined) return renewSession(visit, reply.signIn, reply.signIn.renews);
  if (reply.signIn !== null) return signIn(visit, reply.signIn);
  if (!reply.signOut) return null;
  const { web, req, res, flow } = visit;
  // Only a login created by a function can reach this line; other logins are checked when the app starts.
  if (!web.authSession.canSignOut) throw new EnrollmentError('ERR_ENROLLMENT_LOGIN', 'the login has no signOut');
  try {
    await signOut(web, req, res, { going: reply.done ? null : flow.slug });
  } catch (error) {
    throw storeAway('the session store', error);
  }
  return null;
}

/** Signs this browser out where the user is signed in: its request still has the session that ended. */
async function signOutOf({ web, req, res, flow }: Visit, user: string): Promise<void> {
  if (!web.authSession.canSignOut || (await web.authSession.current(req)) !== user) return;
  try {
    await signOut(web, req, res, { going: flow.slug });
  } catch (error) {
    throw storeAway('the session store', error);
  }
}

/**
 * `req`: the request whose session stays, unless it signs in anew. False where that session was ended meanwhile.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when the sessions cannot be ended
 */
async function endSessionsOf(
  { web, flow }: Visit,
  { user, epoch, evidenceOnly, keepsId }: NonNullable<RedirectReply['endSessions']>,
  req: Visit['req'] | null,
): Promise<boolean> {
  try {
    if (evidenceOnly) await web.authSession.endEvidence(user, epoch);
    else await web.authSession.endSessions(user, req, { epoch, keepsId });
    return true;
  } catch (error) {
    if (isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_SESSIONS_ENDED') return false;
    web.log.error({ err: error, flow: flow.slug, user }, "a user's other sessions could not be ended");
    throw isEnrollmentError(error) ? error : storeAway('the session store', error);
  }
}

/** How long to wait for the first of two clicks, and how often to look, in milliseconds. */
const longestMs = 1500;
const pauseMs = 50;

/**
 * The second of two clicks on a form that gave the session a new id: this browser has the old one, unless the first
 * answer's cookies reached it. It gets a session in place of that one, while it lasts. What fails leaves the visitor
 * signed out.
 */
async function renewSession(
  { web, req, res, user: present, flow }: Visit,
  effect: GrantedSignIn,
  before: string,
): Promise<null> {
  const { signIn: user, evidence, authenticatedAt, epoch, password } = effect;
  if (!maySignIn(user, evidence)) return null;
  if (present !== null && web.authSession.sessionId(req) !== before) return null;
  // Signed out since, or ended in another way: the form alone, at a browser that others use too, is not enough.
  const agoMs = evidence.type === 'form_repeated' ? evidence.agoMs : 0;
  // It began before the one that has acted: the browser shows the answer of that one, and keeps its cookies.
  if (agoMs < 0) return null;
  for (let waited = agoMs; !(await web.authSession.hasRenewedSession(user, before)); waited += pauseMs) {
    if (waited >= longestMs) return null;
    await delay(pauseMs);
  }
  try {
    const details = { method: 'password', password, authenticatedAt, epoch, renews: before } as const;
    await web.authSession.signInInPlace(req, res, user, details);
  } catch (error) {
    web.log.warn({ err: error, flow: flow.slug, user }, 'a session could not be renewed for the second of two clicks');
  }
  return null;
}

async function signIn(visit: Visit, effect: GrantedSignIn): Promise<EnrolledReply | RefusalReply | null> {
  const { web, req, res, flow } = visit;
  const { signIn: user, rememberSeconds, evidence, authenticatedAt, epoch, password, endEpoch } = effect;
  const { networkBinding = 'none', geoBinding = 'none' } = effect;
  const exists = flow.designation !== 'enrollment';
  if (!maySignIn(user, evidence)) return enrolled({ user });
  try {
    const method = effect.method ?? (exists ? 'password' : 'enrollment');
    const isOver = endEpoch !== undefined && (await web.authSession.hasEnded(user, epoch));
    if (endEpoch !== undefined && !isOver) await web.authSession.endSessions(user, null, { epoch: endEpoch });
    const entered =
      !isOver &&
      (await web.authSession.signIn(req, res, user, {
        method,
        password,
        rememberSeconds,
        authenticatedAt,
        epoch: endEpoch ?? epoch,
        networkBinding,
        geoBinding,
      }));
    // The account was removed or deactivated, or its sessions were ended, after the password was verified. Only an
    // account that is inactive is reported as such.
    if (!entered) return exists ? refusal(403, [message('sign_in.kept_out')], { flow }) : enrolled({ user });
    if (exists) web.context.events({ type: 'login.succeeded', flow: flow.slug, user });
    return null;
  } catch (error) {
    const reference = randomReference();
    const about = { err: error, flow: flow.slug, user };
    if (exists) {
      web.log.error({ ...about, reference }, 'signing in failed after it was clear who it is');
      return refusal(503, [message('problem.503')], { flow, reference, retryAfterSeconds: 5 });
    }
    // The account exists: a failed sign-in must never cause a second one.
    web.log.error(about, 'signing in failed after the account was made');
    return enrolled({ user });
  }
}
