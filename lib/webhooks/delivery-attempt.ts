import type { Log } from '../ports/log.js';
import type { TakenItem } from '../ports/outbox.js';
import { mostAttempts } from './back-off.js';
import { failed, type Attempt, type Handler } from './handler.js';

/** Attempts with an end: each takes so long at most, and all can be interrupted. */
interface DeliveryAttempt {
  attempt(item: TakenItem): Promise<Attempt>;
  /** True once `interrupt` was called. */
  readonly interrupted: boolean;
  interrupt(): void;
}

export function createDeliveryAttempt(parts: {
  readonly handler: Handler;
  readonly patienceSeconds: number;
  readonly log: Log;
}): DeliveryAttempt {
  const { handler, patienceSeconds, log } = parts;
  const running = new Set<AbortController>();
  let interrupted = false;

  return Object.freeze<DeliveryAttempt>({
    async attempt(item) {
      if (item.attempts > mostAttempts) return failed('processes died while they delivered it', false);
      const patience = new AbortController();
      running.add(patience);
      const late = setTimeout(() => patience.abort(), patienceSeconds * 1000).unref();
      const over = new Promise<Attempt>((resolve) => {
        patience.signal.addEventListener('abort', () => {
          resolve(failed(interrupted ? 'interrupted: the process ended' : `did not end within ${patienceSeconds} s`));
        });
      });
      try {
        return await Promise.race([handler(item, patience.signal), over]);
      } catch (error) {
        log.error({ err: error, id: item.id, kind: item.kind }, 'a delivery failed');
        return failed('failed; the log has more');
      } finally {
        clearTimeout(late);
        running.delete(patience);
      }
    },
    get interrupted() {
      return interrupted;
    },
    interrupt() {
      interrupted = true;
      for (const patience of running) patience.abort();
    },
  });
}
