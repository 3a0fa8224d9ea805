import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { untilFree } from './until-free.js';

interface WriteQueue {
  /** Runs `write` after all earlier writes; retries while `busy` reports that another process has the lock. */
  run<T>(write: () => Promise<T>): Promise<T>;
  /** Resolves when all earlier writes have ended. */
  idle(): Promise<void>;
}

/**
 * One write of this process at a time, with retries when other processes write. `timeoutMs` counts from the last
 * successful write of this process, so that a long queue that progresses never times out, and all writes in a queue
 * that does not progress fail at the same time.
 */
export function createWriteQueue(timeoutMs: number, busy: (error: unknown) => boolean): WriteQueue {
  let tail: Promise<unknown> = Promise.resolve();
  let movedAt = performance.now();
  let fought = false;

  async function insist<T>(write: () => Promise<T>, since: number): Promise<T> {
    const givenUp = (): boolean => performance.now() - Math.max(since, movedAt) > timeoutMs;
    const { value, retries } = await untilFree(write, busy, givenUp);
    movedAt = performance.now();
    fought = retries > 0;
    return value;
  }

  return Object.freeze({
    run<T>(write: () => Promise<T>): Promise<T> {
      const since = performance.now();
      const written = tail.then(() => insist(write, since));
      // Between two writes the rest of the process can run. After contention for the lock the pause is longer: other
      // processes poll for it, and a process that takes it again immediately starves them.
      tail = written.catch(() => undefined).then(() => (fought ? sleep(2) : turn()));
      return written;
    },
    async idle() {
      await tail;
    },
  });
}
