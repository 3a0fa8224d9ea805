import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { sampleInvitation } from '../../../lib/testing/contracts/sample-invitation.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

const mail = { seed: 's', locale: null, zone: 'UTC', app: null, values: {}, ordered: 0 };

describe('counts of outstanding invitations in Redis', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());

  it('refuse nothing for an entry that a process left behind when it died', async () => {
    const keys = fixture.keys();
    const store = createRedisInvitationStore({ redis: fixture.redis, keys });
    const expires = Date.now() + 86_400_000;
    const revoked = sampleInvitation({ mail, expires, revokedAt: 1 });
    const open = sampleInvitation({ mail, expires });
    const ask = (perTenant: number) =>
      store.reserveOutstanding({
        record: sampleInvitation({ mail, expires }),
        ceilings: { perTenant, perInviter: null, perRecipient: null },
        instead: [],
        seconds: 60,
      });
    await store.createAll([revoked, open]);
    await fixture.client.zadd(keys.invitations.outstanding(null, 'perTenant', ''), expires, revoked.id);
    assert.equal(await ask(1), 'perTenant', 'one is open');
    assert.equal(await ask(2), null);
    assert.equal(await ask(2), 'perTenant');
  });
});
