import { setTimeout as pause } from 'node:timers/promises';
import { createBackground, delayedCall } from '../base/background.js';
import type { EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { Outbox, OutboxItem } from '../ports/outbox.js';

interface SenderParts {
  readonly outbox: Outbox;
  /** Receives an event for what is lost. */
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  /** Called when items were stored. */
  readonly stored: () => void;
  /** How long items wait for others to share their command, in milliseconds; default 100. */
  readonly gatherMs?: number;
  /** How many items wait in this process when the outbox is unavailable; default 10,000. */
  readonly most?: number;
}

/** Puts items into the outbox; callers do not wait for it. */
interface Sender {
  /** They are sent within the gathering time, together with items added meanwhile. */
  add(items: readonly OutboxItem[]): void;
  /** Sends everything now: the command has been issued when this returns. */
  flush(): void;
  /**
   * Sends the rest and waits for the outbox, at most this long; items that it did not accept by then are lost, and
   * logged.
   */
  close(timeoutMs: number): Promise<void>;
}

const inOneCommand = 200;
const longestPauseMs = 10_000;

export function createSender({ outbox, events, log, stored, gatherMs = 100, most = 10_000 }: SenderParts): Sender {
  let waiting: OutboxItem[] = [];
  const sending = createBackground(log);
  const soon = delayedCall(flush);
  let failures = 0;
  let closed = false;

  function lost(ids: readonly string[], why: string): void {
    if (ids.length === 0) return;
    log.error({ ids: ids.slice(0, 20), howMany: ids.length, why }, 'deliveries are lost');
    events({ type: 'delivery.dropped', howMany: ids.length, why });
  }

  // While the outbox is unavailable, the next attempt follows its pause, not each new item.
  function flushSoon(): void {
    const wait = failures === 0 ? gatherMs : Math.min(longestPauseMs, 250 * 2 ** Math.min(failures, 6));
    soon.schedule(wait);
  }

  function flush(): void {
    soon.cancel();
    while (waiting.length > 0) sending.run('sending deliveries', send(waiting.splice(0, inOneCommand)));
  }

  async function send(batch: readonly OutboxItem[]): Promise<void> {
    try {
      const refused = await outbox.put(batch);
      failures = 0;
      lost(refused, 'the outbox is full');
      stored();
    } catch (error) {
      if (failures === 0) log.warn({ err: error }, 'the outbox does not answer; new deliveries wait in this process');
      failures += 1;
      // It may have been stored anyway; storing it again has no effect.
      waiting = [...batch, ...waiting];
      if (!closed) flushSoon();
    }
  }

  return Object.freeze({
    add(items: readonly OutboxItem[]) {
      const room = closed ? 0 : Math.max(0, most - waiting.length);
      waiting.push(...items.slice(0, room));
      lost(
        items.slice(room).map(({ id }) => id),
        closed ? 'the process ends' : 'the outbox is away for too long',
      );
      if (!closed) flushSoon();
    },
    flush: () => {
      if (failures === 0) flush();
    },
    async close(timeoutMs: number) {
      const until = Date.now() + timeoutMs;
      closed = true;
      for (;;) {
        flush();
        await sending.idle();
        if (waiting.length === 0 || Date.now() >= until) break;
        await pause(50);
      }
      soon.cancel();
      lost(
        waiting.map(({ id }) => id),
        'the process ended before the outbox answered',
      );
    },
  });
}
