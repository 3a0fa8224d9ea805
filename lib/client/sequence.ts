/** Runs one call after the other. A call that is aborted rejects at once, and has no turn. */
export function createSequence(): <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work, signal) => {
    const turn = last.then(() => {
      signal?.throwIfAborted();
      return work();
    });
    last = turn.catch(() => undefined);
    return signal === undefined ? turn : untilAborted(turn, signal);
  };
}

function untilAborted<T>(turn: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      resolve(turnOr(turn, signal));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    turn.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}

async function turnOr<T>(turn: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return turn;
}
