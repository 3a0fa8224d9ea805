import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { InvitationManager } from '../../../lib/invitations/management/invitation-manager.js';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { invitationFixture, type InvitationFixture } from '../../support/invitations/invitation-fixture.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

/** Creates an account with an invitation of `inviter`; returns the invitation's id. The account is `user of <plan>`. */
async function join({ invitations, signUp }: InvitationFixture, inviter: string | null, plan: string): Promise<string> {
  const { id, code } = await invitations.manager.create({ uses: 5, ...(inviter === null ? {} : { inviter }) });
  await signUp(code, plan);
  await invitations.idle();
  return id;
}

const inviterChains = async (manager: InvitationManager, user: string): Promise<string[]> =>
  (await manager.inviterChain(user)).map(
    ({ user: who, inviter, depth }) => `${depth} ${who} < ${inviter ?? 'no inviter'}`,
  );
const [ann, bob, cid, dan] = ['user of ann', 'user of bob', 'user of cid', 'user of dan'];

onBothStores('I94: the chains of inviters', (open) => {
  it('is reported with its ancestors and descendants', async () => {
    const fixture = open();
    const { manager } = fixture.invitations;
    const root = await join(fixture, null, 'ann');
    const second = await join(fixture, ann, 'bob');
    await join(fixture, ann, 'cid');
    await join(fixture, bob, 'dan');
    const tree = await manager.tree({ invitation: root });
    assert.deepEqual(tree.accounts.map(({ user, inviter, depth }) => [depth, user, inviter]).sort(), [
      [1, ann, null],
      [2, bob, ann],
      [2, cid, ann],
      [3, dan, bob],
    ]);
    assert.deepEqual([tree.invitations.length, tree.invitations[0]?.id, tree.cut], [4, root, false]);
    assert.deepEqual(
      (await manager.tree({ inviter: bob })).accounts.map(({ user }) => user),
      [dan],
    );
    assert.deepEqual(
      (await manager.tree({ invitation: second })).accounts.map(({ user }) => user),
      [bob, dan],
    );
    assert.deepEqual((await manager.tree({ inviter: 'nobody' })).accounts, []);
    assert.deepEqual(await inviterChains(manager, dan), [
      `1 ${dan} < ${bob}`,
      `2 ${bob} < ${ann}`,
      `3 ${ann} < no inviter`,
    ]);
    assert.deepEqual(await inviterChains(manager, 'nobody'), []);
  });

  it('terminates when people invited each other', async () => {
    const fixture = open();
    const { manager } = fixture.invitations;
    const first = await join(fixture, bob, 'ann');
    await join(fixture, ann, 'bob');
    const tree = await manager.tree({ invitation: first });
    assert.deepEqual(
      tree.accounts.map(({ user }) => user),
      [ann, bob],
    );
    assert.deepEqual(await inviterChains(manager, ann), [`1 ${ann} < ${bob}`, `2 ${bob} < ${ann}`]);
  });

  it('is revoked with all descendants; the preview reports the same and changes nothing', async () => {
    const fixture = open();
    const { manager } = fixture.invitations;
    const root = await join(fixture, null, 'ann');
    const ids = [await join(fixture, ann, 'bob'), await join(fixture, bob, 'cid'), await join(fixture, ann, 'dan')];
    const beside = await join(fixture, null, 'eve');
    await manager.revoke(ids[2] ?? '');
    const preview = await manager.revokeDescendants({ inviter: ann }, { preview: true });
    assert.deepEqual(new Set(preview.invitations), new Set(ids.slice(0, 2)));
    for (const id of ids.slice(0, 2)) assert.equal((await manager.get(id)).revokedAt, null);
    const real = await manager.revokeDescendants({ inviter: ann }, { by: 'root' });
    assert.deepEqual({ ...real, revoked: {} }, preview);
    assert.deepEqual(new Set(Object.keys(real.revoked)), new Set(preview.invitations));
    assert.deepEqual(await Promise.all([root, ...ids, beside].map(async (id) => (await manager.get(id)).state)), [
      'open',
      'revoked',
      'revoked',
      'revoked',
      'open',
    ]);
    for (const id of ids.slice(0, 2))
      assert.deepEqual((await manager.ledger(id)).at(-1), {
        ...(await manager.ledger(id)).at(-1),
        kind: 'revoked',
        by: 'root',
      });
    assert.deepEqual((await manager.revokeDescendants({ inviter: ann })).invitations, []);
  });

  it('I92, I93: a person can be erased, and the edge of the tree remains', async () => {
    const fixture = open();
    const { manager } = fixture.invitations;
    const root = await join(fixture, null, 'ann');
    await join(fixture, ann, 'bob');
    const bound = await manager.create({ email: 'ann@example.com', inviter: ann, creator: ann }, { by: ann });
    const { tombstone, invitations } = await manager.erase({ user: ann, email: 'Ann@Example.com' }, { by: 'root' });
    assert.equal(invitations.length, 3);
    assert.match(tombstone ?? '', /^erased-/);
    assert.deepEqual(await inviterChains(manager, bob), [`1 ${bob} < ${tombstone}`, `2 ${tombstone} < no inviter`]);
    assert.deepEqual(await inviterChains(manager, ann), []);
    assert.deepEqual(
      (await manager.tree({ invitation: root })).accounts.map(({ user }) => user),
      [tombstone, bob],
    );
    assert.equal((await manager.get(root)).redeemed, 1, 'the seat stays taken');
    assert.deepEqual((await manager.list({ search: 'ann@' })).items, []);
    const left = JSON.stringify([
      (await manager.list({ limit: 100 })).items,
      await Promise.all(invitations.map((id) => manager.ledger(id))),
      await Promise.all(invitations.map((id) => manager.seats(id))),
    ]).replaceAll('user of ann', '\u0000');
    // The plan's id is "ann" in these tests; the account and the address are the user's.
    assert.ok(!left.includes('\u0000') && !left.includes('ann@example.com'));
    assert.equal((await fixture.ask(bound.code, { email: 'ann@example.com' })).ok, false);
    const again = await manager.create({ email: 'ann@example.com' });
    assert.equal((await fixture.ask(again.code, { email: 'ann@example.com' })).ok, true, 'and can be invited again');
    assert.deepEqual((await manager.erase({ user: 'nobody' })).invitations, []);
  });
});

it('F32: a person erased between the write and the commit is in no seat and no ledger', async () => {
  const clock = fakeClock();
  const memory = createMemoryInvitationStore({ clock });
  let commit = (): void => undefined;
  const written = new Promise<void>((resolve) => (commit = resolve));
  const store = {
    ...memory,
    commit: (seat: Parameters<typeof memory.commit>[0]) => written.then(() => memory.commit(seat)),
  };
  const scene = invitationFixture({ store, clock });
  const { manager } = scene.invitations;
  const { id, code } = await manager.create({ uses: 3 });
  await scene.signUp(code, 'plan-1', {
    write: async (redemption) => (scene.table.insert(redemption.row('canary-4711')), 'canary-4711'),
  });
  const { tombstone } = await manager.erase({ user: 'canary-4711' });
  commit();
  await scene.invitations.idle();
  assert.deepEqual(
    (await manager.seats(id)).seats.map(({ user }) => user),
    [tombstone],
  );
  assert.ok(!JSON.stringify(await manager.ledger(id)).includes('canary-4711'));
});

describe('I94: a person who was erased', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());

  it('is in no key of Redis, neither in a name nor in a value', async () => {
    const { client, redis } = fixture;
    const clock = fakeClock();
    const store = createRedisInvitationStore({ redis, keys: fixture.keys(), skewMs: clock.skew });
    const scene = invitationFixture({ store, clock });
    const { manager } = scene.invitations;
    const [user, email] = ['canary-4711', 'canary4711@example.com'];
    const { id, code } = await manager.create({ uses: 3, onePerPerson: true, reserve: '15m', label: 'spring' });
    const verdict = await scene.ask(code, { enrollmentId: 'plan-1', email, reserve: true });
    if (!verdict.ok) return assert.fail(verdict.message.id);
    await scene.signUp(code, 'plan-1', {
      email,
      write: async (redemption) => (scene.table.insert(redemption.row(user)), user),
    });
    await manager.create({ email, inviter: user, creator: user, label: 'by the canary' }, { by: user });
    await manager.create({ uses: 2, inviter: user, tenant: 'acme' });
    await scene.invitations.idle();
    assert.ok((await everything()).includes('canary'));
    const { tombstone } = await manager.erase({ user, email });
    const left = await everything();
    assert.ok(!left.includes('canary-4711'), `the id is left: ${around(left, 'canary-4711')}`);
    assert.ok(!left.includes('canary4711'), `the address is left: ${around(left, 'canary4711')}`);
    assert.ok(left.includes(tombstone ?? 'none'));
    assert.equal((await manager.seats(id)).seats[0]?.user, tombstone);

    async function everything(): Promise<string> {
      const texts: string[] = [];
      for (const key of await client.keys('*')) {
        const type = await client.type(key);
        const value =
          type === 'hash'
            ? await client.hgetall(key)
            : type === 'zset'
              ? await client.zrange(key, '0', '-1')
              : type === 'list'
                ? await client.lrange(key, 0, -1)
                : await client.get(key);
        texts.push(`${key} ${JSON.stringify(value)}`);
      }
      return texts.join('\n');
    }
    function around(text: string, customCode: string): string {
      return text.slice(Math.max(0, text.indexOf(customCode) - 150), text.indexOf(customCode) + 50);
    }
  });
});
