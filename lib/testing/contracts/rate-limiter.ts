import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';
import type { ContractCase } from './contract.js';

interface RateLimiterUnderTest {
  readonly rateLimiter: RateLimiter;
  /** Advances the store's time: by a fake clock, or by waiting. */
  advance(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

/** The kit's requirements for a rate limiter. */
export function rateLimiterContract(open: () => Promise<RateLimiterUnderTest>): readonly ContractCase[] {
  const one = (
    title: string,
    run: (rateLimiter: RateLimiter, key: string, advance: RateLimiterUnderTest['advance']) => Promise<void>,
  ): ContractCase => ({
    title,
    async run() {
      const opened = await open();
      try {
        await run(opened.rateLimiter, randomId(), (milliseconds) => opened.advance(milliseconds));
      } finally {
        await opened.close?.();
      }
    },
  });

  return [
    one('consume adds a point and returns the count', async (rateLimiter, key) => {
      assert.deepEqual(await rateLimiter.consume(key, 60), { taken: 1, endsInSeconds: 60 });
      assert.equal((await rateLimiter.consume(key, 60)).taken, 2);
      assert.equal((await rateLimiter.consume(`${key}:other`, 60)).taken, 1);
    }),
    one('concurrent consume calls never return the same count', async (rateLimiter, key) => {
      const counts = await Promise.all(Array.from({ length: 100 }, () => rateLimiter.consume(key, 60)));
      assert.deepEqual(
        counts.map(({ taken }) => taken).sort((a, b) => a - b),
        Array.from({ length: 100 }, (_, at) => at + 1),
      );
    }),
    one('get returns the count without adding a point', async (rateLimiter, key) => {
      assert.deepEqual(await rateLimiter.get(key), { taken: 0, endsInSeconds: 0 });
      await rateLimiter.consume(key, 60);
      await rateLimiter.consume(key, 60);
      for (let looks = 0; looks < 3; looks += 1) assert.equal((await rateLimiter.get(key)).taken, 2);
      assert.equal((await rateLimiter.consume(key, 60)).taken, 3);
    }),
    one('reward gives a point back', async (rateLimiter, key) => {
      await rateLimiter.consume(key, 60);
      await rateLimiter.consume(key, 60);
      await rateLimiter.reward(key, 60);
      assert.equal((await rateLimiter.consume(key, 60)).taken, 2);
    }),
    one('a counter never falls below zero', async (rateLimiter, key) => {
      await rateLimiter.consume(key, 60);
      await rateLimiter.reward(key, 60);
      await rateLimiter.reward(key, 60);
      await rateLimiter.reward(`${key}:never`, 60);
      assert.equal((await rateLimiter.consume(key, 60)).taken, 1);
      assert.equal((await rateLimiter.consume(`${key}:never`, 60)).taken, 1);
    }),
    one('the window starts with the first point and is not extended by others', async (rateLimiter, key, advance) => {
      await rateLimiter.consume(key, 1);
      await advance(600);
      assert.deepEqual(await rateLimiter.consume(key, 1), { taken: 2, endsInSeconds: 1 });
      await advance(600);
      assert.equal((await rateLimiter.consume(key, 1)).taken, 1);
    }),
    one('reward neither extends nor opens a window', async (rateLimiter, key, advance) => {
      await rateLimiter.consume(key, 1);
      await rateLimiter.consume(key, 1);
      await advance(600);
      await rateLimiter.reward(key, 1);
      await advance(600);
      await rateLimiter.reward(key, 1);
      assert.deepEqual(await rateLimiter.consume(key, 60), { taken: 1, endsInSeconds: 60 });
    }),
  ];
}
