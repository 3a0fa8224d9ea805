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

interface Counter {
  readonly key: string;
  readonly points: number;
  readonly windowSeconds: number;
  readonly calls: readonly Call[];
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

  function add(call: Call): void {
    waiting.push(call);
    // No answer waits for rewarded points: they are sent with the next points.
    if (call.points >= 0 && leaving !== 'now') {
      leaving = 'now';
      queueMicrotask(send);
    } else if (leaving === null) {
      leaving = 'soon';
      setTimeout(send, pauseMs);
    }
  }

  function count(key: string, points: number, windowSeconds: number): Promise<RateLimitCount> {
    return new Promise((resolve, reject) => {
      add({ key: keys.limit(key), points, windowSeconds, resolve, reject });
    });
  }

  function send(): void {
    const counters = countersOf(waiting);
    waiting = [];
    leaving = null;
    if (counters.length === 0) return;
    for (const batch of apart || redis.isCluster() ? counters.map((counter) => [counter]) : [counters]) void run(batch);
  }

  async function run(batch: readonly Counter[]): Promise<void> {
    const names = batch.map(({ key }) => key);
    const args = batch.flatMap(({ points, windowSeconds }) => [points, windowSeconds, tokenOfCall()]);
    try {
      const answer = entriesOf(await redis.run(scripts.countPoints, names, args)).map(Number);
      for (const [at, counter] of batch.entries()) resolveCalls(counter, answer[at * 2] ?? 0, answer[at * 2 + 1] ?? 0);
    } catch (error) {
      if (batch.length > 1 && isReply(error, 'CROSSSLOT')) {
        apart = true;
        for (const counter of batch) void run([counter]);
      } else for (const { reject } of batch.flatMap(({ calls }) => calls)) reject(error);
    }
  }

  return Object.freeze<RateLimiter>({
    consume: (key, windowSeconds, points = 1) => count(key, points, windowSeconds),
    get: (key) => count(key, 0, 0),
    reward: (key, windowSeconds, points = 1) =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          resolve();
        };
        add({ key: keys.limit(key), points: -points, windowSeconds, resolve: done, reject });
      }),
  });
}

/**
 * The calls of one tick by counter. A counter is in a command only once: the token that identifies a repeated command is
 * stored with it, so that all its points count once, also when the reply to the first command was lost.
 */
function countersOf(calls: readonly Call[]): readonly Counter[] {
  const counters = new Map<string, { -readonly [Part in keyof Counter]: Counter[Part] }>();
  for (const call of calls) {
    const counter = counters.get(call.key);
    if (counter === undefined)
      counters.set(call.key, { key: call.key, points: call.points, windowSeconds: call.windowSeconds, calls: [call] });
    else {
      counter.points += call.points;
      counter.windowSeconds = Math.max(counter.windowSeconds, call.windowSeconds);
      counter.calls = [...counter.calls, call];
    }
  }
  return [...counters.values()];
}

/** Each call gets the sum as if the calls had been counted one after the other. */
function resolveCalls({ points, calls }: Counter, sum: number, endsInMs: number): void {
  let taken = sum - points;
  for (const call of calls) {
    taken = Math.max(0, taken + call.points);
    call.resolve({ taken, endsInSeconds: Math.ceil(Math.max(0, endsInMs) / 1000) });
  }
}

/** Digits, because earlier builds read the counter as a number: they follow its decimal point. */
function tokenOfCall(): number {
  return randomInt(100_000_000, 1_000_000_000);
}
