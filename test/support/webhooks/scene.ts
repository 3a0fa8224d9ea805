import type { JsonObject } from '../../../lib/base/json.js';
import type { EventName } from '../../../lib/ports/events.js';
import type { Outbox } from '../../../lib/ports/outbox.js';
import { createMemoryOutbox } from '../../../lib/stores/memory/outbox.js';
import { fakeClock, type FakeClock } from '../../../lib/testing/fake-clock.js';
import { createDeliveries, type Deliveries, type DeliveriesParts } from '../../../lib/webhooks/deliveries.js';
import { waitUntil } from '../wait-until.js';

export interface Scene {
  readonly deliveries: Deliveries;
  readonly outbox: Outbox;
  /** The outbox's clock; signatures use real time. */
  readonly clock: FakeClock;
  readonly emitted: { readonly name: EventName; readonly facts: JsonObject }[];
  readonly log: { readonly level: string; readonly fields: Readonly<Record<string, unknown>>; readonly text: string }[];
  /** Waits until this many items have this state. */
  counts(waiting: number, failed: number): Promise<void>;
  /** Waits for the next failed attempt's log line and advances the clock past the pause. */
  pass(attempts: number): Promise<number>;
}

/** Deliveries over an outbox in memory. */
export function scene(parts: Partial<DeliveriesParts> = {}): Scene {
  const clock = fakeClock(Date.now());
  const outbox = parts.outbox ?? createMemoryOutbox({ clock });
  const emitted: Scene['emitted'] = [];
  const log: Scene['log'] = [];
  const note = (level: string) => (fields: object, text: string) =>
    void log.push({ level, fields: { ...fields }, text });
  const deliveries = createDeliveries({
    outbox,
    webhooks: [],
    onEnrolled: null,
    events: ({ type: name, ...facts }) => void emitted.push({ name, facts }),
    clock: { now: () => Date.now() },
    log: { info: note('info'), warn: note('warn'), error: note('error') },
    random: () => 0.5,
    pollMs: 20,
    ...parts,
  });
  return {
    deliveries,
    outbox,
    clock,
    emitted,
    log,
    async counts(waiting, failed) {
      let now = '';
      await waitUntil(
        async () => {
          const counts = await outbox.counts();
          now = JSON.stringify(counts);
          return counts.waiting === waiting && counts.failed === failed ? true : undefined;
        },
        () => `there are ${now}: ${JSON.stringify(log)}`,
      );
    },
    async pass(attempts) {
      const line = await waitUntil(
        () => log.find(({ text, fields }) => text === 'a delivery failed for now' && fields['attempts'] === attempts),
        () => `no attempt ${attempts} failed: ${JSON.stringify(log)}`,
      );
      const seconds = Number(line.fields['againInSeconds']);
      // The line is logged before the item is postponed.
      await waitUntil(
        async () => {
          const pauses = [
            (await outbox.take('enrolled', 0, 1)).nextInMs,
            (await outbox.take('webhook', 0, 1)).nextInMs,
          ];
          return pauses.some((ms) => ms !== null && Math.abs(ms - seconds * 1000) <= 500) ? true : undefined;
        },
        () => 'it was not put off',
      );
      clock.advance(seconds * 1000 + 500);
      return seconds;
    },
  };
}
