import type { Request, RequestHandler, Response } from 'express';
import { canonicalEmail } from '../../base/canonical.js';
import { EnrollmentError, storeAway } from '../../base/error.js';
import { digest128 } from '../../base/ids.js';
import { isInviteRefused } from '../../base/invite-refused.js';
import { message } from '../../base/message.js';
import { locationOf } from '../../base/target.js';
import { userIdText } from '../../base/user-id.js';
import type { InvitationRef } from '../../ports/invitation-gate.js';
import type { Redemption } from '../../ports/redemptions.js';
import { tenantOf } from '../app-hooks.js';
import { setRetryAfter } from '../failure.js';
import { dropEntryLink, isForeignForm } from './attempt.js';
import {
  acceptInviteTerms,
  type AcceptedInvite,
  type AcceptInviteHandler,
  type AcceptInviteSettings,
  type AcceptInviteTerms,
} from './accept-invite-settings.js';
import type { GuardParts } from './guard-settings.js';
import type { PrefilledInvite } from './prefill-invite.js';
import { refusingFor, type Refusing } from './refusing.js';
import { codeOfRequest } from './request-fields.js';

/** Middleware by which signed-in users accept an invitation, before the app's handler answers. */
export function acceptInvite<User, Data>(
  parts: GuardParts<User, Data>,
  settings: AcceptInviteSettings<Data>,
  handler: AcceptInviteHandler<Data>,
): RequestHandler {
  const terms = acceptInviteTerms(parts, settings, handler);
  const refusingIn = refusingFor(terms.field, (sentence, locale) => parts.text(sentence, locale));
  return (req, res, next) => {
    accept(parts, terms, refusingIn(parts.locale(req)), req, res)
      .then((accepted) => handler(req, res, accepted))
      .catch(async (error: unknown) => {
        setRetryAfter(res, error);
        if (!isInviteRefused(error) || terms.onRefused === undefined || res.headersSent) throw error;
        await terms.onRefused(req, res, error);
      })
      .catch((error: unknown) => {
        // `next(undefined)` would continue as if nothing had happened.
        next(error ?? new Error('a handler failed without a reason'));
      });
  };
}

async function accept<User, Data>(
  parts: GuardParts<User, Data>,
  terms: AcceptInviteTerms<Data>,
  refusing: Refusing,
  req: Request,
  res: Response,
): Promise<AcceptedInvite<Data>> {
  const away = (error: unknown): never => {
    throw refusing.away(error);
  };
  const failure = parts.startFailure();
  if (failure !== null) throw refusing.away(storeAway('express-enrollment', failure));
  // A link of another site would accept it otherwise.
  if (req.method === 'GET' || req.method === 'HEAD')
    throw new EnrollmentError('ERR_ENROLLMENT_CONFIG', 'acceptInvite() changes something: it is for POST routes');
  if (terms.checkOrigin !== false && isForeignForm(parts, req)) throw refusing.foreign();
  const person = await personOf(parts, terms, req).catch(away);
  if (person === null) throw refusing.signedOut();
  const { userId, email } = person;
  const code = await codeOfRequest(parts, terms, req);
  const shown: PrefilledInvite = { code: code?.reveal() ?? '', field: terms.field };
  res.locals['invite'] = shown;
  if (code === null) throw refusing.missing();

  const address = parts.client(req);
  const tenant = tenantOf(parts.tenant, req);
  const attempt = `accept:${digest128(userId)}`;
  const question = { code, flow: null, enrollmentId: attempt, address, email, tenant, account: userId };
  const verdict = await parts.gate.validate(question).catch(away);
  const found = verdict.ok ? verdict : verdict.accepted;
  if (found === undefined)
    throw verdict.ok ? new TypeError('an accepted code without terms') : refusing.refused(verdict);
  const { invitation, label, data, redirect } = found;
  // The body may have taken minutes, in which the user's sessions were ended.
  if (verdict.ok && !(await parts.authSession.isStillSignedIn(req, userId).catch(away))) throw refusing.signedOut();
  const type = verdict.ok ? await write(parts, terms, { refusing, userId, email, invitation, req }) : 'accepted_before';
  dropEntryLink(parts, req, res);
  return Object.freeze({
    type,
    userId,
    id: invitation.id,
    label,
    inviter: verdict.ok ? verdict.inviter : null,
    data: parts.readData(data),
    redirect: redirect === null ? null : locationOf(parts.site, redirect),
  });
}

/** One seat for each user, by the redemption protocol. Errors of the app's own write are passed on unchanged. */
async function write<User, Data>(
  parts: GuardParts<User, Data>,
  terms: AcceptInviteTerms<Data>,
  order: {
    readonly refusing: Refusing;
    readonly userId: string;
    readonly email: string | null;
    readonly invitation: InvitationRef;
    readonly req: Request;
  },
): Promise<AcceptedInvite['type']> {
  const { refusing, userId, email, invitation, req } = order;
  const { acceptance } = invitation;
  if (acceptance?.account !== userId) throw new TypeError('the invitation was not checked for this user');
  const thrown = new Set<unknown>();
  try {
    const redeemed = await parts.redeem<true>({
      enrollmentId: acceptance.enrollmentId,
      account: userId,
      flow: null,
      tenant: tenantOf(parts.tenant, req),
      address: parts.client(req),
      invitation,
      email,
      async write(redemption) {
        try {
          await writeOne(parts, terms, rowOf(userId, redemption), { userId, req });
        } catch (error) {
          thrown.add(error);
          throw error;
        }
        return true;
      },
      idOf: () => userId,
      taken: () => Promise.resolve(null),
    });
    if (redeemed.type === 'redeemed' && redeemed.userId === userId)
      return redeemed.user === null ? 'accepted_before' : 'accepted';
    if (redeemed.type !== 'refused') throw refusing.refused({ message: message('invitation.already'), reference: '' });
    if (redeemed.cause === 'already_accepted') return 'accepted_before';
    throw refusing.refused(redeemed);
  } catch (error) {
    throw thrown.has(error) ? error : refusing.away(error);
  }
}

async function writeOne<User, Data>(
  { users, readData }: GuardParts<User, Data>,
  terms: AcceptInviteTerms<Data>,
  redemption: Redemption,
  { userId, req }: { readonly userId: string; readonly req: Request },
): Promise<void> {
  if (terms.write !== undefined) {
    const { invitation, ...others } = redemption;
    const typed = invitation === null ? null : { ...invitation, data: readData(invitation.data) };
    await terms.write({ ...others, invitation: typed }, req);
    return;
  }
  const user = (await users?.findById(userId)) ?? null;
  if (user === null) throw new EnrollmentError('ERR_ENROLLMENT_USER_STORE', 'the account that accepts is gone');
  await users?.acceptInvitation?.(user, redemption);
}

/** A row of another user would use this user's seat for them. */
function rowOf(userId: string, redemption: Redemption): Redemption {
  return {
    ...redemption,
    row(id) {
      const row = redemption.row(id);
      if (row.user_id !== userId)
        throw new EnrollmentError('ERR_ENROLLMENT_USER_STORE', 'acceptInvite(): the row is not of the signed-in user');
      return row;
    },
  };
}

/** `null`: no user is signed in, or the account is not active. */
async function personOf<User, Data>(
  { authSession, users }: GuardParts<User, Data>,
  { user: askUser, email: askEmail }: AcceptInviteTerms<Data>,
  req: Request,
): Promise<{ readonly userId: string; readonly email: string | null } | null> {
  const given = askUser === undefined ? await authSession.current(req) : await askUser(req);
  if (given === null || given === undefined) return null;
  const userId = userIdText(given, 'acceptInvite()');
  const user = users === null ? null : await users.findById(userId);
  const profile = users === null || user === null ? null : users.toProfile(user);
  if (users !== null && profile?.active !== true) return null;
  const own = profile?.emailVerified === false ? null : profile?.email;
  const email = askEmail === undefined ? own : await askEmail(req);
  return { userId, email: typeof email === 'string' ? canonicalEmail(email) : null };
}
