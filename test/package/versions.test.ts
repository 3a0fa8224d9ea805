import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { isCampaign } from '../support/campaign.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { openConsumer } from './consumer.js';
import { filesOf } from '../support/package/outside.js';
import { runForJson } from '../support/package/run-program.js';
import type { Signup } from '../support/package/signup.js';

const versions = { express: { 4: 'express4', 5: 'express' }, ioredis: { 5: 'ioredis5', 6: 'ioredis' } } as const;

describe('the packed package with each version of its peers', () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  for (const web of [4, 5] as const) {
    // Outside a campaign the older versions run together, and the newer ones.
    for (const driver of ([5, 6] as const).filter((major) => isCampaign || major === web + 1)) {
      it(`Express ${web} with ioredis ${driver}: a whole signup, imported and required`, async () => {
        const [express, ioredis] = [versions.express[web], versions.ioredis[driver]];
        const consumer = openConsumer({ packages: { express, ioredis } });
        for (const program of ['signup.mjs', 'signup.cjs']) {
          const { user, stores, loaded } = await runForJson<Signup>(consumer, program, { args: [redis.url] });
          assert.deepEqual([user, stores], ['ann', 'redis']);
          for (const used of [express, ioredis]) assert.notDeepEqual(filesOf(used, loaded), [], used);
          for (const other of others(express, ioredis)) assert.deepEqual(filesOf(other, loaded), [], other);
        }
      });
    }
  }
});

function others(...used: readonly string[]): readonly string[] {
  return Object.values(versions)
    .flatMap((folders): string[] => Object.values(folders))
    .filter((folder) => !used.includes(folder));
}
