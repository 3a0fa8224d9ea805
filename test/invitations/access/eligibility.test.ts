import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fitsVouched, isToBeTold } from '../../../lib/invitations/access/eligibility.js';
import type { GateVerdict } from '../../../lib/ports/invitation-gate.js';
import type { RedeemOrder } from '../../../lib/ports/redeem.js';
import type { AddressPolicy, VouchedAddresses } from '../../../lib/ports/identities.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { invitationFixture, type InvitationFixture } from '../../support/invitations/invitation-fixture.js';

const vouched = (policy: AddressPolicy, ...addresses: string[]): VouchedAddresses => ({ policy, addresses });
const outcome = (verdict: GateVerdict): string => (verdict.ok ? 'accepted' : (verdict.bound ?? verdict.message.id));
const [ann, bob, colleague] = ['ann@example.com', 'bob@elsewhere.example', 'cid@example.com'];
const differs = ({ events }: InvitationFixture): object[] =>
  events.filter(([name]) => name === 'invitation.address_differs').map(([, facts]) => facts);

/** The decision of each policy about an invitation that is bound to `bound`. */
const cases: readonly (readonly [bound: string, addresses: readonly string[], fits: readonly AddressPolicy[]])[] = [
  [ann, [ann], ['strict', 'verified-any', 'domain', 'notify', 'off']],
  [ann, [ann, bob], ['strict', 'verified-any', 'domain', 'notify', 'off']],
  [ann, [bob, ann], ['verified-any', 'domain', 'notify', 'off']],
  [ann, [colleague], ['domain', 'notify', 'off']],
  [ann, [bob, colleague], ['domain', 'notify', 'off']],
  [ann, ['ann@sub.example.com'], ['notify', 'off']],
  [ann, ['ann@evilexample.com'], ['notify', 'off']],
  [ann, ['ann@example.com.evil.example'], ['notify', 'off']],
  [ann, ['ann+x@example.com'], ['domain', 'notify', 'off']],
  [ann, [bob], ['notify', 'off']],
  [ann, [], ['notify', 'off']],
  ['@example.com', [colleague], ['strict', 'verified-any', 'domain', 'notify', 'off']],
  ['@example.com', [bob, colleague], ['verified-any', 'domain', 'notify', 'off']],
  ['@example.com', ['ann@evilexample.com'], ['notify', 'off']],
  ['@example.com', [], ['notify', 'off']],
];
const policies: readonly AddressPolicy[] = ['strict', 'verified-any', 'domain', 'notify', 'off'];

describe('the verified addresses of a source', () => {
  for (const [bound, addresses, fits] of cases)
    it(`[${addresses.join(', ')}] fit an invitation for ${bound} under ${fits.join(', ')}`, async () => {
      const { store, invitations } = invitationFixture();
      const { id } = await invitations.manager.create(
        bound.startsWith('@') ? { domain: bound.slice(1) } : { email: bound },
      );
      const [snapshot] = await store.read([id]);
      assert.ok(snapshot);
      assert.equal(snapshot.record.bound, bound);
      assert.deepEqual(
        policies.filter((policy) => fitsVouched(snapshot.record, vouched(policy, ...addresses))),
        fits,
      );
      assert.deepEqual(
        policies.filter((policy) => isToBeTold(snapshot.record, vouched(policy, ...addresses))),
        fits.includes('strict') ? [] : ['notify'],
      );
    });

  it('do not matter to an unbound invitation', async () => {
    const { ask, invitations } = invitationFixture();
    const { code } = await invitations.manager.create({});
    for (const policy of policies) {
      assert.equal(outcome(await ask(code, { vouched: vouched(policy) })), 'accepted');
      assert.equal(outcome(await ask(code, { vouched: vouched(policy, bob) })), 'accepted');
    }
  });

  it('alone count: a typed address neither opens a bound invitation nor closes it', async () => {
    const { ask, invitations } = invitationFixture();
    const { code } = await invitations.manager.create({ email: ann, uses: 5 });
    for (const policy of ['strict', 'verified-any', 'domain'] as const) {
      assert.equal(outcome(await ask(code, { email: ann, vouched: vouched(policy) })), ann, 'nobody vouches for it');
      assert.equal(outcome(await ask(code, { email: ann, vouched: vouched(policy, bob) })), ann);
      const verdict = await ask(code, { email: bob, vouched: vouched(policy, ann) });
      assert.ok(verdict.ok);
      const plan = { flow: 'invite', enrollmentId: 'a plan' };
      const holds = (email: string, address: string) =>
        invitations.gate.revalidate(verdict.invitation, { ...plan, email, vouched: vouched(policy, address) });
      assert.equal(outcome(await holds(ann, bob)), ann);
      assert.equal(outcome(await holds(bob, ann)), 'accepted');
      const redeem = (email: string, address: string, write: RedeemOrder<string>['write']) =>
        invitations.redeem({
          ...plan,
          enrollmentId: policy,
          invitation: verdict.invitation,
          email,
          vouched: vouched(policy, address),
          write,
          idOf: String,
          taken: async () => null,
        });
      const refused = await redeem(ann, bob, () => assert.fail('written'));
      assert.equal(refused.type === 'refused' && refused.cause, 'other_email');
      assert.equal((await redeem(bob, ann, async () => 'u1')).type, 'redeemed');
    }
  });
});

describe('the address that an invitation is bound to', () => {
  const other = { vouched: vouched('strict', bob) };

  it('is disclosed if only the verified address is wrong, and support finds the true cause', async () => {
    const { ask, invitations } = invitationFixture();
    const forAnn = await invitations.manager.create({ email: ann });
    const forAll = await invitations.manager.create({ domain: 'example.com' });
    const verdict = await ask(forAnn.code, other);
    assert.ok(!verdict.ok);
    assert.deepEqual([verdict.bound, verdict.message.id], [ann, 'invitation.unknown']);
    assert.equal(outcome(await ask(forAll.code, other)), '@example.com');
    await invitations.idle();
    assert.equal((await invitations.manager.explain(verdict.reference))?.cause, 'other_email');
  });

  it('is not disclosed to a visitor without a source', async () => {
    const { ask, invitations } = invitationFixture();
    const { code } = await invitations.manager.create({ email: ann });
    const verdict = await ask(code, { email: bob });
    assert.ok(!verdict.ok && !('bound' in verdict));
  });

  it('is never disclosed with uniform refusals', async () => {
    const { ask, invitations } = invitationFixture({ refusals: 'uniform' });
    const { code } = await invitations.manager.create({ email: ann });
    for (const policy of ['strict', 'verified-any', 'domain'] as const) {
      const verdict = await ask(code, { vouched: vouched(policy, bob), enrollmentId: policy });
      assert.deepEqual(
        { ...verdict, reference: '' },
        { ok: false, message: { id: 'invitation.unknown' }, reference: '' },
      );
    }
    const accepted = await ask(code, { vouched: vouched('strict', ann) });
    assert.ok(accepted.ok);
    const again = await invitations.gate.revalidate(accepted.invitation, {
      flow: 'invite',
      enrollmentId: 'a plan',
      email: null,
      ...other,
    });
    assert.ok(!again.ok && !('bound' in again));
  });

  it('is not disclosed if another address would not help', async () => {
    let mayInvite = true;
    const { ask, invitations, clock } = invitationFixture({
      inviters: { may: async () => mayInvite, quota: async () => null },
    });
    const now = clock.now();
    const revoked = await invitations.manager.create({ email: ann });
    await invitations.manager.revoke(revoked.id);
    const { code: expired } = await invitations.manager.create({ email: ann, expires: now + 1 });
    const { code: later } = await invitations.manager.create({ email: ann, notBefore: now + 3_600_000 });
    const { code: elsewhere } = await invitations.manager.create({ email: ann, flow: 'other' });
    const { code: withdrawn } = await invitations.manager.create({ email: ann, inviter: 'eve' });
    clock.advance(1);
    assert.equal(outcome(await ask(withdrawn, other)), ann);
    mayInvite = false;
    for (const code of [revoked.code, expired, later, elsewhere, withdrawn]) {
      const verdict = await ask(code, { ...other, enrollmentId: code, address: code });
      assert.ok(!verdict.ok && !('bound' in verdict), JSON.stringify(verdict));
    }
  });

  it('costs an attempt each time, like a wrong code', async () => {
    const { ask, invitations } = invitationFixture();
    const { code } = await invitations.manager.create({ email: ann });
    for (let times = 0; times < 10; times += 1)
      assert.equal(outcome(await ask(code, { ...other, enrollmentId: `p${times}` })), ann);
    assert.equal(outcome(await ask(code, { ...other, enrollmentId: 'p' })), 'invitation.throttled');
  });
});

onBothStores('an invitation for another address, under notify', (open) => {
  const enroll = async (fixture: InvitationFixture, code: string, plan: string, terms: VouchedAddresses) => {
    const verdict = await fixture.ask(code, { enrollmentId: plan, address: plan, vouched: terms });
    assert.ok(verdict.ok);
    const plain = { flow: 'invite', enrollmentId: plan, email: null, vouched: terms };
    assert.equal((await fixture.invitations.gate.revalidate(verdict.invitation, plain)).ok, true);
    assert.deepEqual(differs(fixture), [], 'nothing has come of it yet');
    const order: RedeemOrder<string> = {
      ...plain,
      invitation: verdict.invitation,
      write: async (redemption) => (fixture.table.insert(redemption.row(`user of ${plan}`)), `user of ${plan}`),
      idOf: (user) => user,
      taken: async () => null,
    };
    return order;
  };

  it('emits one event, with ids only, when the account is written', async () => {
    const fixture = open();
    const { id, code } = await fixture.invitations.manager.create({ email: ann });
    const order = await enroll(fixture, code, 'bobs', vouched('notify', bob));
    // A form sent twice, and once more.
    const both = await Promise.all([fixture.invitations.redeem(order), fixture.invitations.redeem(order)]);
    assert.deepEqual(
      both.map((one) => one.type === 'redeemed' && one.userId),
      ['user of bobs', 'user of bobs'],
    );
    await fixture.invitations.idle();
    assert.equal((await fixture.invitations.redeem(order)).type, 'redeemed');
    await fixture.invitations.idle();
    assert.deepEqual(differs(fixture), [{ id, enrollment: 'bobs' }]);
  });

  it('emits it even if the write failed after its work was done', async () => {
    const fixture = open();
    const { id, code } = await fixture.invitations.manager.create({ email: ann });
    const order = await enroll(fixture, code, 'bobs', vouched('notify'));
    const write: typeof order.write = async (redemption) => {
      await order.write(redemption);
      throw new Error('the connection was lost');
    };
    assert.equal((await fixture.invitations.redeem({ ...order, write })).type, 'redeemed');
    await fixture.invitations.idle();
    assert.deepEqual(differs(fixture), [{ id, enrollment: 'bobs' }]);
  });

  it('sends nothing without an account, for the bound address, or under any other policy', async () => {
    const fixture = open();
    const { code } = await fixture.invitations.manager.create({ email: ann, uses: 5 });
    const failing = await enroll(fixture, code, 'failing', vouched('notify', bob));
    const write = () => Promise.reject(new Error('full'));
    await assert.rejects(fixture.invitations.redeem({ ...failing, write }), /full/);
    for (const [plan, terms] of [
      ['same', vouched('notify', ann)],
      ['off', vouched('off', bob)],
      ['domain', vouched('domain', colleague)],
      ['any', vouched('verified-any', bob, ann)],
    ] as const)
      assert.equal((await fixture.invitations.redeem(await enroll(fixture, code, plan, terms))).type, 'redeemed');
    await fixture.invitations.idle();
    assert.deepEqual(differs(fixture), []);
  });

  it('identifies a person by the address of the account, not by the verified ones', async () => {
    const fixture = open();
    const { code } = await fixture.invitations.manager.create({ uses: 5, onePerPerson: true });
    const first = await enroll(fixture, code, 'one', vouched('strict', ann));
    assert.equal((await fixture.invitations.redeem({ ...first, email: ann })).type, 'redeemed');
    const second = await enroll(fixture, code, 'two', vouched('strict', bob));
    const refused = await fixture.invitations.redeem({ ...second, email: ann });
    assert.equal(refused.type === 'refused' && refused.cause, 'already');
    const nobody = await fixture.invitations.redeem({ ...second, email: null });
    assert.equal(nobody.type === 'refused' && nobody.cause, 'no_person');
    assert.equal((await fixture.invitations.redeem({ ...second, email: bob })).type, 'redeemed');
  });
});
