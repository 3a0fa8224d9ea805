import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { openConsumer, type Consumer } from './consumer.js';
import { assertOutsideTheProject, filesOf } from '../support/package/outside.js';
import { runForJson } from '../support/package/run-program.js';
import type { Signup } from '../support/package/signup.js';

describe('the packed package in both module systems', () => {
  let consumer: Consumer;
  let redis: TestRedis;
  before(async () => {
    // Nothing optional: no ioredis, no Passport, no SQLite.
    consumer = openConsumer({ packages: { express: 'express' } });
    redis = await startRedis();
  });
  after(() => redis.stop());

  for (const [way, program, part, other] of [
    ['imported', 'signup.mjs', 'dist/esm', 'dist/cjs'],
    ['required where ES modules cannot be', 'signup.cjs', 'dist/cjs', 'dist/esm'],
  ] as const) {
    it(`${way}: a whole signup, without optional packages and files of the working tree`, async () => {
      const { user, stores, loaded } = await runForJson<Signup>(consumer, program, {
        flags: ['--no-experimental-require-module'],
      });
      assert.deepEqual([user, stores], ['ann', 'memory']);
      assertOutsideTheProject(consumer, loaded, part);
      assert.ok(!loaded.some((file) => file.includes(`/${other}/`)), `${other} was loaded too`);
      for (const optional of ['ioredis', 'ioredis5', 'passport', '@libsql']) {
        assert.deepEqual(filesOf(optional, loaded), []);
      }
    });
  }

  it('two copies in one process agree on definitions, errors, plans, sessions and invitations', async () => {
    const withRedis = openConsumer({ packages: { express: 'express', ioredis: 'ioredis' } });
    const result = await runForJson<Record<string, unknown>>(withRedis, 'two-copies.mjs', { args: [redis.url] });
    const { import: imported, require: required, alternating } = result;
    assert.deepEqual([imported, required, alternating], ['ann', 'ann', 'ann']);
    for (const part of ['dist/esm', 'dist/cjs']) assertOutsideTheProject(withRedis, result.loaded, part);
  });
});
