import { randomInt } from 'node:crypto';
import type { RateLimitCount, RateLimiter } from '../../ports/rate-limiter.js';
import { isReply, type RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './replies.js';
import { scripts } from './scripts.js';

/** How long rewarded points wait to be sent with another command. */
const pauseMs = 20;

interface Call {
  readonly key: string;
  /** 0: only read. Negative: rewarded. */
  readonly points: number;
  readonly windowSeconds: number;
  resolve(count: RateLimitCount): void;
  reject(error: unknown): void;
}

/**
 * Counters in Redis. All points of one tick of the event loop, for one request or several, are one command. On a
 * cluster each counter is a separate command, because the counters are in different slots.
 */
export function createRedisRateLimiter({
  redis,
  keys,
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
}): RateLimiter {
  let waiting: Call[] = [];
  let leaving: 'now' | 'soon' | null = null;
  // A proxy in front of a cluster looks like one server until it rejects keys of several slots.
  let apart = false;

  function count(key: string, points: number, windowSeconds: number): Promise<RateLimitCount> {
    return new Promise((resolve, reject) => {
      // No answer waits for rewarded points: they are sent with the next points.
      if (points >= 0 && leaving !== 'now') {
        leaving = 'now';
        queueMicrotask(send);
      } else if (leaving === null) {
        leaving = 'soon';
        setTimeout(send, pauseMs);
      }
      waiting.push({ key: keys.limit(key), points, windowSeconds, resolve, reject });
    });
  }

  function send(): void {
    const calls = waiting;
    waiting = [];
    leaving = null;
    for (const batch of apart || redis.isCluster() ? calls.map((call) => [call]) : batchesOf(calls)) void run(batch);
  }

  async function run(batch: readonly Call[]): Promise<void> {
    const names = batch.map(({ key }) => key);
    const args = batch.flatMap(({ points, windowSeconds }) => [points, windowSeconds, tokenOfCall()]);
    try {
      const answer = entriesOf(await redis.run(scripts.countPoints, names, args)).map(Number);
      for (const [at, { resolve }] of batch.entries())
        resolve({
          taken: answer[at * 2] ?? 0,
          endsInSeconds: Math.ceil(Math.max(0, answer[at * 2 + 1] ?? 0) / 1000),
        });
    } catch (error) {
      if (batch.length > 1 && isReply(error, 'CROSSSLOT')) {
        apart = true;
        for (const call of batch) void run([call]);
      } else for (const { reject } of batch) reject(error);
    }
  }

  return Object.freeze<RateLimiter>({
    consume: (key, windowSeconds, points = 1) => count(key, points, windowSeconds),
    get: (key) => count(key, 0, 0),
    async reward(key, windowSeconds, points = 1) {
      await count(key, -points, windowSeconds);
    },
  });
}

/** A counter is in a command only once: the token that identifies a repeated command is stored with it. */
function batchesOf(calls: readonly Call[]): readonly (readonly Call[])[] {
  const batches: Call[][] = [];
  const turns = new Map<string, number>();
  for (const call of calls) {
    const turn = turns.get(call.key) ?? 0;
    turns.set(call.key, turn + 1);
    const batch = batches[turn];
    if (batch === undefined) batches.push([call]);
    else batch.push(call);
  }
  return batches;
}

/** Digits, because earlier builds read the counter as a number: they follow its decimal point. */
function tokenOfCall(): number {
  return randomInt(100_000_000, 1_000_000_000);
}
