import type { Response } from 'express';
import type { GuardParts } from './guard-parts.js';
import type { FindAccount, Invite, Redeemed, WriteAccount } from './invite.js';
import { waitForEnds, WatchedPromise, type ChainEnds } from './watched-promise.js';

/** An invitation in a handler's hands. */
interface WatchedInvite<User, Data> {
  readonly invite: Invite<User, Data>;
  /** To be called once the handler has ended: waits for a `redeem` that it left alone. @throws what that rejected with */
  settle(): Promise<void>;
}

/**
 * Reports a developer's mistakes: an answer that sounds like success although `redeem` was never called (the code was
 * asked for, but whatever the handler made is limited by nothing), and a `redeem` that is not awaited.
 */
export function watchRedeem<User, Data>(
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
      `a signup route answered ${String(res.statusCode)} without invite.redeem(): an account made there took no place`,
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
    if (hasEnded) void tellLate();
    return watched;
  }

  function warnNotAwaited(): void {
    warnOnce(
      'WARN_NOT_AWAITED',
      'a signup handler ended before its invite.redeem(): await it, or return its promise, so that the answer waits for the account',
    );
  }

  /** `next` has been called: what is called later can only be logged. */
  async function tellLate(): Promise<void> {
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
