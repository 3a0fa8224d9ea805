import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { SessionClient } from '../../ports/session-client.js';
import type { ContractCase } from './contract.js';

interface SessionClientUnderTest {
  readonly client: SessionClient;
  /** Advances the store's time: by a fake clock, or by waiting. */
  advance(milliseconds: number): Promise<void>;
}

/** The kit's requirements for a store of sessions. */
export function sessionClientContract(open: () => Promise<SessionClientUnderTest>): readonly ContractCase[] {
  const one = (
    title: string,
    run: (client: SessionClient, key: string, opened: SessionClientUnderTest) => Promise<void>,
  ): ContractCase => ({
    title,
    async run() {
      const opened = await open();
      await run(opened.client, `case:${randomId()}`, opened);
    },
  });
  const lifetime = { idleSeconds: 100, absoluteSeconds: 1000 };
  const started = (seconds: number): string => `{"enrollmentStartedAt":${seconds},"cookie":{}}`;
  const lasting = (seconds: number) => ({ expiration: { type: 'EX', value: seconds } }) as const;

  return [
    one('a session is read back as it was', async (client, key) => {
      const text = `{"cookie":{},"name":"\u0000 ü 字 🐎"}`;
      await client.set(key, text, lasting(60));
      assert.deepEqual([await client.get(key), await client.visit(key, lifetime, 0)], [text, text]);
      assert.deepEqual(await client.mGet([key, `${key}:other`]), [text, null]);
    }),
    one('F8: a conditional save does not create a missing session', async (client, key) => {
      await client.set(key, 'first', { ...lasting(60), condition: 'XX' });
      assert.equal(await client.get(key), null);
      await client.set(key, 'first', lasting(60));
      await client.set(key, 'second', { ...lasting(60), condition: 'XX' });
      assert.equal(await client.get(key), 'second');
      await client.del([key]);
      await client.set(key, 'third', { ...lasting(60), condition: 'XX' });
      assert.equal(await client.get(key), null);
    }),
    one('F30: a visit postpones the idle timeout', async (client, key, { advance }) => {
      await client.set(key, started(50), lasting(1));
      assert.equal(await client.visit(key, lifetime, 60), started(50));
      await advance(1100);
      assert.equal(await client.get(key), started(50));
    }),
    one('F30: a visit does not postpone the absolute timeout', async (client, key, { advance }) => {
      await client.set(key, started(50), lasting(60));
      assert.equal(await client.visit(key, lifetime, 1049), started(50));
      await advance(1100);
      assert.equal(await client.get(key), null);
    }),
    one('F30: past its absolute timeout a session is gone', async (client, key) => {
      await client.set(key, started(50), lasting(60));
      assert.equal(await client.visit(key, lifetime, 1050), null);
      assert.equal(await client.get(key), null);
    }),
    one(
      'F30: a session keeps the absolute end that it was written with, or one that is earlier now',
      async (client, key) => {
        const text = '{"enrollmentStartedAt":50,"enrollmentEndsAt":1050,"cookie":{}}';
        await client.set(key, text, lasting(60));
        assert.equal(await client.visit(key, { ...lifetime, absoluteSeconds: 5000 }, 1049), text);
        assert.equal(await client.visit(key, { ...lifetime, absoluteSeconds: 5000 }, 1050), null);
        await client.set(key, text, lasting(60));
        assert.equal(await client.visit(key, { ...lifetime, absoluteSeconds: 500 }, 550), null);
      },
    ),
    one('a session without a start time keeps its expiry', async (client, key, { advance }) => {
      await client.set(key, '{"cookie":{}}', lasting(1));
      assert.equal(await client.visit(key, lifetime, 0), '{"cookie":{}}');
      await advance(1100);
      assert.equal(await client.get(key), null);
    }),
    one('the remaining lifetime of a session is known, and that there is none', async (client, key) => {
      assert.equal(await client.remaining(key), null);
      await client.set(key, started(50), lasting(60));
      const left = (await client.remaining(key)) ?? 0;
      assert.ok(left > 30_000 && left <= 60_000, String(left));
      await client.del([key]);
      assert.equal(await client.remaining(key), null);
    }),
    one('keys are found by prefix', async (client, key) => {
      await client.set(`${key}:a`, 'a', lasting(60));
      await client.set(`${key}:b`, 'b', lasting(60));
      await client.set('other', 'c', lasting(60));
      const found: string[] = [];
      for await (const keys of client.scanIterator({ MATCH: `${key}:*`, COUNT: 10 })) found.push(...keys);
      assert.deepEqual(found.sort(), [`${key}:a`, `${key}:b`]);
    }),
  ];
}
