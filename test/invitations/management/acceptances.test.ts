import assert from 'node:assert/strict';
import { it } from 'mocha';
import { onBothStores } from '../../support/invitations/both-stores.js';
import type { InvitationFixture } from '../../support/invitations/invitation-fixture.js';

/** `account` accepts a new invitation of `inviter`. Returns the invitation's id. */
async function accept(fixture: InvitationFixture, account: string, inviter: string | null): Promise<string> {
  const { manager, gate, redeem } = fixture.invitations;
  const { id, code } = await manager.create({ uses: 5, ...(inviter === null ? {} : { inviter }) });
  const verdict = await fixture.ask(code, { account });
  if (!verdict.ok) return assert.fail(verdict.message.id);
  const { acceptance, ...invitation } = verdict.invitation;
  const done = await redeem<string>({
    enrollmentId: acceptance?.enrollmentId ?? '',
    ...{ account, flow: 'invite', invitation, email: null },
    async write(redemption) {
      fixture.table.insert(redemption.row(account));
      return account;
    },
    idOf: (user) => user,
    taken: async () => null,
  });
  assert.equal(done.type, 'redeemed');
  await fixture.invitations.idle();
  assert.equal((await gate.revalidate(verdict.invitation, { flow: 'invite', enrollmentId: '', email: null })).ok, true);
  return id;
}

async function join({ invitations, signUp }: InvitationFixture, plan: string): Promise<string> {
  const { id, code } = await invitations.manager.create({ uses: 5 });
  await signUp(code, plan);
  await invitations.idle();
  return id;
}

const [ann, bob] = ['user of ann', 'user of bob'];

onBothStores('acceptances of existing accounts', (open) => {
  it('T29: a tree lists them, and ends at them; revoking it leaves what those accounts made', async () => {
    const fixture = open();
    const { manager } = fixture.invitations;
    await join(fixture, 'ann');
    await join(fixture, 'bob');
    const id = await accept(fixture, ann, bob);
    const own = await manager.create({ uses: 5, inviter: ann });
    const tree = await manager.tree({ inviter: bob });
    assert.deepEqual(
      tree.accounts.map(({ user, invitation, accepted }) => [user, invitation, accepted]),
      [[ann, id, true]],
    );
    assert.deepEqual(
      tree.invitations.map((one) => one.id),
      [id],
    );
    const { invitations } = await manager.revokeDescendants({ inviter: bob });
    assert.deepEqual(invitations, [id]);
    assert.equal((await manager.get(own.id)).state, 'open');
  });

  it('keep the chain of inviters of the account', async () => {
    const fixture = open();
    const { manager } = fixture.invitations;
    const origin = await join(fixture, 'ann');
    await join(fixture, 'bob');
    await accept(fixture, ann, bob);
    const chain = await manager.inviterChain(ann);
    assert.deepEqual(
      chain.map(({ user, invitation }) => [user, invitation]),
      [[ann, origin]],
    );
  });

  it('an erased account is in none of them, and its seats stay taken', async () => {
    const fixture = open();
    const { manager } = fixture.invitations;
    const origin = await join(fixture, 'ann');
    const accepted = [await accept(fixture, ann, null), await accept(fixture, ann, null)];
    const { tombstone, invitations } = await manager.erase({ user: ann });
    assert.deepEqual([...invitations].sort(), [origin, ...accepted].sort());
    for (const id of accepted) {
      const { seats } = await manager.seats(id);
      assert.deepEqual(
        seats.map(({ user }) => user),
        [tombstone],
      );
      assert.doesNotMatch(JSON.stringify([seats, await manager.ledger(id)]), new RegExp(ann));
      assert.equal((await manager.get(id)).redeemed, 1);
    }
    assert.deepEqual(await fixture.store.acceptancesOf(ann), []);
  });

  it('the account is told at the code that it has accepted already, and explain knows', async () => {
    const fixture = open();
    const { manager } = fixture.invitations;
    const { id, code } = await manager.create({ uses: 5 });
    await fixture.signUp(code, 'ann');
    await fixture.invitations.idle();
    const verdict = await fixture.ask(code, { account: ann });
    assert.equal(!verdict.ok && verdict.message.id, 'invitation.already_accepted');
    const explained = await manager.explain(verdict.ok ? '' : verdict.reference);
    assert.deepEqual([explained?.cause, explained?.invitation?.id], ['already_accepted', id]);
    assert.equal((await fixture.ask(code, { account: bob })).ok, true);
  });

  it('a reservation of an account is found again by it, and given back', async () => {
    const fixture = open();
    const { manager, gate } = fixture.invitations;
    const { id, code } = await manager.create({ uses: 1, reserve: '15m' });
    const first = await fixture.ask(code, { account: ann, reserve: true });
    assert.equal((await fixture.ask(code, { account: ann, reserve: true, enrollmentId: 'another plan' })).ok, true);
    assert.equal((await fixture.ask(code, { account: bob, reserve: true })).ok, false);
    assert.equal((await manager.get(id)).held, 1);
    if (first.ok) await gate.releaseReservation(first.invitation, 'a plan', '203.0.113.7');
    assert.equal((await manager.get(id)).held, 0);
  });
});
