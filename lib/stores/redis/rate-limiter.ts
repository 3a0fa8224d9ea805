import { randomInt } from 'node:crypto';
import type { RateLimitCount, RateLimiter } from '../../ports/rate-limiter.js';
import { isReply, type RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './replies.js';
import { scripts } from './scripts.js';

/** How long what is given back waits for something to go along with. */
const pauseMs = 20;

interface Call {
  readonly key: string;
  /** 0: only looked at. Below: given back. */
  readonly points: number;
  readonly windowSeconds: number;
  resolve(count: RateLimitCount): void;
  reject(error: unknown): void;
}

/**
 * Counters in Redis. What is counted in one turn of the event loop, for one request or for several, is one command. On a
 * cluster each counter is a command of its own, because they lie in different slots.
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
  // A proxy in front of a cluster looks like one server until it refuses keys of several slots.
  let apart = false;

  function count(key: string, points: number, windowSeconds: number): Promise<RateLimitCount> {
    return new Promise((resolve, reject) => {
      // No answer waits for what is given back: it goes along with what is counted next.
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

/** A counter stands once in a command: the token that tells a command sent again is kept with it. */
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

/** Digits, because the counter is a number for earlier builds too: they stand behind its point. */
function tokenOfCall(): number {
  return randomInt(100_000_000, 1_000_000_000);
}
