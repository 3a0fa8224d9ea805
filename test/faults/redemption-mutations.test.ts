import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createConnection, type RedisConnection } from '../../lib/stores/redis/connection.js';
import { effort, sampleOf } from '../support/campaign.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { detectInMemory, detectInRedis, type Detection } from '../support/faults/redemption-detect.js';
import { createMutant, removeMutants, expectItsText, type Load } from '../support/faults/redemption-mutate.js';
import { luaMutants } from '../support/faults/redemption-lua-mutants.js';
import { protocolMutants, untouched, type Mutant } from '../support/faults/redemption-mutants.js';
import { memoryMutants } from '../support/faults/redemption-store-mutants.js';

/**
 * Removes one rule after the other from the compiled code and requires that the histories detect it. `npm test` tries
 * three of each kind, and checks that the texts of all rules are where the list says.
 */
describe('every rule of redemption is needed', () => {
  before(removeMutants);
  after(removeMutants);

  // The fuzz test plays more histories without a mutant.
  const memoryEffort = { histories: effort(100, 300) };
  const redisEffort = { histories: effort(20, 30) };

  const each = (kind: string, mutants: readonly Mutant[], detect: (load: Load) => Promise<Detection>): void => {
    it(untouched.rule, async () => {
      assert.equal(await detect(createMutant(`${kind}-untouched`, untouched)), null);
    });
    it('has the text of every rule on the list', () => mutants.forEach(expectItsText));
    for (const [at, mutant] of sampleOf(mutants, 3).entries()) {
      it(mutant.rule, async () => {
        const found = await detect(createMutant(`${kind}-${at}`, mutant));
        assert.notEqual(found, null, 'nothing went wrong without this rule');
      });
    }
  };

  describe('in the protocol', () => each('protocol', protocolMutants, (load) => detectInMemory(load, memoryEffort)));
  describe('in the memory store', () => each('memory', memoryMutants, (load) => detectInMemory(load, memoryEffort)));

  describe('in the scripts for Redis', () => {
    let server: TestRedis;
    let redis: RedisConnection;
    before(async () => {
      server = await startRedis();
      redis = createConnection(server.client());
    });
    after(() => server.stop());
    each('lua', luaMutants, (load) => detectInRedis(load, redis, redisEffort));
  });
});
