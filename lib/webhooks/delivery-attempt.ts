import type { EnrollmentLogger } from '../ports/log.js';
import type { OutboxItem, TakenItem } from '../ports/outbox.js';

/**
 * How one attempt ended. `error` is stored and shown to administrators: no secrets, and no personal data except ids.
 */
export type Attempt =
  { readonly type: 'done' } | { readonly type: 'failed'; readonly error: string; readonly again: boolean };

export const delivered: Attempt = Object.freeze({ type: 'done' });

export function failed(error: string, again = true): Attempt {
  return { type: 'failed', error, again };
}

/** Delivers one item, once. The signal reports that the caller no longer waits; an exception counts as failed. */
export type Handler = (item: OutboxItem, signal: AbortSignal) => Promise<Attempt>;

const second = 1000;
const day = 24 * 60 * 60 * second;

/** The maximum number of attempts: over about two days. */
export const mostAttempts = 10;

/**
 * Milliseconds to wait after the given number of attempts: 5 s, 20 s, 80 s … four times as long each time, a day at
 * most; plus or minus a fifth, so that items that failed together are not retried together. `random` is from 0 to 1.
 */
export function backOffMs(attempts: number, random: number): number {
  const wait = Math.min(day, 5 * second * 4 ** (attempts - 1));
  return Math.min(day, Math.round(wait * (0.8 + 0.4 * random)));
}

/** Attempts with a timeout: each takes at most this long, and all can be interrupted. */
interface DeliveryAttempt {
  attempt(item: TakenItem): Promise<Attempt>;
  /** True once `interrupt` was called. */
  readonly interrupted: boolean;
  interrupt(): void;
}

export function createDeliveryAttempt(parts: {
  readonly handler: Handler;
  readonly timeoutSeconds: number;
  readonly log: EnrollmentLogger;
}): DeliveryAttempt {
  const { handler, timeoutSeconds, log } = parts;
  const running = new Set<AbortController>();
  let interrupted = false;

  return Object.freeze<DeliveryAttempt>({
    async attempt(item) {
      if (item.attempts > mostAttempts) return failed('processes died while they delivered it', false);
      const deadline = new AbortController();
      running.add(deadline);
      const late = setTimeout(() => deadline.abort(), timeoutSeconds * 1000).unref();
      const over = new Promise<Attempt>((resolve) => {
        deadline.signal.addEventListener('abort', () => {
          resolve(failed(interrupted ? 'interrupted: the process ended' : `did not end within ${timeoutSeconds} s`));
        });
      });
      try {
        return await Promise.race([handler(item, deadline.signal), over]);
      } catch (error) {
        log.error({ err: error, id: item.id, kind: item.kind }, 'a delivery failed');
        return failed('failed; the log has more');
      } finally {
        clearTimeout(late);
        running.delete(deadline);
      }
    },
    get interrupted() {
      return interrupted;
    },
    interrupt() {
      interrupted = true;
      for (const deadline of running) deadline.abort();
    },
  });
}
