import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { WaitlistEntry, WaitlistStore } from '../../ports/waitlist-store.js';
import type { ContractCase } from './contract.js';

interface WaitlistStoreUnderTest {
  /** Empty. */
  readonly store: WaitlistStore;
  /** Another view of the same list, as another process has it; default: the same store. */
  readonly other?: WaitlistStore;
  close?(): Promise<void>;
}

/** The waitlist's requirements for a store. */
export function waitlistStoreContract(open: () => Promise<WaitlistStoreUnderTest>): readonly ContractCase[] {
  const one = (title: string, run: (store: WaitlistStore, other: WaitlistStore) => Promise<void>): ContractCase => ({
    title,
    async run() {
      const { store, other = store, close } = await open();
      try {
        await run(store, other);
      } finally {
        await close?.();
      }
    },
  });

  return [
    one('an entry is returned exactly as it was added, with position 1', async (store) => {
      const given = sampleEntry({
        tenant: 'acme: {x}',
        answers: { name: 'Zoë ": 字\n\u0000', deep: { list: [1.5, null, true] }, big: 9_007_199_254_740_991 },
        locale: 'pt-BR',
      });
      const entry = { ...given, place: 1 };
      assert.deepEqual(await store.add(given, [given.id]), { added: true, entry });
      assert.deepEqual(await store.read([given.id]), [entry]);
    }),
    one('adding a second entry with the same id changes nothing and returns the first', async (store) => {
      const first = await added(store, { answers: { name: 'first' } });
      const again = await store.add({ ...sampleEntry(), id: first.id, answers: { name: 'second' } }, [first.id]);
      assert.deepEqual(again, { added: false, entry: first });
      assert.deepEqual(await store.read([first.id]), [first]);
    }),
    one('an entry added under an older secret is recognized', async (store) => {
      const old = await added(store);
      const given = sampleEntry();
      assert.deepEqual(await store.add(given, [given.id, old.id]), { added: false, entry: old });
      assert.deepEqual(await store.read([given.id]), [null]);
    }),
    one('a hundred concurrent requests for one address make one entry', async (store, other) => {
      const given = sampleEntry();
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? store : other).add(given, [given.id])),
      );
      assert.equal(answers.filter(({ added }) => added).length, 1);
      assert.equal((await store.list({ limit: 1000 })).length, 1);
      assert.equal((await store.count({})).waiting, 1);
    }),
    one('several are returned in the order of their ids, unknown ones as null', async (store) => {
      const [first, second] = [await added(store), await added(store)];
      assert.deepEqual(await store.read([second.id, randomId(), first.id]), [second, null, first]);
      assert.deepEqual(await store.read([]), []);
    }),
    one('lists are in the order of joining, and pages join without gap or repetition', async (store) => {
      const all = await addedMany(store, 25);
      const seen: WaitlistEntry[] = [];
      for (let after = 0; ;) {
        const page = await store.list({ limit: 10, after });
        if (page.length === 0) break;
        seen.push(...page);
        after = page.at(-1)?.place ?? 0;
      }
      assert.deepEqual(
        seen.map(({ id }) => id),
        all.map(({ id }) => id),
      );
    }),
    one('a list continues after its last entry, even if that was removed in the meantime', async (store) => {
      const all = await addedMany(store, 4);
      const second = all[1] ?? assert.fail();
      assert.equal(await store.remove(second), true);
      assert.deepEqual(await store.list({ limit: 10, after: second.place }), all.slice(2));
    }),
    one('lists and counts filter by state', async (store) => {
      const [first, second, third] = await addedMany(store, 3);
      assert.ok(first && second && third);
      await changed(store, second, { state: 'approved', invitation: 'i' });
      assert.deepEqual(
        (await store.list({ state: 'waiting', limit: 10 })).map(({ id }) => id),
        [first.id, third.id],
      );
      assert.deepEqual(
        (await store.list({ state: 'approved', limit: 10 })).map(({ id }) => id),
        [second.id],
      );
      assert.equal((await store.list({ limit: 10 })).length, 3);
      assert.deepEqual(await store.count({}), { waiting: 2, approved: 1, sent: 0, failed: 0, refused: 0, joined: 0 });
    }),
    one('lists and counts filter by tenant; null means without one', async (store) => {
      const acme = await added(store, { tenant: 'acme' });
      const none = await added(store);
      const odd = await added(store, { tenant: 'none' });
      const idsOf = async (tenant?: string | null): Promise<readonly string[]> =>
        (await store.list({ limit: 10, ...(tenant === undefined ? {} : { tenant }) })).map(({ id }) => id);
      assert.deepEqual(await idsOf('acme'), [acme.id]);
      assert.deepEqual(await idsOf('none'), [odd.id]);
      assert.deepEqual(await idsOf(null), [none.id]);
      assert.deepEqual(await idsOf(), [acme.id, none.id, odd.id]);
      assert.deepEqual(await idsOf('nobody'), []);
      await changed(store, acme, { state: 'refused' });
      assert.deepEqual((await store.count({ tenant: 'acme' })).refused, 1);
      assert.deepEqual((await store.count({ tenant: 'acme' })).waiting, 0);
      assert.deepEqual((await store.count({ tenant: null })).waiting, 1);
      assert.deepEqual((await store.list({ tenant: 'acme', state: 'refused', limit: 10 })).length, 1);
    }),
    one('a change creates the next version and keeps position, address and tenant', async (store) => {
      const entry = await added(store, { tenant: 'acme' });
      const next = {
        ...entry,
        state: 'failed' as const,
        lastError: 'x',
        attempts: 3,
        place: 99,
        email: 'else@x.example',
      };
      assert.equal(await store.change(next, entry), true);
      assert.deepEqual(await store.read([entry.id]), [
        { ...entry, state: 'failed', lastError: 'x', attempts: 3, version: entry.version + 1 },
      ]);
    }),
    one('a change to an outdated or missing entry does nothing', async (store) => {
      const entry = await added(store);
      const next = await changed(store, entry, { state: 'refused' });
      assert.equal(await store.change({ ...entry, state: 'approved' }, entry), false);
      assert.deepEqual(await store.read([entry.id]), [next]);
      assert.equal((await store.count({})).approved, 0);
      const missing = { ...sampleEntry(), place: 1 };
      assert.equal(await store.change(missing, missing), false);
      assert.equal((await store.list({ limit: 10 })).length, 1);
    }),
    one('of concurrent changes, exactly one succeeds', async (store, other) => {
      const entry = await added(store);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          (at % 2 === 0 ? store : other).change({ ...entry, state: 'approved', by: String(at) }, entry),
        ),
      );
      assert.equal(answers.filter(Boolean).length, 1);
      assert.equal((await store.count({})).approved, 1);
    }),
    one('an entry is found by any of its invitations, including earlier ones', async (store) => {
      const entry = await added(store);
      const first = await changed(store, entry, { state: 'approved', invitation: 'i1' });
      const second = await changed(store, first, { invitation: 'i2', earlier: ['i1'] });
      assert.deepEqual(await store.byInvitation('i1'), second);
      assert.deepEqual(await store.byInvitation('i2'), second);
      assert.equal(await store.byInvitation('i3'), null);
    }),
    one('a removed entry is gone everywhere, and can be added again at the end', async (store) => {
      const entry = await changed(store, await added(store, { tenant: 'acme' }), { state: 'sent', invitation: 'i' });
      const later = await added(store);
      assert.equal(await store.remove({ ...entry, version: 1 }), false);
      assert.equal(await store.remove(entry), true);
      assert.equal(await store.remove(entry), false);
      assert.deepEqual(await store.read([entry.id]), [null]);
      assert.equal(await store.byInvitation('i'), null);
      assert.deepEqual(await store.list({ limit: 10 }), [later]);
      assert.deepEqual(await store.list({ tenant: 'acme', limit: 10 }), []);
      assert.deepEqual(await store.count({}), { waiting: 1, approved: 0, sent: 0, failed: 0, refused: 0, joined: 0 });
      const again = await store.add(sampleEntry({ id: entry.id, tenant: 'acme' }), [entry.id]);
      assert.ok(again.added && again.entry.place > later.place && again.entry.state === 'waiting');
    }),
  ];
}

/** An entry that no other case uses. */
function sampleEntry(over: Partial<WaitlistEntry> = {}): Omit<WaitlistEntry, 'place'> {
  const id = over.id ?? randomId().replaceAll('-', '');
  return {
    id,
    version: 1,
    email: `${id}@example.com`,
    tenant: null,
    locale: 'en',
    answers: {},
    askedAt: 1_800_000_000_000,
    state: 'waiting',
    decidedAt: null,
    by: null,
    invitation: null,
    earlier: [],
    attempts: 0,
    sentAt: null,
    lastError: null,
    busyUntil: null,
    ...over,
  };
}

async function added(store: WaitlistStore, over?: Partial<WaitlistEntry>): Promise<WaitlistEntry> {
  const given = sampleEntry(over);
  return (await store.add(given, [given.id])).entry;
}

async function addedMany(store: WaitlistStore, count: number): Promise<readonly WaitlistEntry[]> {
  const all: WaitlistEntry[] = [];
  for (let at = 0; at < count; at += 1) all.push(await added(store));
  return all;
}

async function changed(
  store: WaitlistStore,
  entry: WaitlistEntry,
  over: Partial<WaitlistEntry>,
): Promise<WaitlistEntry> {
  assert.equal(await store.change({ ...entry, ...over }, entry), true);
  const [next] = await store.read([entry.id]);
  return next ?? assert.fail('the entry has gone');
}
