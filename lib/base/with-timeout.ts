/**
 * Waits for `work` for at most `milliseconds`, then rejects with the error that `late` creates.
 * The work itself continues; its late outcome is ignored.
 */
export function withTimeout<T>(milliseconds: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(late());
    }, milliseconds);
    work.then(
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
