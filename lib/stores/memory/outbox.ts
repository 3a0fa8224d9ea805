import type { EnrollmentClock } from '../../base/clock.js';
import { randomToken } from '../../base/ids.js';
import type {
  DeliveryKind,
  FailedItem,
  OutboxLease,
  MostWaiting,
  Outbox,
  OutboxItem,
  TakenItems,
} from '../../ports/outbox.js';
import { deliveryKinds, outboxLimits } from '../limits.js';

interface Waiting {
  readonly item: OutboxItem;
  readonly dueAt: number;
  readonly attempts: number;
  readonly token: string | null;
}

interface MemoryOutboxParts {
  readonly clock: EnrollmentClock;
  readonly most?: MostWaiting;
  readonly mostFailed?: number;
}

/** An outbox in this process: undelivered items are lost when it ends. */
export function createMemoryOutbox({
  clock,
  most = outboxLimits.mostWaiting,
  mostFailed = outboxLimits.mostFailed,
}: MemoryOutboxParts): Outbox {
  const queues: Readonly<Record<DeliveryKind, Map<string, Waiting>>> = {
    enrolled: new Map(),
    accepted: new Map(),
    webhook: new Map(),
    mail: new Map(),
  };
  const failed = new Map<string, FailedItem>();
  const delivered = new Map<string, number>();

  function own({ id, kind, token }: OutboxLease): Waiting | null {
    const found = queues[kind].get(id);
    return found?.token === token ? found : null;
  }

  // The oldest ids come first: ids that are too old or over the limit are removed from the start.
  function forget(): void {
    const since = clock.now() - outboxLimits.rememberedMs;
    for (const [id, at] of delivered) {
      if (at > since && delivered.size <= outboxLimits.mostRemembered) return;
      delivered.delete(id);
    }
  }

  return Object.freeze<Outbox>({
    async put(items, delayMs = 0) {
      forget();
      const refused: string[] = [];
      for (const item of items) {
        const { id, kind } = item;
        if (queues[kind].has(id) || failed.has(id) || delivered.has(id)) continue;
        if (queues[kind].size >= most[kind]) refused.push(id);
        else queues[kind].set(id, { item, dueAt: clock.now() + delayMs, attempts: 0, token: null });
      }
      return refused;
    },

    async take(kind, limit, leaseSeconds): Promise<TakenItems> {
      const queue = queues[kind];
      const now = clock.now();
      const token = randomToken(9);
      const due = [...queue.values()].filter(({ dueAt }) => dueAt <= now).sort((one, other) => one.dueAt - other.dueAt);
      const items = due.slice(0, limit).map(({ item, attempts: before }) => {
        const attempts = before + 1;
        queue.set(item.id, { item, dueAt: now + leaseSeconds * 1000, attempts, token });
        return { ...item, attempts, token };
      });
      const next = [...queue.values()].reduce((first, { dueAt }) => Math.min(first, dueAt), Infinity);
      return { items, nextInMs: next === Infinity ? null : Math.max(0, next - now) };
    },

    async done(held) {
      if (own(held) === null) return false;
      queues[held.kind].delete(held.id);
      delivered.set(held.id, clock.now());
      return true;
    },

    async later(held, delayMs) {
      const found = own(held);
      if (found === null) return false;
      queues[held.kind].set(held.id, { ...found, dueAt: clock.now() + delayMs, token: null });
      return true;
    },

    async dead(held, error) {
      const found = own(held);
      if (found === null) return { moved: false, dropped: 0 };
      queues[held.kind].delete(held.id);
      failed.set(held.id, { ...found.item, attempts: found.attempts, error, failedAt: clock.now() });
      const tooMany = [...failed.keys()].slice(0, Math.max(0, failed.size - mostFailed));
      for (const oldest of tooMany) failed.delete(oldest);
      return { moved: true, dropped: tooMany.length };
    },

    failed: async (limit) => [...failed.values()].reverse().slice(0, limit),

    async retry(id) {
      const found = failed.get(id);
      if (found === undefined) return false;
      const { kind, payload } = found;
      failed.delete(id);
      queues[kind].set(id, { item: { id, kind, payload }, dueAt: clock.now(), attempts: 0, token: null });
      return true;
    },

    counts: async () => ({
      waiting: deliveryKinds.reduce((sum, kind) => sum + queues[kind].size, 0),
      failed: failed.size,
    }),
  });
}
