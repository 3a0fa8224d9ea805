import { EnrollmentError } from '../base/error.js';

export interface Turnstile {
  /** Runs `work` as soon as fewer than `atOnce` others run; first come, first served. */
  pass<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Lets `atOnce` pieces of work run at the same time and at most `waiting` more queue for their turn.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503, from `pass`) when the queue is full: better a quick "try again" than a request that times out
 */
export function createTurnstile(atOnce: number, waiting: number): Turnstile {
  const queue: (() => void)[] = [];
  let running = 0;

  function leave(): void {
    const next = queue.shift();
    // The place goes straight to the next in line, so that nobody who comes meanwhile overtakes.
    if (next === undefined) running -= 1;
    else next();
  }

  return Object.freeze({
    async pass<T>(work: () => Promise<T>): Promise<T> {
      if (running < atOnce) running += 1;
      else if (queue.length < waiting) await new Promise<void>((resolve) => queue.push(resolve));
      else
        throw new EnrollmentError('ERR_ENROLLMENT_STORE_AWAY', `${waiting} passwords wait to be hashed already`, {
          status: 503,
        });
      try {
        return await work();
      } finally {
        leave();
      }
    },
  });
}
