import assert from 'node:assert/strict';
import { it } from 'mocha';
import { storeAway } from '../../../lib/base/error.js';
import type { GateVerdict } from '../../../lib/ports/invitation-gate.js';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { invitationFixture } from '../../support/invitations/invitation-fixture.js';
import { startOwnTime } from '../../support/own-time.js';

const emitted = (verdict: GateVerdict): string => (verdict.ok ? 'accepted' : verdict.message.id);
const minute = 60_000;

onBothStores('a seat that is kept from the code page on', (open) => {
  it('belongs to its plan until the write, and to no other', async () => {
    const { invitations, ask, signUp } = open();
    const { id, code } = await invitations.manager.create({ uses: 1, reserve: '15m' });
    assert.equal(emitted(await ask(code, { enrollmentId: 'a', reserve: true })), 'accepted');
    assert.equal(emitted(await ask(code, { enrollmentId: 'b', reserve: true, address: 'b' })), 'invitation.held');
    assert.equal((await invitations.manager.get(id)).state, 'held');
    assert.equal((await signUp(code, 'a')).type, 'redeemed');
    await invitations.idle();
    const { state, held, redeemed } = await invitations.manager.get(id);
    assert.deepEqual([state, held, redeemed], ['used_up', 0, 1]);
  });

  it('is one seat for tabs of one enrollment, and two for two enrollments', async () => {
    const { invitations, ask } = open();
    const { id, code } = await invitations.manager.create({ uses: 3, reserve: '15m' });
    const tab = (plan: string): Promise<GateVerdict> => ask(code, { enrollmentId: plan, reserve: true });
    assert.deepEqual((await Promise.all([tab('a'), tab('a'), tab('a')])).map(emitted), [
      'accepted',
      'accepted',
      'accepted',
    ]);
    assert.equal((await invitations.manager.get(id)).held, 1);
    await tab('b');
    assert.equal((await invitations.manager.get(id)).held, 2);
  });

  it('B14, B20: is released when it expires, and asking again does not extend it', async () => {
    const { invitations, ask, clock } = open();
    const { id, code } = await invitations.manager.create({ uses: 1, reserve: '15m' });
    await ask(code, { enrollmentId: 'a', reserve: true });
    clock.advance(14 * minute);
    assert.equal(emitted(await ask(code, { enrollmentId: 'a', reserve: true })), 'accepted');
    clock.advance(minute + 1000);
    assert.equal((await invitations.manager.get(id)).state, 'open');
    assert.equal(emitted(await ask(code, { enrollmentId: 'b', reserve: true, address: 'b' })), 'accepted');
    assert.equal(emitted(await ask(code, { enrollmentId: 'a', reserve: true })), 'invitation.held');
  });

  it('is released by its plan and by an administrator, but not during a write', async () => {
    const { invitations, ask, store } = open();
    const { manager, gate } = invitations;
    const { id, code } = await manager.create({ uses: 1, reserve: '15m' });
    const ref = { id, version: 1 };
    await ask(code, { enrollmentId: 'a', reserve: true });
    await gate.releaseReservation(ref, 'b', '203.0.113.7');
    assert.equal((await manager.get(id)).held, 1);
    await gate.releaseReservation(ref, 'a', '203.0.113.7');
    assert.equal((await manager.get(id)).held, 0);
    await gate.releaseReservation(ref, 'a', '203.0.113.7');
    await gate.releaseReservation({ id: 'unknown', version: 1 }, 'a', '203.0.113.7');

    await ask(code, { enrollmentId: 'c', reserve: true });
    const [seat] = (await manager.seats(id)).seats;
    assert.deepEqual([seat?.type, seat?.plan], ['held', 'c']);
    assert.equal(await manager.releaseReservation(id, 'c'), true);
    assert.equal(await manager.releaseReservation(id, 'c'), false);
    await ask(code, { enrollmentId: 'd', reserve: true });
    await store.claim({ id, plan: 'd', leaseSeconds: 60 });
    assert.equal(await manager.releaseReservation(id, 'd'), false);
    assert.deepEqual(
      (await manager.ledger(id)).map(({ kind }) => kind),
      ['issued', 'held', 'released', 'held', 'released', 'held', 'claimed'],
    );
  });

  it('cannot all be taken by one address', async () => {
    const { invitations, ask, clock } = open();
    const { code } = await invitations.manager.create({ uses: 100, reserve: '1h' });
    const from = (address: string, plan: string): Promise<GateVerdict> =>
      ask(code, { enrollmentId: plan, reserve: true, address });
    const answers: string[] = [];
    for (let at = 0; at < 8; at += 1) answers.push(emitted(await from('greedy', `p${at}`)));
    assert.deepEqual(answers, [
      ...Array<string>(5).fill('accepted'),
      ...Array<string>(3).fill('invitation.too_many_held'),
    ]);
    assert.equal(emitted(await from('greedy', 'p0')), 'accepted', 'who has one goes on');
    assert.equal(emitted(await from('modest', 'q')), 'accepted');
    if (clock.now() > 0) await invitations.idle();
  });

  it('F19: refused attempts are given back: a freed seat goes to the next person', async () => {
    const { invitations, ask } = open();
    const { code } = await invitations.manager.create({ uses: 100, reserve: '24h' });
    const from = (plan: string): Promise<GateVerdict> => ask(code, { enrollmentId: plan, reserve: true });
    const kept = [];
    for (let at = 0; at < 5; at += 1) kept.push(await from(`p${at}`));
    for (let at = 0; at < 12; at += 1) {
      const verdict = await from('waiting');
      assert.equal(emitted(verdict), 'invitation.too_many_held');
      assert.ok(!verdict.ok && (verdict.retryAfterSeconds ?? 0) > 0);
    }
    const [first] = kept;
    assert.ok(first?.ok);
    await invitations.gate.releaseReservation(first.invitation, 'p0', '203.0.113.7');
    await invitations.idle();
    assert.equal(emitted(await from('waiting')), 'accepted');
  });

  it('F19: a right code without a free seat is not a wrong guess', async () => {
    const { invitations, ask } = open();
    const held = await invitations.manager.create({ uses: 1, reserve: '1h' });
    const other = await invitations.manager.create();
    await ask(held.code, { enrollmentId: 'holder', reserve: true });
    for (let at = 0; at < 12; at += 1)
      assert.equal(emitted(await ask(held.code, { enrollmentId: `p${at}`, reserve: true })), 'invitation.held');
    await invitations.idle();
    assert.equal(emitted(await ask(other.code, { enrollmentId: 'next' })), 'accepted');
  });

  it('F19: a reservation that failed with an error does not count', async () => {
    let away = true;
    const clock = fakeClock();
    const memory = createMemoryInvitationStore({ clock });
    const store = {
      ...memory,
      reserve: (asked: Parameters<typeof memory.reserve>[0]) =>
        away ? Promise.reject(storeAway('Redis', new Error('gone'))) : memory.reserve(asked),
    };
    const { invitations, ask } = invitationFixture({ store, clock });
    const { code } = await invitations.manager.create({ uses: 100, reserve: '1h' });
    for (let at = 0; at < 8; at += 1)
      await assert.rejects(ask(code, { enrollmentId: `p${at}`, reserve: true }), { code: 'ERR_ENROLLMENT_STORE_AWAY' });
    await invitations.idle();
    away = false;
    assert.equal(emitted(await ask(code, { enrollmentId: 'q', reserve: true })), 'accepted');
  });

  it('revoke does not wait for reservations, and their plans are refused', async () => {
    const { invitations, ask } = open();
    const { id, code } = await invitations.manager.create({ uses: 2, reserve: '1h' });
    const verdict = await ask(code, { enrollmentId: 'a', reserve: true });
    const time = startOwnTime();
    assert.deepEqual(await invitations.manager.revoke(id), {
      redeemed: 0,
      inFlight: 0,
      becameAccounts: 0,
      stillOpen: 0,
    });
    assert.ok(time() < 1000);
    if (!verdict.ok) return assert.fail('it was open');
    const refused = await invitations.redeem({
      enrollmentId: 'a',
      flow: 'invite',
      invitation: verdict.invitation,
      email: null,
      write: () => assert.fail('an account was written'),
      idOf: String,
      taken: async () => null,
    });
    assert.equal(refused.type === 'refused' && refused.cause, 'revoked');
    assert.equal((await invitations.manager.get(id)).held, 0);
  });

  it('outlives the end of the invitation until the write', async () => {
    const { invitations, ask, clock, table } = open();
    const { code } = await invitations.manager.create({ uses: 2, reserve: '1h', expires: clock.now() + minute });
    const verdict = await ask(code, { enrollmentId: 'a', reserve: true });
    clock.advance(2 * minute);
    if (!verdict.ok) return assert.fail('it was open');
    const redeem = (plan: string) =>
      invitations.redeem({
        enrollmentId: plan,
        flow: 'invite',
        invitation: verdict.invitation,
        email: null,
        write: async (redemption) => (table.insert(redemption.row(plan)), plan),
        idOf: String,
        taken: async () => null,
      });
    assert.equal((await redeem('a')).type, 'redeemed');
    const late = await redeem('b');
    assert.equal(late.type === 'refused' && late.cause, 'expired');
  });

  it('C31: one seat per person counts reservations and accounts, and reads ann+2 as Ann', async () => {
    const { invitations, ask, signUp } = open();
    const { code } = await invitations.manager.create({ uses: 9, reserve: '15m', onePerPerson: true });
    const as = (email: string, plan: string): Promise<GateVerdict> =>
      ask(code, { enrollmentId: plan, reserve: true, address: plan, email });
    assert.equal(emitted(await as('ann@example.com', 'a')), 'accepted');
    assert.equal(emitted(await as('ann+2@example.com', 'b')), 'invitation.held');
    assert.equal((await signUp(code, 'a', { email: 'ann@example.com' })).type, 'redeemed');
    await invitations.idle();
    const again = await as('ann+3@example.com', 'b');
    assert.equal(emitted(again), 'invitation.unknown', 'that Ann has an account is hers to know');
    await invitations.idle();
    assert.equal((await invitations.manager.explain(again.ok ? '' : again.reference))?.cause, 'already');
    assert.equal(emitted(await as('bob@example.com', 'c')), 'accepted');
  });
});
