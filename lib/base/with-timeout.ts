import { isPromise, type Awaitable } from './awaitable.js';

/**
 * Waits for `work` for at most `milliseconds`, then rejects with the error that `late` creates.
 * The work itself continues; its late outcome is ignored. Work that throws rejects.
 */
export function withTimeout<T>(milliseconds: number, work: () => Awaitable<T>, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const working = work();
    if (!isPromise(working)) {
      resolve(working);
      return;
    }
    const timer = setTimeout(() => {
      reject(late());
    }, milliseconds);
    Promise.resolve(working).then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the work rejected with goes on
        reject(error);
      },
    );
  });
}
