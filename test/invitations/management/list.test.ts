import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { isEnrollmentError } from '../../../lib/base/error.js';
import { createKeyring } from '../../../lib/base/keyring.js';
import type { ListQuery } from '../../../lib/invitations/management/find.js';
import type { InvitationManager } from '../../../lib/invitations/management/invitation-manager.js';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { sampleInvitation } from '../../../lib/testing/contracts/sample-invitation.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { aKeyring, invitationFixture } from '../../support/invitations/invitation-fixture.js';
import type { SeenCommands } from '../../support/redis-monitor.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

const unknown = (error: unknown): boolean =>
  isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_UNKNOWN_INVITATION' && error.status === 404;

async function labelsOf(manager: InvitationManager, query: ListQuery = {}): Promise<string[]> {
  const labels: string[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const page = await manager.list({ ...query, ...(after === undefined ? {} : { after }) });
    labels.push(...page.items.map(({ label }) => label));
    after = page.next;
  }
  return labels;
}

onBothStores('the list of invitations', (open) => {
  it('pages join without gap or repetition, at any page size', async () => {
    const { invitations, clock } = open();
    for (let at = 0; at < 25; at += 1) {
      clock.advance(1000);
      await invitations.manager.create({ label: `n${at}` });
    }
    const newestFirst = Array.from({ length: 25 }, (_, at) => `n${24 - at}`);
    for (const limit of [1, 5, 7, 24, 25, 26, 1000, 100_000, 0, -3])
      assert.deepEqual(await labelsOf(invitations.manager, { limit }), newestFirst, `${limit}`);
  });

  it('C35: filters by the true state, and every invitation has exactly one', async () => {
    const { invitations, clock, signUp, store } = open();
    const { manager } = invitations;
    const now = clock.now();
    await manager.create({ label: 'open' });
    await manager.create({ label: 'not_yet', notBefore: now + 86_400_000 });
    await manager.create({ label: 'expired', expires: now + 1000 });
    await manager.revoke((await manager.create({ label: 'revoked' })).id);
    const held = await manager.create({ label: 'held', uses: 1, reserve: '15m' });
    await store.reserve({ id: held.id, plan: 'somebody' });
    await signUp((await manager.create({ label: 'used_up' })).code, 'p');
    await invitations.idle();
    clock.advance(1000);
    for (const state of ['open', 'not_yet', 'expired', 'revoked', 'held', 'used_up'] as const) {
      assert.deepEqual(await labelsOf(manager, { state, limit: 2 }), [state]);
      assert.deepEqual(
        (await manager.list({ state })).items.map((item) => item.state),
        [state],
      );
    }
  });

  it('finds by the start of a label’s word, an address, a domain, a creator, a hint and an id', async () => {
    const { manager } = open().invitations;
    const { id, code } = await manager.create({
      label: 'Größe der Messe',
      email: 'Ann@Example.com',
      creator: 'Zoë Quinn',
    });
    await manager.create({ label: 'other', domain: 'example.org' });
    for (const search of [
      'gröSS',
      'größ',
      'MESSE',
      'ann@exam',
      'ann',
      'example.c',
      'quinn',
      code.slice(-3),
      id.slice(0, 9),
    ]) {
      const wanted = search === 'gröSS' ? [] : ['Größe der Messe'];
      assert.deepEqual(await labelsOf(manager, { search }), wanted, search);
    }
    assert.deepEqual(await labelsOf(manager, { search: '@example.org' }), ['other']);
    assert.deepEqual(await labelsOf(manager, { search: 'nobody' }), []);
    await manager.edit(id, { label: 'renamed', email: 'bob@example.net' });
    assert.deepEqual(await labelsOf(manager, { search: 'messe' }), []);
    assert.deepEqual(await labelsOf(manager, { search: 'ann@' }), []);
    assert.deepEqual(await labelsOf(manager, { search: 'bob@' }), ['renamed']);
  });
});

onBothStores('a tenant’s administrators', (open) => {
  it('can neither see nor change other tenants', async () => {
    const { invitations, ask, store } = open();
    const { manager } = invitations;
    const [a, b] = [manager.forTenant('a'), manager.forTenant('b')];
    const own = await a.create({ label: 'of a', inviter: 'ann', tenant: 'b' });
    const other = await b.create({ label: 'of b', inviter: 'ann', uses: 3, reserve: '15m' });
    const fixture = await manager.create({ label: 'without an inviter', inviter: 'ann' });
    await store.reserve({ id: other.id, plan: 'p' });

    assert.equal((await a.get(own.id)).tenant, 'a', 'whatever they make is theirs');
    assert.deepEqual(await labelsOf(a), ['of a']);
    for (const query of [{ search: 'of' }, { inviter: 'ann' }, { tenant: 'b' }, { search: 'of', tenant: 'b' }])
      assert.deepEqual(await labelsOf(a, query), ['of a'], JSON.stringify(query));
    for (const { id, code } of [other, fixture]) {
      const before = await manager.get(id);
      for (const act of [
        () => a.get(id),
        () => a.edit(id, { uses: 9 }),
        () => a.extend(id, { uses: 9 }),
        () => a.revoke(id),
        () => a.restore(id),
        () => a.ledger(id),
        () => a.seats(id),
        () => a.releaseReservation(id, 'p'),
        () => a.reconcile(id),
        () => a.tree({ invitation: id }),
        () => a.revokeDescendants({ invitation: id }),
      ])
        await assert.rejects(act(), unknown, String(act));
      assert.equal(await a.explain(code), null);
      assert.deepEqual(await manager.get(id), before);
    }
    const { invitations: found } = await a.tree({ inviter: 'ann' });
    assert.deepEqual(
      found.map(({ id }) => id),
      [own.id],
    );
    await a.revokeDescendants({ inviter: 'ann' });
    await a.erase({ user: 'ann' });
    assert.deepEqual([(await manager.get(other.id)).state, (await manager.get(other.id)).inviter], ['open', 'ann']);
    const lines: string[] = [];
    for await (const line of a.exportCsv()) lines.push(line);
    assert.equal(lines.length, 2);
    const made = await a.createMany([{ label: 'many', tenant: 'b' }]);
    assert.equal(made[0]?.type === 'created' && (await a.get(made[0].id)).tenant, 'a');

    const wrong = await ask(other.code, { tenant: 'a' });
    assert.equal(!wrong.ok && wrong.message.id, 'invitation.unknown');
    assert.equal((await ask(other.code, { tenant: 'b' })).ok, true);
    await invitations.idle();
    const explained = await a.explain(wrong.ok ? '' : wrong.reference);
    assert.equal(explained?.invitation ?? null, null, 'a reference does not lead to another tenant’s invitation');
    assert.equal((await manager.explain(wrong.ok ? '' : wrong.reference))?.cause, 'other_tenant');
  });
});

describe('a long list in Redis', () => {
  let fixture: RedisFixture;
  let seen: SeenCommands;
  before(async () => {
    fixture = await redisFixture();
    seen = await fixture.server.monitor();
  });
  after(() => fixture.server.stop());

  it('of 20,000 costs as much per page as a short one', async () => {
    const store = createRedisInvitationStore({ redis: fixture.redis, keys: fixture.keys() });
    const { manager } = invitationFixture({ store }).invitations;
    let made = 0;
    const fill = async (count: number): Promise<void> => {
      const records = Array.from({ length: count }, (_, at) =>
        sampleInvitation({
          label: `fair ${made + at}`,
          tenant: 'acme',
          inviter: 'ann',
          createdAt: 1_800_000_000_000 + made + at,
        }),
      );
      for (let at = 0; at < count; at += 100) await store.createAll(records.slice(at, at + 100));
      made += count;
    };
    const queries: readonly ListQuery[] = [
      { limit: 20 },
      { limit: 20, tenant: 'acme' },
      { limit: 20, inviter: 'ann' },
      { limit: 20, search: 'fair' },
      { limit: 20, search: 'fair', tenant: 'acme' },
    ];
    const costs = async (): Promise<number[]> => {
      const found: number[] = [];
      for (const query of queries) {
        const first = await manager.list(query);
        assert.equal(first.items.length, 20);
        await seen.clear();
        assert.equal((await manager.list({ ...query, after: first.next ?? '' })).items.length, 20);
        found.push((await seen.commands()).length);
      }
      return found;
    };
    await fill(100);
    const few = await costs();
    seen.close();
    await fill(19_900);
    seen = await fixture.server.monitor();
    assert.deepEqual(await costs(), few);
  });
});

describe('codes whose secret was removed', () => {
  it('are counted while they are open', async () => {
    const old = invitationFixture({ keyring: createKeyring(['an old secret']) });
    const { manager } = old.invitations;
    for (const uses of [1, 2, 3]) await manager.create({ uses });
    await manager.revoke((await manager.create()).id);
    await manager.create({ expires: old.clock.now() + 1 });
    old.clock.advance(1);
    const both = invitationFixture({
      store: old.store,
      clock: old.clock,
      keyring: createKeyring(['a new secret', 'an old secret']),
    });
    assert.deepEqual(await both.invitations.underDroppedSecrets(), { open: 0, more: false });
    const later = invitationFixture({ store: old.store, clock: old.clock, keyring: aKeyring });
    await later.invitations.manager.create();
    assert.deepEqual(await later.invitations.underDroppedSecrets(), { open: 3, more: false });
  });
});
