import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { storeAway } from '../../../lib/base/error.js';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { invitationFixture } from '../../support/invitations/invitation-fixture.js';

describe('an attempt that got no result', () => {
  it('does not count: thirty tries during a store outage lock no one out afterwards', async () => {
    const clock = fakeClock();
    const memory = createMemoryInvitationStore({ clock });
    let away = false;
    const store = Object.freeze({
      ...memory,
      read: async (ids: readonly string[], plan?: string) => {
        if (away) throw storeAway('Redis', new Error('it is away'));
        return memory.read(ids, plan);
      },
    });
    const { invitations, ask } = invitationFixture({ store, clock });
    const { code } = await invitations.manager.create();
    away = true;
    for (let tries = 0; tries < 30; tries += 1) await assert.rejects(ask(code), { code: 'ERR_ENROLLMENT_STORE_AWAY' });
    await invitations.idle();
    away = false;
    assert.equal((await ask(code)).ok, true);
  });

  it('counts if it got one: ten wrong codes are enough', async () => {
    const { invitations, ask } = invitationFixture();
    const { code } = await invitations.manager.create();
    for (let tries = 0; tries < 10; tries += 1) await ask('NO-SUCH-WORD');
    const verdict = await ask(code);
    assert.ok(!verdict.ok && verdict.retryAfterSeconds !== undefined);
  });
});
