import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { InvitationQuery, InvitationStore } from '../../ports/invitation-store.js';
import type { ContractCase } from './contract.js';
import type { OneCase } from './store-fixture.js';
import { sampleInvitation } from './sample-invitation.js';

/** Lists by tenant, inviter and words; the users of seats; the origins of accounts; erasures. */
export function invitationListCases(one: OneCase<ContractCase>): readonly ContractCase[] {
  return [
    one('creates many at once and reports the ones that already exist', async ({ store }) => {
      const [first, second] = [sampleInvitation(), sampleInvitation()];
      assert.deepEqual(await store.createAll([first]), [true]);
      assert.deepEqual(await store.createAll([first, second]), [false, true]);
      assert.deepEqual(await store.createAll([]), []);
    }),
    one('a tenant and an inviter have their own lists', async ({ store }) => {
      const [tenant, inviter] = [randomId(), randomId()];
      const both = sampleInvitation({ tenant, inviter, createdAt: 3 });
      const tenants = sampleInvitation({ tenant, createdAt: 2 });
      const inviters = sampleInvitation({ inviter, createdAt: 1 });
      await store.createAll([both, tenants, inviters]);
      assert.deepEqual(await idsOf(store, { tenant, limit: 10 }), [both.id, tenants.id]);
      assert.deepEqual(await idsOf(store, { inviter, limit: 10 }), [both.id, inviters.id]);
      assert.deepEqual(await idsOf(store, { tenant, inviter, limit: 10 }), [both.id]);
      assert.deepEqual(await idsOf(store, { tenant: randomId(), limit: 10 }), []);
    }),
    one('a search matches word prefixes, case-folded, each invitation once', async ({ store }) => {
      const mark = `q${randomId().slice(0, 8)}`;
      const books = sampleInvitation({ label: `${mark.toUpperCase()}Books ${mark}Reading`, hint: 'AAA' });
      const ann = sampleInvitation({ bound: `${mark}ann@example.org`, tenant: mark });
      const other = sampleInvitation({ creator: `x${mark}` });
      await store.createAll([books, ann, other]);
      assert.deepEqual((await idsOf(store, { search: mark, limit: 10 })).sort(), [books.id, ann.id].sort());
      assert.deepEqual(await idsOf(store, { search: `${mark}b`, limit: 10 }), [books.id]);
      assert.deepEqual(await idsOf(store, { search: `${mark}ann@example.org`, limit: 10 }), [ann.id]);
      assert.deepEqual(await idsOf(store, { search: mark, tenant: mark, limit: 10 }), [ann.id]);
      assert.deepEqual(await idsOf(store, { search: books.id, limit: 10 }), [books.id]);
      assert.deepEqual(await idsOf(store, { search: `${mark}zz`, limit: 10 }), []);
    }),
    one('pages of every list join without gap or repetition', async ({ store }) => {
      const mark = `p${randomId().slice(0, 8)}`;
      const records = Array.from({ length: 7 }, (_, at) =>
        sampleInvitation({ label: `${mark} number${at}`, tenant: mark, inviter: mark, createdAt: 1000 + at }),
      );
      await store.createAll(records);
      for (const query of [{ search: mark }, { tenant: mark }, { inviter: mark }]) {
        const found: string[] = [];
        for (let after: string | null | undefined; after !== null;) {
          const page = await store.list({ ...query, limit: 3, ...(after === undefined ? {} : { after }) });
          found.push(...page.snapshots.map(({ record }) => record.id));
          after = page.next;
        }
        assert.deepEqual([...found].sort(), records.map(({ id }) => id).sort(), JSON.stringify(query));
      }
    }),
    one('an edit moves an invitation in the lists of its new terms and inviter', async ({ store }) => {
      const mark = `e${randomId().slice(0, 8)}`;
      const before = sampleInvitation({ label: `${mark}old`, inviter: `${mark}1` });
      await store.create(before);
      const after = { ...before, version: 2, label: `${mark}new`, inviter: `${mark}2` };
      assert.equal(await store.edit(after, before, 'edited', 'root'), true);
      assert.deepEqual(await idsOf(store, { search: `${mark}old`, limit: 5 }), []);
      assert.deepEqual(await idsOf(store, { search: `${mark}new`, limit: 5 }), [before.id]);
      assert.deepEqual(await idsOf(store, { inviter: `${mark}1`, limit: 5 }), []);
      assert.deepEqual(await idsOf(store, { inviter: `${mark}2`, limit: 5 }), [before.id]);
      assert.deepEqual(
        (await store.ledger(before.id)).map(({ kind, by }) => [kind, by]),
        [
          ['issued', undefined],
          ['edited', 'root'],
        ],
      );
    }),
    one('seats are listed with their plans and users', async ({ store, issue, take, commit, now }) => {
      const { id } = await issue({ max: 5, reservationSeconds: 600 });
      await commit((await take('a')).seat, 'a', 'ann');
      await take('b', 60);
      await store.reserve({ id, plan: 'c' });
      const { seats, next } = await store.seats(id, { limit: 100 });
      assert.equal(next, null);
      const found = [...seats].sort((x, y) => (x.seat < y.seat ? -1 : 1));
      assert.deepEqual(
        found.map(({ at: _at, ...seat }) => seat),
        [
          { seat: '1', type: 'redeemed', plan: 'a', user: 'ann' },
          { seat: '2', type: 'claimed', plan: 'b', user: null },
          { seat: '3', type: 'held', plan: 'c', user: null },
        ],
      );
      const after = found.map(({ at }) => Math.round(((at ?? 0) - now()) / 10_000));
      assert.deepEqual(after, [0, 6, 60]);
    }),
    one(
      'an account is found by its seat, and an erased one by its tombstone',
      async ({ store, issue, take, commit, snapshot }) => {
        const { id } = await issue({ max: 5 });
        const [ann, tombstone] = [randomId(), `erased-${randomId()}`];
        assert.equal(await store.originOf(ann), null);
        await commit((await take('a')).seat, 'a', ann);
        await commit((await take('b')).seat, 'b', 'bob');
        const origin = await store.originOf(ann);
        assert.deepEqual([origin?.id, origin?.seat], [id, '1']);

        await store.erase(id, ann, tombstone);
        assert.equal(await store.originOf(ann), null);
        assert.deepEqual(await store.originOf(tombstone), origin);
        const users = (await store.seats(id, { limit: 10 })).seats.map(({ user }) => user);
        assert.deepEqual([...users].sort(), ['bob', tombstone].sort());
        const ledger = await store.ledger(id);
        assert.equal(JSON.stringify(ledger).includes(ann), false);
        assert.deepEqual(ledger.map(({ kind }) => kind).slice(-2), ['redeemed', 'erased']);
        assert.equal(ledger.filter(({ user }) => user === tombstone).length, 1);
        assert.equal((await snapshot('a')).own, 'redeemed', 'the seat stays taken');
      },
    ),
    one(
      'F32: erasing an account between write and commit leaves only the tombstone',
      async ({ store, issue, take, commit, advance, snapshot }) => {
        const { id } = await issue({ max: 5 });
        const [ann, tombstone] = [randomId(), `erased-${randomId()}`];
        await take('a', 60);
        await store.beginErasure(ann, { tombstone, tenant: null });
        advance(120_000);
        // The lease expired meanwhile, and the same plan claimed again.
        assert.equal(await commit((await take('a')).seat, 'a', ann), true);
        assert.deepEqual(
          (await store.seats(id, { limit: 10 })).seats.map(({ user }) => user),
          [tombstone],
        );
        assert.equal(JSON.stringify(await store.ledger(id)).includes(ann), false);
        const origin = await store.originOf(tombstone);
        assert.deepEqual([await store.originOf(ann), origin?.id, origin?.seat], [null, id, '1']);
        assert.equal((await snapshot('a')).own, 'redeemed', 'the seat stays taken');
      },
    ),
    one(
      'F32: a user who reuses an erased id keeps it, as do users of other tenants',
      async ({ store, issue, take, commit, advance }) => {
        const [reused, foreign, tombstone] = [randomId(), randomId(), `erased-${randomId()}`];
        const { id } = await issue({ max: 5, tenant: 'one' });
        const early = (await take('b')).seat;
        await store.beginErasure(reused, { tombstone, tenant: null });
        await store.beginErasure(foreign, { tombstone, tenant: 'two' });
        advance(10_000);
        await commit((await take('a')).seat, 'a', reused);
        await commit(early, 'b', foreign);
        const users = (await store.seats(id, { limit: 10 })).seats.map(({ user }) => user);
        assert.deepEqual([...users].sort(), [reused, foreign].sort());
        assert.deepEqual([(await store.originOf(reused))?.id, (await store.originOf(foreign))?.id], [id, id]);
      },
    ),
  ];
}

async function idsOf(store: InvitationStore, query: InvitationQuery): Promise<string[]> {
  return (await store.list(query)).snapshots.map(({ record }) => record.id);
}
