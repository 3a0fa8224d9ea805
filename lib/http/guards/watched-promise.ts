/** The ends of the chains that hang on watched promises: what nothing further is chained to. */
export type ChainEnds = Set<Promise<unknown>>;

/**
 * A promise that knows whether anything is chained to it, and so do all promises that come of it. Node ends the process
 * when a promise rejects that nothing handles; the ends of these chains are in `ends`, for somebody to wait for.
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

  // `await`, `catch`, `finally` and `Promise.all` come through here, too.
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

/** Waits until every end has come, also those that are chained meanwhile. Gives back what they rejected with. */
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
