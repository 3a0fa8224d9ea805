import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createConnection } from '../../lib/stores/redis/connection.js';
import { effort } from '../support/campaign.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import type { Subject } from '../support/faults/redemption-history.js';
import { playHistories } from '../support/faults/redemption-run.js';
import { memorySubject, redisSubject } from '../support/faults/redemption-worlds.js';

/**
 * Random histories of sign-ups with few seats, in which processes die, replies get lost, leases lapse, records are
 * edited and the store is set back. `FUZZ_SEED` selects other histories, `FUZZ_TIMES` multiplies their number (default
 * 1). `npm test` runs a tenth.
 */
describe('redemption under faults', function () {
  this.timeout(0);
  const seed = Number(process.env['FUZZ_SEED'] ?? 1);
  const times = Number(process.env['FUZZ_TIMES'] ?? 1);

  async function expectNothingWrong(subject: Subject, histories: number): Promise<void> {
    const wrong = await playHistories(subject, seed, histories);
    assert.equal(wrong, null, `FUZZ_SEED=${wrong?.seed} went wrong: ${wrong?.violations.join('; ')}`);
  }

  it(`never makes too many or too few accounts, in memory (from seed ${seed} on)`, async () => {
    await expectNothingWrong(memorySubject(), effort(400, 10_000) * times);
  });

  describe('with invitations in Redis', () => {
    let server: TestRedis;
    before(async () => {
      server = await startRedis();
    });
    after(() => server.stop());

    it(`never makes too many or too few accounts (from seed ${seed} on)`, async () => {
      await expectNothingWrong(redisSubject(createConnection(server.client())), effort(60, 1000) * times);
    });
  });
});
