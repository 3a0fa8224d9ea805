import { after, before, describe, it } from 'mocha';
import { createMemoryMailRecords } from '../../lib/stores/memory/mail-records.js';
import { createRedisMailRecords } from '../../lib/stores/redis/mail-records.js';
import { mailRecordsContract } from '../../lib/testing/contracts/mail-records.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { redisFixture, type RedisFixture } from '../support/stores/redis-fixture.js';

describe('what became of mails, in memory', () => {
  const open = async () => {
    const clock = fakeClock();
    const records = createMemoryMailRecords({ clock, most: 5 });
    return { records, advance: async (milliseconds: number) => clock.advance(milliseconds) };
  };
  for (const { title, run } of mailRecordsContract(open)) it(title, run);
});

describe('what became of mails, in Redis', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());

  const open = async () => {
    const clock = fakeClock();
    const records = createRedisMailRecords({ redis: fixture.redis, keys: fixture.keys(), skewMs: clock.skew, most: 5 });
    return { records, advance: async (milliseconds: number) => clock.advance(milliseconds) };
  };
  for (const { title, run } of mailRecordsContract(open)) it(title, run);
});
