import type { Response } from 'express';
import type { GuardParts } from './guard-parts.js';
import type { Invite } from './invite.js';

/**
 * The same invitation; an answer that sounds like success is reported to the developer when `redeem` was never called:
 * the code was asked for, but whatever the handler made is limited by nothing.
 */
export function watchRedeem<User, Data>(
  { warnOnce }: Pick<GuardParts<User, Data>, 'warnOnce'>,
  res: Response,
  invite: Invite<User, Data>,
): Invite<User, Data> {
  let called = false;
  res.once('finish', () => {
    if (called || res.statusCode >= 400) return;
    warnOnce(
      'WARN_NOT_REDEEMED',
      `a signup route answered ${String(res.statusCode)} without invite.redeem(): an account made there took no place`,
    );
  });
  return Object.freeze<Invite<User, Data>>({
    ...invite,
    redeem(write, found) {
      called = true;
      return invite.redeem(write, found);
    },
  });
}
