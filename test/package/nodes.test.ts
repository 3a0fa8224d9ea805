import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { isCampaign } from '../support/campaign.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { openConsumer, type Consumer } from './consumer.js';
import { supportedNodes } from '../support/package/nodes.js';
import { runForJson } from '../support/package/run-program.js';
import type { Signup } from '../support/package/signup.js';

const { list, alone, problem } = supportedNodes();

describe(`the package in every Node${alone === null ? '' : ` (the running one alone: ${alone})`}`, () => {
  let consumer: Consumer;
  let redis: TestRedis;
  before(async () => {
    consumer = openConsumer({ packages: { express: 'express', ioredis: 'ioredis' } });
    redis = await startRedis();
  });
  after(() => redis.stop());

  it('all of them are installed', () => {
    assert.equal(problem, null);
    const majors = list.map(majorOf).sort();
    if (alone === null) assert.equal(majors[0], 20);
    if (alone === null && isCampaign) assert.deepEqual(majors, [20, 22, 24, 26]);
  });

  for (const { version, program } of list) {
    it(`Node ${version}: a whole signup in memory and on Redis, imported and required`, async () => {
      for (const [signup, args, stores] of [
        ['signup.mjs', [], 'memory'],
        ['signup.cjs', [redis.url], 'redis'],
      ] as const) {
        const result = await runForJson<Signup>(consumer, signup, { node: program, args });
        assert.deepEqual([result.user, result.stores, result.node], ['ann', stores, `v${version}`]);
      }
    });
  }
});

function majorOf({ version }: { readonly version: string }): number {
  return Number.parseInt(version, 10);
}
