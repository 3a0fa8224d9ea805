/** The ends of the chains of watched promises: promises that have no further handlers. */
export type ChainEnds = Set<Promise<unknown>>;

/**
 * A promise that records whether anything is chained to it, as do all promises derived from it. Node ends the process
 * when a rejected promise has no handler; `ends` contains the ends of these chains, so that they can be awaited.
 */
export class WatchedPromise<T> extends Promise<T> {
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
export async function waitForEnds(ends: ChainEnds): Promise<readonly unknown[]> {
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
