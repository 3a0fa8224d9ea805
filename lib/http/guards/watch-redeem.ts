import type { Response } from 'express';
import type { GuardParts } from './guard-settings.js';
import type { FindAccount, Invite, Redeemed, WriteAccount } from './invite.js';

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
    if (hasEnded) void tellLate();
    return watched;
  }

  function warnNotAwaited(): void {
    warnOnce(
      'WARN_NOT_AWAITED',
      'a signup handler ended before its invite.redeem(): await it, or return its promise, so that the answer waits for the account',
    );
  }

  /** `next` has been called; later calls can only be logged. */
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

/** The ends of the chains of watched promises: promises that have no further handlers. */
type ChainEnds = Set<Promise<unknown>>;

/**
 * A promise that records whether anything is chained to it, as do all promises derived from it. Node ends the process
 * when a rejected promise has no handler; `ends` contains the ends of these chains, so that they can be awaited.
 */
class WatchedPromise<T> extends Promise<T> {
  #ends: ChainEnds | null = null;

  static watch<T>(promise: Promise<T>, ends: ChainEnds): Promise<T> {
    const watched = new WatchedPromise<T>((resolve, reject) => {
      promise.then(resolve, reject);
    });
    watched.#join(ends);
    return watched;
  }

  // `await`, `catch`, `finally` and `Promise.all` call this method too.
  override then<Result1 = T, Result2 = never>(
    onFulfilled?: ((value: T) => Result1 | PromiseLike<Result1>) | null,
    onRejected?: ((reason: unknown) => Result2 | PromiseLike<Result2>) | null,
  ): Promise<Result1 | Result2> {
    const next = super.then(onFulfilled, onRejected);
    this.#ends?.delete(this);
    WatchedPromise.#joinTo(this.#ends, next);
    return next;
  }

  static #joinTo(ends: ChainEnds | null, promise: object): void {
    if (ends !== null && #ends in promise) promise.#join(ends);
  }

  #join(ends: ChainEnds): void {
    this.#ends = ends;
    ends.add(this);
    super.then(undefined, () => undefined);
  }
}

/** Waits until all ends are settled, including those chained meanwhile. Returns what they rejected with. */
async function waitForEnds(ends: ChainEnds): Promise<readonly unknown[]> {
  const lost: unknown[] = [];
  for (const end of ends) {
    await new Promise<void>((resolve) => {
      // Not by `await`, which would chain to it.
      void Promise.prototype.then.call(
        end,
        () => {
          resolve();
        },
        (reason: unknown) => {
          if (ends.has(end)) lost.push(reason);
          resolve();
        },
      );
    });
  }
  return lost;
}
