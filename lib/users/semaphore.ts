import { startDeadline } from '../base/deadline.js';
import { EnrollmentError } from '../base/error.js';

interface Semaphore {
  /** Runs `work` as soon as fewer than `atOnce` others run; first in, first out. */
  pass<T>(work: () => Promise<T>): Promise<T>;
}

/** Short enough that the answer, including the work itself, takes at most two seconds. */
const usualTimeoutMs = 1500;

/**
 * Runs at most `atOnce` pieces of work at the same time and queues at most `waiting` more, none longer than `timeoutMs`
 * (default 1,500 ms).
 * @throws ERR_ENROLLMENT_STORE_AWAY (503, from `pass`) when the queue is full or the turn did not come in time: better a quick "try again" than a request that times out
 */
export function createSemaphore(atOnce: number, waiting: number, timeoutMs = usualTimeoutMs): Semaphore {
  const queue = new Set<() => void>();
  let running = 0;

  function leave(): void {
    const [next] = queue;
    // The slot is passed directly to the next in the queue, so that no later caller overtakes.
    if (next === undefined) running -= 1;
    else next();
  }

  function turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        cancel();
        queue.delete(enter);
        resolve();
      };
      const cancel = startDeadline(timeoutMs, () => {
        queue.delete(enter);
        reject(busy(`a password was not hashed within ${timeoutMs} ms: others wait before it`));
      });
      queue.add(enter);
    });
  }

  return Object.freeze({
    async pass<T>(work: () => Promise<T>): Promise<T> {
      if (running < atOnce) running += 1;
      else if (queue.size < waiting) await turn();
      else throw busy(`${waiting} passwords wait to be hashed already`);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  });
}

function busy(why: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_STORE_AWAY', why, { status: 503 });
}
