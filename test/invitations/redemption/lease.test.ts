import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { InvitationStore } from '../../../lib/ports/invitation-store.js';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { invitationFixture } from '../../support/invitations/invitation-fixture.js';

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function counted(over: Partial<InvitationStore> = {}) {
  const renewals: string[] = [];
  const inner = createMemoryInvitationStore({ clock: fakeClock() });
  const store: InvitationStore = {
    ...inner,
    renew: (claim) => (renewals.push(claim.token), inner.renew(claim)),
    ...over,
  };
  return { renewals, store };
}

describe('a lease', () => {
  it('is renewed while the account is written, under the claim’s token, and not afterwards', async () => {
    const { renewals, store } = counted();
    const { invitations, signUp } = invitationFixture({ store, leaseSeconds: 0.06 });
    const { code } = await invitations.manager.create();
    const write = async (): Promise<string> => {
      while (renewals.length < 3) await pause(5);
      return 'u';
    };
    await signUp(code, 'p', { write });
    const during = renewals.length;
    assert.ok(during >= 3);
    assert.equal(new Set(renewals).size, 1);
    await pause(50);
    assert.equal(renewals.length, during);
  });

  it('is renewed a limited number of times', async () => {
    const { renewals, store } = counted();
    const { invitations, signUp } = invitationFixture({ store, leaseSeconds: 0.3, renewals: 3 });
    const { code } = await invitations.manager.create();
    await signUp(code, 'p', { write: () => pause(500).then(() => 'u') });
    assert.equal(renewals.length, 3);
  });

  it('that cannot be renewed does not disturb the write', async () => {
    const { store } = counted({ renew: () => Promise.reject(new Error('away')) });
    const { invitations, signUp, errors } = invitationFixture({ store, leaseSeconds: 0.03 });
    const { code } = await invitations.manager.create();
    assert.equal((await signUp(code, 'p', { write: () => pause(50).then(() => 'u') })).type, 'redeemed');
    await invitations.idle();
    assert.ok(errors.includes('lengthening a lease failed'));
  });

  it('F18: of a hanging write ends: the request fails, and another enrollment gets the seat', async () => {
    const { invitations, signUp } = invitationFixture({ leaseSeconds: 0.03, renewals: 3 });
    const { code } = await invitations.manager.create();
    const hung = signUp(code, 'p', { write: () => new Promise<never>(() => undefined) });
    await assert.rejects(hung, { code: 'ERR_ENROLLMENT_STORE_AWAY', status: 503 });
    await invitations.idle();
    assert.equal((await signUp(code, 'q')).type, 'redeemed');
  });

  it('F18: a write without an invitation also times out', async () => {
    const { invitations } = invitationFixture({ leaseSeconds: 0.03, renewals: 3 });
    const hung = invitations.redeem({
      enrollmentId: 'p',
      flow: 'open',
      invitation: null,
      email: null,
      write: () => new Promise<never>(() => undefined),
      idOf: String,
      taken: async () => null,
    });
    await assert.rejects(hung, { code: 'ERR_ENROLLMENT_STORE_AWAY', status: 503 });
  });
});

describe('a written account', () => {
  it('is reported although the store is down at the commit, which is logged', async () => {
    const { store } = counted({ commit: () => Promise.reject(new Error('away')) });
    const { invitations, signUp, errors } = invitationFixture({ store });
    const { code } = await invitations.manager.create();
    assert.equal((await signUp(code, 'p')).type, 'redeemed');
    await invitations.idle();
    assert.deepEqual(errors, ['marking a seat as redeemed failed']);
  });

  it('is reported without waiting for the commit, and idle waits for it', async () => {
    let reached = false;
    const { store } = counted({ commit: () => pause(50).then(() => (reached = true)) });
    const { invitations, signUp } = invitationFixture({ store });
    const { code } = await invitations.manager.create();
    await signUp(code, 'p');
    assert.equal(reached, false);
    await invitations.idle();
    assert.equal(reached, true);
  });

  it('emits one event per step', async () => {
    const { invitations, signUp, events } = invitationFixture();
    const { id, code } = await invitations.manager.create();
    await signUp(code, 'p');
    await invitations.idle();
    assert.deepEqual(
      events.map(([name]) => name),
      ['invitation.created', 'invitation.claimed', 'invitation.redeemed'],
    );
    assert.deepEqual(events[2]?.[1], { id, seat: '1', user: 'user of p', enrollment: 'p' });
  });
});
