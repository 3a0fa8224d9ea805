import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { untilFree } from './until-free.js';

interface WriteQueue {
  /** Runs `write` after all that came before; once more and again while `busy` says that another process was in the way. */
  run<T>(write: () => Promise<T>): Promise<T>;
  /** Resolves when all that came before has ended. */
  idle(): Promise<void>;
}

/**
 * One write of this process at a time, and patience with other processes. `timeoutMs` counts from the last write of
 * this process that got through, so that a long queue which moves is never given up, and everybody in a queue that does
 * not is told at the same time.
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
      // Between two writes the rest of the process gets its turn. After a fight for the lock the pause is longer: others
      // poll for it, and a process that takes it back at once starves them.
      tail = written.catch(() => undefined).then(() => (fought ? sleep(2) : turn()));
      return written;
    },
    async idle() {
      await tail;
    },
  });
}
