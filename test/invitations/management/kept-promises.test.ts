import assert from 'node:assert/strict';
import { it } from 'mocha';
import { storeAway } from '../../../lib/base/error.js';
import type { InvitationInput } from '../../../lib/ports/invitation-input.js';
import type { InvitationRecord } from '../../../lib/ports/invitation-store.js';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { invitationFixture } from '../../support/invitations/invitation-fixture.js';

const managers = { code: 'ERR_ENROLLMENT_TENANT' };

onBothStores('what administrators may rely on', (open) => {
  it('many people sign up by one invitation with reservations, and accounts free theirs', async () => {
    const { invitations, ask, signUp } = open();
    const { code } = await invitations.manager.create({ uses: 20, reserve: '24h' });
    for (let person = 0; person < 9; person += 1) {
      const plan = `p${person}`;
      assert.equal((await ask(code, { enrollmentId: plan, reserve: true })).ok, true, plan);
      assert.equal((await signUp(code, plan, { address: '203.0.113.7' })).type, 'redeemed');
      await invitations.idle();
    }
  });

  it('a person who cancels nine times may try a tenth time', async () => {
    const { invitations, ask } = open();
    const { id, code } = await invitations.manager.create({ uses: 20, reserve: '24h' });
    for (let times = 0; times < 10; times += 1) {
      assert.equal((await ask(code, { enrollmentId: `p${times}`, reserve: true })).ok, true);
      await invitations.gate.releaseReservation({ id, version: 1 }, `p${times}`, '203.0.113.7');
    }
  });

  it('a one-per-person invitation refuses people who cannot be told apart', async () => {
    const { invitations, signUp, ask } = open();
    const { code } = await invitations.manager.create({ uses: 5, onePerPerson: true });
    assert.equal((await ask(code)).ok, true, 'the address is asked for later');
    for (const email of [null, '"ann"@example.com', 'nobody']) {
      const answer = await signUp(code, `plan ${email}`, { email });
      assert.equal(answer.type === 'refused' && answer.cause, 'no_person', String(email));
    }
    assert.equal((await signUp(code, 'a', { email: 'ann@example.com' })).type, 'redeemed');
  });

  it('a tenant’s manager cannot reach another tenant', async () => {
    const { invitations } = open();
    const globex = invitations.manager.forTenant('globex');
    assert.throws(() => globex.forTenant('acme'), managers);
    for (const nothing of [undefined, '', null]) {
      const named: unknown = nothing;
      // @ts-expect-error -- as an app in JavaScript may call it
      assert.throws(() => invitations.manager.forTenant(named), managers);
    }
    await globex.seed([{ customCode: 'GLOBEX-2030', uses: 1, expires: '2099-01-01T00:00:00Z', tenant: 'acme' }]);
    assert.deepEqual(
      (await globex.list()).items.map(({ tenant }) => tenant),
      ['globex'],
    );
    assert.deepEqual((await invitations.manager.forTenant('acme').list()).items, []);
  });

  it('a person is erased as creator too, and by a tenant only within the tenant', async () => {
    const { invitations, signUp } = open();
    const { manager } = invitations;
    const made = await manager.create({ creator: 'user-7', tenant: 'acme' });
    const elsewhere = await manager.create({ tenant: 'globex' });
    assert.equal((await signUp(elsewhere.code, 'p', { idOf: () => 'user-7' })).type, 'redeemed');
    await invitations.idle();
    const erased = await manager.forTenant('acme').erase({ user: 'user-7' });
    assert.deepEqual(erased.invitations, [made.id]);
    assert.equal((await manager.get(made.id)).creator, erased.tombstone);
    assert.equal((await manager.seats(elsewhere.id)).seats[0]?.user, 'user-7', 'that is not theirs to erase');
    assert.deepEqual((await manager.erase({ user: 'user-7' })).invitations, [elsewhere.id]);
  });
});

it('codes already created are not lost when the store goes down in the middle of many', async () => {
  const clock = fakeClock();
  const memory = createMemoryInvitationStore({ clock });
  let calls = 0;
  const store = Object.freeze({
    ...memory,
    createAll: async (records: readonly InvitationRecord[], by?: string) => {
      calls += 1;
      if (calls > 1) throw storeAway('Redis', new Error('it is away'));
      return memory.createAll(records, by);
    },
  });
  const { manager } = invitationFixture({ store, clock }).invitations;
  const report = await manager.createMany(Array.from({ length: 600 }, () => ({ uses: 1 })));
  assert.equal(report.length, 600);
  assert.equal(report.filter((row) => row.type === 'created' && row.code !== '').length, 250);
  assert.ok(report.slice(250).every((row) => row.type === 'failed' && row.code === 'ERR_ENROLLMENT_STORE_AWAY'));
  await assert.rejects(manager.createMany([{ uses: 1 }]), { code: 'ERR_ENROLLMENT_STORE_AWAY' });
});

it('a row that is not an object is an invalid row among valid ones', async () => {
  const { manager } = invitationFixture().invitations;
  const rows: unknown[] = [{ uses: 1 }, null, 7];
  const report = await manager.createMany(rows as InvitationInput[]);
  assert.deepEqual(
    report.map(({ type }) => type),
    ['created', 'invalid', 'invalid'],
  );
});

it('a revoked code costs no more look-ups than an unknown one, nor any code under uniform', async () => {
  for (const refusals of ['plain', 'uniform'] as const) {
    let asked = 0;
    const redemptions = { find: async () => ((asked += 1), null) };
    const { invitations, ask, clock } = invitationFixture({ refusals, redemptions });
    const { manager } = invitations;
    const revoked = await manager.create();
    const expired = await manager.create({ expires: clock.now() + 1000 });
    await manager.revoke(revoked.id);
    clock.advance(2000);
    await ask(revoked.code);
    assert.equal(asked, 0, refusals);
    await ask(expired.code);
    assert.equal(asked, refusals === 'uniform' ? 0 : 1);
  }
});

it('reading an allowance uses none of it', async () => {
  const inviters = { may: async () => true, quota: async () => ({ count: 1, days: 30 }) };
  const { manager } = invitationFixture({ inviters }).invitations;
  const looks = Promise.all(Array.from({ length: 5 }, () => manager.allowance('ann')));
  await manager.create({ inviter: 'ann' });
  await looks;
  assert.equal((await manager.allowance('ann'))?.left, 0);
});
