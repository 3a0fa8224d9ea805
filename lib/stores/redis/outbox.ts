import { randomToken } from '../../base/ids.js';
import { isJsonObject, type JsonObject } from '../../base/json.js';
import type { FailedItem, MostWaiting, Outbox, OutboxItem, TakenItems, TakenItem } from '../../ports/outbox.js';
import { deliveryKinds, outboxLimits } from '../limits.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './replies.js';
import { scripts } from './scripts.js';

interface RedisOutboxParts {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  /** Added to Redis' own time, in milliseconds; 0 except in tests. */
  readonly skewMs?: () => number;
  readonly most?: MostWaiting;
  readonly mostFailed?: number;
}

/**
 * An outbox in Redis: one script and one round trip per function, all keys in one slot. An item that is being delivered
 * stays queued with the end of its lease as its due time, so it is due again when its worker dies.
 */
export function createRedisOutbox({
  redis,
  keys: { outbox: at },
  skewMs = () => 0,
  most = outboxLimits.mostWaiting,
  mostFailed = outboxLimits.mostFailed,
}: RedisOutboxParts): Outbox {
  return Object.freeze<Outbox>({
    async put(items, delayMs = 0) {
      const args = items.flatMap(({ id, kind, payload }) => [id, kind, most[kind], JSON.stringify({ kind, payload })]);
      const refused = await redis.run(
        scripts.putDeliveries,
        [at.items, at.done, at.due.enrolled, at.due.accepted, at.due.webhook, at.due.mail],
        [skewMs(), Math.round(delayMs), ...args],
      );
      return entriesOf(refused).map(String);
    },

    async take(kind, limit, leaseSeconds): Promise<TakenItems> {
      const token = randomToken(9);
      const [next, ...listed] = entriesOf(
        await redis.run(
          scripts.takeDeliveries,
          [at.items, at.due[kind], at.attempts, at.tokens],
          [limit, leaseSeconds * 1000, token, skewMs()],
        ),
      );
      const items = inGroups(listed, 3).map(([id, text, attempts]): TakenItem => {
        return { ...readItem(id, text), kind, attempts: Number(attempts), token };
      });
      return { items, nextInMs: Number(next) < 0 ? null : Number(next) };
    },

    async done({ id, kind, token }) {
      const held = await redis.run(
        scripts.finishDelivery,
        [at.items, at.due[kind], at.attempts, at.tokens, at.done],
        [id, token, outboxLimits.rememberedMs, outboxLimits.mostRemembered, skewMs()],
      );
      return held === 1;
    },

    async later({ id, kind, token }, delayMs) {
      const args = [id, token, Math.round(delayMs), skewMs()];
      return (await redis.run(scripts.postponeDelivery, [at.due[kind], at.tokens], args)) === 1;
    },

    async dead({ id, kind, token }, error) {
      const dropped = Number(
        await redis.run(
          scripts.buryDelivery,
          [at.items, at.due[kind], at.attempts, at.tokens, at.dead, at.errors],
          [id, token, error, mostFailed, skewMs()],
        ),
      );
      return { moved: dropped >= 0, dropped: Math.max(0, dropped) };
    },

    async failed(limit) {
      const reply = await redis.run(scripts.deadDeliveries, [at.items, at.attempts, at.dead, at.errors], [limit]);
      return inGroups(entriesOf(reply), 5).map(([id, text, attempts, error, when]): FailedItem => {
        return {
          ...readItem(id, text),
          attempts: Number(attempts),
          error: String(error),
          failedAt: Number(when),
        };
      });
    },

    async retry(id) {
      const revived = await redis.run(
        scripts.reviveDelivery,
        [
          at.items,
          at.attempts,
          at.dead,
          at.errors,
          at.due.enrolled,
          at.due.accepted,
          at.due.webhook,
          at.due.mail,
          at.call(randomToken(9)),
        ],
        [id, skewMs()],
      );
      return revived === 1;
    },

    async counts() {
      const queues = deliveryKinds.map((kind) => at.due[kind]);
      const [failed = 0, ...waiting] = await Promise.all(
        [at.dead, ...queues].map(async (key) => Number(await redis.call('ZCARD', key))),
      );
      return { waiting: waiting.reduce((sum, size) => sum + size, 0), failed };
    },
  });
}

function inGroups(entries: readonly unknown[], size: number): readonly (readonly unknown[])[] {
  return Array.from({ length: Math.floor(entries.length / size) }, (_, group) =>
    entries.slice(group * size, (group + 1) * size),
  );
}

/** An unreadable item has an empty payload: the worker gives it up, and administrators see it. */
function readItem(id: unknown, text: unknown): OutboxItem {
  const { kind, payload } = parsed(String(text));
  return {
    id: String(id),
    kind: deliveryKinds.find((one) => one === kind) ?? 'webhook',
    payload: isJsonObject(payload) ? payload : {},
  };
}

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
