import type { Request, RequestHandler, Response } from 'express';
import { storeAway } from '../../base/error.js';
import { isInviteRefused } from '../../base/invite-refused.js';
import type { JsonObject } from '../../base/json.js';
import { locationOf } from '../../base/target.js';
import { readTyped } from '../../invitations/codes/typed-code.js';
import { setRetryAfter } from '../failure.js';
import { tenantOf } from '../app-hooks.js';
import { attemptOf, finishAttempt, isForeignForm } from './attempt.js';
import { type GuardParts, guardTerms, type GuardSettings, type GuardTerms } from './guard-settings.js';
import { redeemOnce, type Invite } from './invite.js';
import type { PrefilledInvite } from './prefill-invite.js';
import { refusingFor, type Refusing } from './refusing.js';
import { accountDigest, enrollmentIdOf, uploadsOf, knownAccount } from './repeated-form.js';
import { codeOfRequest, bodyWithout } from './request-fields.js';
import { watchRedeem } from './watch-redeem.js';

/** The app's own signup, called once a code is accepted. Exceptions and rejections go to `next`, on Express 4 too. */
export type InviteHandler<User, Data = JsonObject> = (
  req: Request,
  res: Response,
  invite: Invite<User, Data>,
) => unknown;

/**
 * Middleware for a route that requires an invitation: checks it before the app's handler runs, without using a seat.
 */
export function requireInvite<User, Data>(
  parts: GuardParts<User, Data>,
  settings: GuardSettings<User>,
  handler: InviteHandler<User, Data>,
): RequestHandler {
  const terms = guardTerms(settings, handler);
  const refusingIn = refusingFor(terms.field, (message, locale) => parts.text(message, locale));
  return (req, res, next) => {
    admit(parts, terms, refusingIn(parts.locale(req)), req, res)
      .then(async (accepted) => {
        const { invite, settle } = watchRedeem(parts, res, accepted);
        await handler(req, res, invite);
        await settle();
      })
      .catch(async (error: unknown) => {
        setRetryAfter(res, error);
        if (!isInviteRefused(error)) throw error;
        if (terms.onRefused === undefined || res.headersSent) throw error;
        await terms.onRefused(req, res, error);
      })
      .catch((error: unknown) => {
        // `next(undefined)` would continue as if nothing had happened.
        next(error ?? new Error('a signup handler failed without a reason'));
      });
  };
}

async function admit<User, Data>(
  parts: GuardParts<User, Data>,
  terms: GuardTerms<User>,
  refusing: Refusing,
  req: Request,
  res: Response,
): Promise<Invite<User, Data>> {
  const failure = parts.startFailure();
  if (failure !== null) throw refusing.away(storeAway('express-enrollment', failure));
  const isForeign = terms.checkOrigin && isForeignForm(parts, req);
  const attempt = attemptOf(parts, req, res);
  if (isForeign) throw refusing.foreign();
  const code = await codeOfRequest(parts, terms, req);
  // A form that is shown again, for any reason, still contains the code.
  const shown: PrefilledInvite = { code: code?.reveal() ?? '', field: terms.field };
  res.locals['invite'] = shown;
  if (code === null) throw refusing.missing();

  const email = terms.email(req);
  const typed = readTyped(code.reveal());
  const codeText = typed.type === 'code' ? typed.code.text : '';
  const name = terms.account(req);
  // All spellings of a code are equal; every other field counts as it was sent.
  const body: unknown = terms.from === undefined ? bodyWithout(req, terms.field) : req.body;
  const enrollmentId = enrollmentIdOf(parts.keyring, attempt, [codeText, name, req.originalUrl, body, uploadsOf(req)]);
  const account = knownAccount(parts.ephemeralStore, accountDigest(parts.keyring, attempt, codeText, name));
  const tenant = tenantOf(parts.tenant, req);
  const away = (error: unknown): never => {
    throw refusing.away(error);
  };
  const verdict = await parts.gate
    .validate({ code, flow: null, enrollmentId, attempt: attempt.id, address: parts.client(req), email, tenant })
    .catch(away);
  if (!verdict.ok) {
    const isReady = verdict.reference !== '' && (await account.isThere().catch(away));
    throw isReady ? refusing.redeemed(null) : refusing.refused(verdict);
  }

  const { invitation, label, data, redirect } = verdict;
  return Object.freeze({
    id: invitation.id,
    label,
    email: verdict.email,
    data: parts.readData(data),
    redirect: redirect === null ? null : locationOf(parts.site, redirect),
    redeem: redeemOnce(parts, {
      invitation,
      enrollmentId,
      email,
      tenant,
      idOf: terms.idOf,
      refusing,
      account,
      finished() {
        account.note();
        finishAttempt(parts, attempt, req, res);
      },
    }),
  });
}
