import { createBackground, delayedCall } from '../base/background.js';
import { withTimeout } from '../base/awaitable.js';
import type { EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { DeliveryKind, Outbox, TakenItem } from '../ports/outbox.js';
import { backOffMs, mostAttempts, createDeliveryAttempt, type Attempt, type Handler } from './delivery-attempt.js';

export interface WorkerParts {
  readonly outbox: Outbox;
  readonly kind: DeliveryKind;
  readonly handler: Handler;
  /** Receives an event for what is given up. */
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  /** How many are delivered concurrently; default 8. */
  readonly atOnce?: number;
  /** How long one attempt may take, in seconds; default 60. */
  readonly timeoutSeconds?: number;
  /**
   * How often the outbox is polled when nothing is known to wait, in milliseconds, plus or minus a quarter; default
   * 5,000.
   */
  readonly pollMs?: number;
  /** From 0 to 1; default `Math.random`. */
  readonly random?: () => number;
}

/** Delivers the outbox items of one kind. */
export interface Worker {
  /** Polls at once: an item was added. */
  wake(): void;
  /** Resolves when nothing is due any more, or after this long. */
  drain(timeoutMs: number): Promise<void>;
  /**
   * Accepts nothing new, waits for active deliveries, at most this long, and interrupts the rest, which is due again at
   * once.
   */
  stop(timeoutMs: number): Promise<void>;
}

/** Beyond the timeout, the lease leaves time to store how an attempt ended. */
const leewaySeconds = 15;
const longestPauseMs = 30_000;

export function createWorker(parts: WorkerParts): Worker {
  const { outbox, kind, events, log, atOnce = 8, timeoutSeconds = 60, pollMs = 5000, random = Math.random } = parts;
  const attempt = createDeliveryAttempt({ handler: parts.handler, timeoutSeconds, log });
  const deliveries = createBackground(log);
  const nextPoll = delayedCall(wake);
  let active = 0;
  let looking = false;
  let lookEnded = Promise.resolve();
  let lookAgain = false;
  let stopped = false;
  let failures = 0;

  function wake(): void {
    lookAgain = true;
    if (!looking && !stopped) lookEnded = look();
  }

  // Never rejects: the worker polls again after any error of the outbox.
  async function look(): Promise<void> {
    looking = true;
    nextPoll.cancel();
    let pause = pollMs;
    try {
      while (lookAgain && !stopped && active < atOnce) {
        lookAgain = false;
        const { items, nextInMs } = await outbox.take(kind, atOnce - active, timeoutSeconds + leewaySeconds);
        // Of what is taken later than the timeout of "stop" nothing is begun.
        if (attempt.interrupted) await Promise.all(items.map((item) => outbox.later(item, 0)));
        else for (const item of items) start(item);
        failures = 0;
        // More items are due than there were free slots: the first free slot polls again.
        if (items.length > 0 && nextInMs === 0) lookAgain = true;
        pause = Math.min(pollMs, nextInMs ?? pollMs);
      }
    } catch (error) {
      if (failures === 0) log.warn({ err: error }, 'the outbox does not answer; deliveries wait');
      failures += 1;
      pause = Math.min(longestPauseMs, pollMs * 2 ** Math.min(failures, 5));
    }
    looking = false;
    if (!stopped) nextPoll.schedule(pause * (0.75 + 0.5 * random()));
  }

  function start(item: TakenItem): void {
    active += 1;
    const work = attempt
      .attempt(item)
      .then((outcome) => conclude(item, outcome))
      .finally(() => {
        active -= 1;
        if (lookAgain) wake();
      });
    // If it fails, the item's lease lapses, and it is delivered once more.
    deliveries.run('storing the end of a delivery', work, { level: 'warn', fields: { id: item.id } });
  }

  async function conclude(item: TakenItem, outcome: Attempt): Promise<void> {
    const { id, attempts } = item;
    if (outcome.type === 'done') await outbox.done(item);
    else if (attempt.interrupted) await outbox.later(item, 0);
    else if (outcome.again && attempts < mostAttempts) {
      const { error } = outcome;
      const againInMs = backOffMs(attempts, random());
      const fields = { id, kind, attempts, error, againInSeconds: Math.round(againInMs / 1000) };
      log.warn(fields, 'a delivery failed for now');
      await outbox.later(item, againInMs);
    } else await giveUp(item, outcome.error);
  }

  async function giveUp(item: TakenItem, error: string): Promise<void> {
    const { id, attempts } = item;
    const { moved, dropped } = await outbox.dead(item, error);
    if (!moved) return;
    log.error({ id, kind, attempts, error }, 'a delivery was given up; it can be retried');
    events({ type: 'delivery.failed', id, kind, attempts, error });
    if (dropped === 0) return;
    const why = 'too many were given up';
    log.error({ howMany: dropped, why }, 'deliveries are lost');
    events({ type: 'delivery.dropped', howMany: dropped, why });
  }

  /** What is being taken is delivered, too: it is this worker's until its lease ends. */
  async function idle(): Promise<void> {
    while (looking || active > 0) {
      await lookEnded;
      await deliveries.idle();
    }
  }

  return Object.freeze<Worker>({
    wake,
    drain: (timeoutMs) =>
      withTimeout(timeoutMs, idle, () => new Error('deliveries are still due')).catch(() => undefined),
    async stop(timeoutMs) {
      stopped = true;
      nextPoll.cancel();
      await withTimeout(timeoutMs, idle, () => new Error('deliveries are still active')).catch(() => undefined);
      attempt.interrupt();
      await deliveries.idle();
    },
  });
}
