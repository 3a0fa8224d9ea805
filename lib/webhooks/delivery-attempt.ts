import type { EnrollmentLogger } from '../ports/log.js';
import type { TakenItem } from '../ports/outbox.js';
import { mostAttempts } from './back-off.js';
import { failed, type Attempt, type Handler } from './handler.js';

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
