import assert from 'node:assert/strict';
import { randomId, randomReference } from '../../base/ids.js';
import type { ContractCase } from './contract.js';
import type { OneCase } from './store-fixture.js';
import { sampleInvitation } from './sample-invitation.js';

/** Records, lists, the ledger, and the causes of refusals. */
export function invitationRecordCases(one: OneCase<ContractCase>): readonly ContractCase[] {
  return [
    one('a record is returned exactly as it was stored', async ({ store, issue, now }) => {
      const record = await issue({
        kind: 'custom',
        tenant: 'acme',
        label: 'Frühling ": 字',
        flow: 'invite',
        max: null,
        notBefore: now() - 5,
        expires: now() + 1_000_000,
        bound: '@example.com',
        data: { groups: [], plan: { seats: 1.5, trial: false, name: null }, big: 9_007_199_254_740_991 },
        redirect: { path: '/welcome?a=1' },
        creator: 'admin',
        mail: {
          seed: 'a seed',
          locale: 'pt-BR',
          zone: 'Europe/Berlin',
          app: null,
          values: { name: 'Änne "A"' },
          ordered: 1,
          instead: ['0f', '1e'],
        },
      });
      assert.deepEqual((await store.read([record.id]))[0]?.record, record);
    }),
    one('a new invitation has no seats', async ({ issue, snapshot, now }) => {
      const record = await issue();
      const { now: storeNow, ...rest } = await snapshot('a-plan');
      assert.deepEqual(rest, { record, redeemed: 0, held: 0, claimed: 0, lapsed: 0, own: null });
      assert.ok(Math.abs(storeNow - now()) < 1000);
    }),
    one('a second record under the same id is not stored', async ({ store, issue }) => {
      const record = await issue({ label: 'first' });
      assert.equal(await store.create({ ...record, label: 'second' }), false);
      assert.equal((await store.read([record.id]))[0]?.record.label, 'first');
    }),
    one('of concurrent creations of one id, exactly one is stored', async ({ store }) => {
      const record = sampleInvitation();
      const answers = await Promise.all(Array.from({ length: 20 }, () => store.create(record)));
      assert.equal(answers.filter(Boolean).length, 1);
    }),
    one('several are returned in the order of their ids, unknown ones as null', async ({ store, issue }) => {
      const [first, second] = [await issue(), await issue()];
      const found = await store.read([second.id, randomId(), first.id]);
      assert.deepEqual(
        found.map((snapshot) => snapshot?.record.id),
        [second.id, undefined, first.id],
      );
      assert.deepEqual(await store.read([]), []);
    }),
    one('a list starts with the newest and continues after the last entry of a page', async ({ store }) => {
      // Later than any record of another case, so that these come first in a shared store.
      const newest = Date.now() * 4 + Math.floor(Math.random() * 1e9) * 10;
      const records = [1, 2, 3, 4, 5].map((age) => sampleInvitation({ createdAt: newest - age }));
      for (const record of [...records].reverse()) await store.create(record);
      const ids = records.map(({ id }) => id);
      const page = async (limit: number, after?: string): Promise<string[]> =>
        (await store.list(after === undefined ? { limit } : { limit, after })).snapshots.map(({ record }) => record.id);
      assert.deepEqual(await page(2), ids.slice(0, 2));
      assert.deepEqual(await page(3, ids[1]), ids.slice(2, 5));
      assert.deepEqual((await page(5)).slice(0, 5), ids);
    }),
    one('an edit replaces the record if its version is still current', async ({ store, issue, snapshot }) => {
      const record = await issue();
      assert.equal(await store.edit({ ...record, version: 2, label: 'second' }, record, 'extended'), true);
      assert.equal(await store.edit({ ...record, version: 2, label: 'late' }, record, 'extended'), false);
      assert.equal((await snapshot()).record.label, 'second');
      assert.equal(await store.edit(sampleInvitation({ version: 2 }), sampleInvitation(), 'extended'), false);
    }),
    one('of concurrent edits of one version, exactly one succeeds', async ({ store, issue }) => {
      const record = await issue();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => store.edit({ ...record, version: 2 }, record, 'extended')),
      );
      assert.equal(answers.filter(Boolean).length, 1);
    }),
    one('an edit keeps the seats as they are', async ({ issue, take, commit, change, counts, redeemed }) => {
      await issue({ max: 3 });
      await take('a');
      await commit((await take('b')).seat, 'b');
      await change({ max: 4 });
      assert.deepEqual(await counts(), [1, 1, 0]);
      assert.deepEqual(await redeemed('b'), { seat: '2', user: 'user of b' });
      assert.equal((await take('c')).seat, '3');
    }),
    one('the ledger lists what happened, newest last', async ({ store, issue, take, commit, release, change, now }) => {
      const { id } = await issue();
      const first = await take('a');
      await take('a');
      await commit(first.seat, 'a', 'ann');
      await commit(first.seat, 'a', 'ann');
      await release(await take('b'));
      await change({ max: 5 });
      const ledger = await store.ledger(id);
      assert.deepEqual(
        ledger.map(({ at: _at, ...entry }) => entry),
        [
          { kind: 'issued' },
          { kind: 'claimed', seat: '1' },
          { kind: 'redeemed', seat: '1', user: 'ann' },
          { kind: 'claimed', seat: '2' },
          { kind: 'released', seat: '2' },
          { kind: 'extended' },
        ],
      );
      assert.ok(ledger.every(({ at }) => Math.abs(at - now()) < 1000));
    }),
    one('a refusal is found by its reference', async ({ store, now }) => {
      const [withId, without] = [randomReference(), randomReference()];
      const at = now();
      await store.refused([
        { reference: withId, cause: 'expired', id: 'an-id', at },
        { reference: without, cause: 'unknown', id: null, at },
      ]);
      assert.deepEqual(await store.explain(withId), { cause: 'expired', id: 'an-id', at });
      assert.deepEqual(await store.explain(without), { cause: 'unknown', id: null, at });
      assert.equal(await store.explain(randomReference()), null);
    }),
    one('the last hundred refusals are kept', async ({ store, now }) => {
      const references = Array.from({ length: 101 }, () => randomReference());
      const noted = references.map((reference) => ({ reference, cause: 'unknown', id: null, at: now() }));
      await store.refused(noted.slice(0, 1));
      await store.refused(noted.slice(1));
      const [oldest = '', second = ''] = references;
      assert.equal(await store.explain(oldest), null);
      assert.notEqual(await store.explain(second), null);
    }),
  ];
}
