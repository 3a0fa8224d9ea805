import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { RedisConnection } from '../../../lib/stores/redis/connection.js';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { createRedisRateLimiter } from '../../../lib/stores/redis/rate-limiter.js';
import { createRedisMailRecords } from '../../../lib/stores/redis/mail-records.js';
import { createRedisOutbox } from '../../../lib/stores/redis/outbox.js';
import { createSessionClient } from '../../../lib/stores/redis/session-client.js';
import { createRedisWaitlistStore } from '../../../lib/stores/redis/waitlist-store.js';
import { invitationStoreContract } from '../../../lib/testing/contracts/invitation-store.js';
import { rateLimiterContract } from '../../../lib/testing/contracts/rate-limiter.js';
import { mailRecordsContract } from '../../../lib/testing/contracts/mail-records.js';
import { outboxContract } from '../../../lib/testing/contracts/outbox.js';
import { sessionClientContract } from '../../../lib/testing/contracts/session-client.js';
import { waitlistStoreContract } from '../../../lib/testing/contracts/waitlist-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

/** Simulates ioredis when the connection breaks before the reply: the same command again, and its second reply. */
function sentTwice(redis: RedisConnection, names: ReadonlySet<string>): RedisConnection {
  return {
    ...redis,
    async run(script, keys, args) {
      const first = await redis.run(script, keys, args);
      return names.has(script.name) ? redis.run(script, keys, args) : first;
    },
  };
}

/** The commands that administrators' writes use, and the marks of the protocol that events depend on. */
const writes = new Set([
  'create-invitation',
  'edit-invitation',
  'claim-seat',
  'commit-seat',
  'release-reservation',
  'release-seat',
  'count-points',
  'add-waiting',
  'change-waiting',
  'remove-waiting',
  'put-deliveries',
  'revive-delivery',
  'erase-person',
  'begin-erasure',
  'visit-session',
]);

describe('F17: writes sent twice because their first reply was lost', () => {
  let fixture: RedisFixture;
  let redis: RedisConnection;
  before(async () => {
    fixture = await redisFixture();
    redis = sentTwice(fixture.redis, writes);
  });
  after(() => fixture.server.stop());
  const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

  describe('invitations', () => {
    const open = async () => {
      const clock = fakeClock();
      const store = createRedisInvitationStore({ redis, keys: fixture.keys(), skewMs: clock.skew });
      return { store, now: clock.now, advance: clock.advance };
    };
    for (const { title, run } of invitationStoreContract(open)) it(title, run);
  });

  describe('rate limits', () => {
    const open = async () => ({ rateLimiter: createRedisRateLimiter({ redis, keys: fixture.keys() }), advance: wait });
    for (const { title, run } of rateLimiterContract(open).filter(({ title }) => !title.includes('at once')))
      it(title, run);
  });

  describe('the waitlist', () => {
    const open = async () => {
      const store = createRedisWaitlistStore({ redis, keys: fixture.keys() });
      return { store, other: store };
    };
    for (const { title, run } of waitlistStoreContract(open)) it(title, run);
  });

  describe('deliveries', () => {
    const open = async () => {
      const clock = fakeClock();
      const keys = fixture.keys();
      const rateLimiter = { most: { enrolled: 1000, accepted: 1000, webhook: 20, mail: 1000 }, mostFailed: 3 };
      const outbox = createRedisOutbox({ redis, keys, skewMs: clock.skew, ...rateLimiter });
      return { outbox, advance: async (milliseconds: number) => clock.advance(milliseconds) };
    };
    for (const { title, run } of outboxContract(open)) it(title, run);
  });

  describe('what became of mails', () => {
    const open = async () => {
      const clock = fakeClock();
      const records = createRedisMailRecords({ redis, keys: fixture.keys(), skewMs: clock.skew, most: 5 });
      return { records, advance: async (milliseconds: number) => clock.advance(milliseconds) };
    };
    for (const { title, run } of mailRecordsContract(open)) it(title, run);
  });

  describe('sessions', () => {
    const open = async () => ({ client: createSessionClient(redis), advance: wait });
    for (const { title, run } of sessionClientContract(open)) it(title, run);
  });

  it('F17: a counter sent twice counts once, and so does a reward', async () => {
    const rateLimiter = createRedisRateLimiter({ redis, keys: fixture.keys() });
    const taken = [];
    for (let times = 0; times < 3; times += 1) taken.push((await rateLimiter.consume('quota', 60)).taken);
    assert.deepEqual(taken, [1, 2, 3]);
    await rateLimiter.reward('quota', 60);
    assert.equal((await rateLimiter.get('quota')).taken, 2);
  });
});
