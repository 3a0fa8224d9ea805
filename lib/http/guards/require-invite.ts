import type { Request, RequestHandler, Response } from 'express';
import { storeAway } from '../../base/error.js';
import { isInviteRefused } from '../../base/invite-refused.js';
import type { JsonObject } from '../../base/json.js';
import { locationOf } from '../../base/target.js';
import { type ChainEnds, waitForEnds, WatchedPromise } from '../../base/watched-promise.js';
import { readTyped } from '../../invitations/codes/typed-code.js';
import { setRetryAfter } from '../failure.js';
import { tenantOf } from '../app-hooks.js';
import { readEntryLink } from '../visit.js';
import { attemptOf, finishAttempt, isForeignForm } from './attempt.js';
import { type GuardParts, guardTerms, type GuardSettings, type GuardTerms } from './guard-settings.js';
import { redeemOnce, type FindAccount, type Invite, type Redeemed, type WriteAccount } from './invite.js';
import type { PrefilledInvite } from './prefill-invite.js';
import { refusingFor, type Refusing } from './refusing.js';
import { accountDigest, enrollmentIdOf, uploadsOf, knownAccount } from './repeated-form.js';
import { codeOfRequest, bodyWithout } from './request-fields.js';

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
    .validate({
      code,
      proof: (await readEntryLink(parts, req)).proof,
      flow: null,
      enrollmentId,
      attempt: attempt.id,
      address: parts.client(req),
      email,
      tenant,
    })
    .catch(away);
  if (!verdict.ok) {
    const isReady = verdict.reference !== '' && (await account.isThere().catch(away));
    throw isReady ? refusing.redeemed(null) : refusing.refused(verdict);
  }

  const { invitation, label, inviter, data, redirect } = verdict;
  return Object.freeze({
    id: invitation.id,
    label,
    inviter,
    email: verdict.email,
    emailVerified: verdict.proved !== null,
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

/** An invitation that was passed to a handler. */
interface WatchedInvite<User, Data> {
  readonly invite: Invite<User, Data>;
  /**
   * To be called once the handler has ended: waits for a `redeem` that the handler did not await. @throws what that
   * rejected with
   */
  settle(): Promise<void>;
}

/**
 * Reports a developer's mistakes: a successful answer although `redeem` was never called (the code was checked, but
 * nothing limits what the handler creates), and a `redeem` that is not awaited.
 */
function watchRedeem<User, Data>(
  { warnOnce, log }: Pick<GuardParts<User, Data>, 'warnOnce' | 'log'>,
  res: Response,
  invite: Invite<User, Data>,
): WatchedInvite<User, Data> {
  const ends: ChainEnds = new Set();
  let watched: Promise<User> | undefined;
  let hasEnded = false;
  res.once('finish', () => {
    if (watched !== undefined || res.statusCode >= 400) return;
    warnOnce(
      'WARN_NOT_REDEEMED',
      `a signup route answered ${String(res.statusCode)} without invite.redeem(): an account made there has no seat`,
    );
  });

  function redeem<Written extends User>(
    write: WriteAccount<Written, Data>,
    found: FindAccount<Written>,
  ): Promise<Written>;
  function redeem<Written extends User>(write: WriteAccount<Written, Data>): Promise<Redeemed<User, Written>>;
  function redeem(write: WriteAccount<User, Data>, found?: FindAccount<User>): Promise<User> {
    const call = (): Promise<User> => (found === undefined ? invite.redeem<User>(write) : invite.redeem(write, found));
    if (watched !== undefined) return watched;
    watched = WatchedPromise.watch(call(), ends);
    if (hasEnded) void reportLate();
    return watched;
  }

  function warnNotAwaited(): void {
    warnOnce(
      'WARN_NOT_AWAITED',
      'a signup handler ended before its invite.redeem(): await it, or return its promise, so that the answer waits for the account',
    );
  }

  /** `next` has been called; later calls can only be logged. */
  async function reportLate(): Promise<void> {
    const lost = await waitForEnds(ends);
    if (lost.length === 0) return;
    warnNotAwaited();
    log.error({ err: lost[0] }, 'invite.redeem() failed after its handler had ended');
  }

  return {
    invite: Object.freeze<Invite<User, Data>>({ ...invite, redeem }),
    async settle() {
      hasEnded = true;
      if (watched === undefined) return;
      const isLeftAlone = ends.has(watched);
      const lost = await waitForEnds(ends);
      if (isLeftAlone || lost.length > 0) warnNotAwaited();
      if (lost.length > 0) throw lost[0];
    },
  };
}
