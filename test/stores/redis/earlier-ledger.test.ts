import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { sampleInvitation } from '../../../lib/testing/contracts/sample-invitation.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

describe('the ledger that an earlier version kept', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());

  it('is read before what came later, and a person is erased in both', async () => {
    const keys = fixture.keys();
    const store = createRedisInvitationStore({ redis: fixture.redis, keys });
    const record = sampleInvitation({ max: 5 });
    const { id } = record;
    await store.create(record);
    const { earlierLedger } = keys.invitation(id);
    const entry = ['at', '1000', 'kind', 'redeemed', 'seat', '4', 'user', 'ann'];
    await fixture.client.xadd(earlierLedger, '*', ...entry);
    await fixture.client.xadd(earlierLedger, '*', 'at', '2000', 'kind', 'edited', 'by', 'bob');
    await store.commit({ id, seat: '1', plan: 'p', user: 'ann' });
    const told = async () =>
      (await store.ledger(id)).map(({ kind, user, by }) => [kind, user ?? by].filter((one) => one !== undefined));
    assert.deepEqual(await told(), [['issued'], ['redeemed', 'ann'], ['edited', 'bob'], ['redeemed', 'ann']]);
    await store.erase(id, 'ann', 'erased-1');
    await store.erase(id, 'bob', 'erased-2');
    assert.deepEqual(await told(), [
      ['issued'],
      ['redeemed', 'erased-1'],
      ['edited', 'erased-2'],
      ['redeemed', 'erased-1'],
      ['erased'],
      ['erased'],
    ]);
  });
});
