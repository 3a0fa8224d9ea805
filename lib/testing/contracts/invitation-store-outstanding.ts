import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { InvitationRecord, InvitationStore, OutstandingCeilings } from '../../ports/invitation-store.js';
import type { ContractCase } from './contract.js';
import { sampleInvitation } from './sample-invitation.js';
import type { OneCase } from './store-fixture.js';

const mail = { seed: 's', locale: null, zone: 'UTC', app: null, values: {}, ordered: 0 };
const week = 7 * 86_400_000;
const none: OutstandingCeilings = { perTenant: null, perInviter: null, perRecipient: null };

/** Counts of mailed invitations that may still be used. */
export function invitationOutstandingCases(one: OneCase<ContractCase>): readonly ContractCase[] {
  return [
    one('a ceiling holds for a tenant, an inviter and an address, each by itself', async ({ store, now }) => {
      const [tenant, inviter, bound] = [randomId(), randomId(), `${randomId()}@example.org`];
      const draft = (over: Partial<InvitationRecord>) =>
        sampleInvitation({ mail, max: 1, tenant, expires: now() + week, ...over });
      for (const over of [{ inviter, bound }, { inviter }, { bound }]) await add(store, draft(over));
      assert.equal(await ask(store, draft({}), { perTenant: 3 }), 'perTenant');
      assert.equal(await ask(store, draft({ tenant: null, inviter, bound }), { perInviter: 1, perRecipient: 1 }), null);
      assert.equal(await ask(store, draft({ inviter, bound }), { perInviter: 2 }), 'perInviter');
      assert.equal(await ask(store, draft({ inviter, bound }), { perInviter: 3, perRecipient: 2 }), 'perRecipient');
      assert.equal(await ask(store, draft({ inviter: randomId() }), { perInviter: 1, perRecipient: 1 }), null);
      assert.equal(await ask(store, draft({ mail: null }), { perTenant: 0 }), null, 'only mailed ones count');
    }),
    one('of parallel reservations as many succeed as there are places', async ({ store, now }) => {
      const tenant = randomId();
      const drafts = Array.from({ length: 40 }, () => sampleInvitation({ mail, tenant, expires: now() + week }));
      const answers = await Promise.all(drafts.map((record) => ask(store, record, { perTenant: 15 })));
      assert.equal(answers.filter((answer) => answer === null).length, 15);
    }),
    one('a reservation counts once, and ends by itself where nothing is created', async ({ store, now, advance }) => {
      const tenant = randomId();
      const draft = () => sampleInvitation({ mail, tenant, expires: now() + week });
      const first = draft();
      for (let time = 0; time < 3; time += 1) assert.equal(await ask(store, first, { perTenant: 1 }), null);
      assert.equal(await ask(store, draft(), { perTenant: 1 }), 'perTenant');
      await store.create(first);
      advance(120_000);
      assert.equal(await ask(store, draft(), { perTenant: 1 }), 'perTenant', 'a created one counts until it ends');
      assert.equal(await ask(store, draft(), { perTenant: 2 }), null);
      assert.equal(await ask(store, draft(), { perTenant: 2 }), 'perTenant');
      advance(120_000);
      assert.equal(await ask(store, draft(), { perTenant: 2 }), null);
    }),
    one(
      'what is revoked, expires, or is used up makes room; what is valid again is counted again',
      async ({ store, now, advance }) => {
        const tenant = randomId();
        const room = async (): Promise<boolean> =>
          (await ask(store, sampleInvitation({ mail, tenant }), { perTenant: 1 }, { seconds: 0.001 })) === null;
        const record = sampleInvitation({ mail, tenant, max: 1, expires: now() + week });
        await add(store, record);
        assert.equal(await room(), false);

        const revoked = { ...record, version: 2, revokedAt: now() };
        await store.edit(revoked, record, 'revoked');
        assert.equal(await room(), true);
        const restored = { ...record, version: 3 };
        advance(1000);
        await store.edit(restored, revoked, 'restored');
        assert.equal(await room(), false);

        advance(week);
        assert.equal(await room(), true);
        advance(1000);
        const extended = { ...restored, version: 4, expires: now() + week };
        await store.edit(extended, restored, 'extended');
        assert.equal(await room(), false);

        const claimed = await store.claim({ id: record.id, plan: 'p', leaseSeconds: 60 });
        if (claimed.type !== 'claimed') assert.fail('a seat');
        assert.equal(await room(), false, 'an account is being written with it');
        await store.commit({ id: record.id, seat: claimed.seat, plan: 'p', user: randomId() });
        assert.equal(await room(), true);
        advance(1000);
        await store.edit({ ...extended, version: 5, label: 'used' }, extended, 'edited');
        assert.equal(await room(), true, 'an edit of one that is used up');
      },
    ),
    one('those that end in its favor leave their place to a new one', async ({ store, now }) => {
      const [tenant, bound] = [randomId(), `${randomId()}@example.org`];
      const record = sampleInvitation({ mail, tenant, bound, expires: now() + week });
      await add(store, record);
      const next = sampleInvitation({ mail, tenant, bound, expires: now() + week });
      const ceilings = { perTenant: 1, perRecipient: 1 };
      assert.notEqual(await ask(store, next, ceilings), null);
      assert.equal(await ask(store, next, ceilings, { instead: [record.id] }), null);
    }),
    one('one that ends and the one in its favor have one place while both exist', async ({ store, now, advance }) => {
      const [tenant, bound] = [randomId(), `${randomId()}@example.org`];
      const draft = () => sampleInvitation({ mail, tenant, bound, expires: now() + week });
      const room = async (perTenant: number): Promise<boolean> =>
        (await ask(store, draft(), { perTenant }, { seconds: 0.001 })) === null;
      const [first, second, third] = [draft(), draft(), draft()];
      for (const record of [first, second]) await add(store, record);
      assert.equal(await ask(store, third, { perTenant: 2 }, { instead: [first.id] }), null);
      assert.equal(await ask(store, draft(), { perTenant: 2 }, { instead: [second.id] }), null, 'both at once');
      await store.create(third);
      advance(10);
      assert.deepEqual([await room(2), await room(3)], [false, true], 'two places are taken, not four');
      advance(10);
      assert.equal(await ask(store, draft(), { perTenant: 2 }, { instead: [second.id] }), 'perTenant', 'not twice');
      // One ends, as announced; the other one does not, and its reservation lapses.
      await store.edit({ ...first, version: 2, revokedAt: now() }, first, 'revoked');
      assert.deepEqual([await room(2), await room(3)], [false, true]);
      advance(120_000);
      assert.deepEqual([await room(2), await room(3)], [false, true]);
    }),
    one(
      'one that goes on, although it was to end in favor of another one, has its place again',
      async ({ store, now }) => {
        const [tenant, bound] = [randomId(), `${randomId()}@example.org`];
        const draft = () => sampleInvitation({ mail, tenant, bound, expires: now() + week });
        const [first, next] = [draft(), draft()];
        await add(store, first);
        assert.equal(await ask(store, next, { perTenant: 1 }, { instead: [first.id] }), null);
        await store.create(next);
        assert.equal(await ask(store, first, { perTenant: 1 }), null);
        await store.edit({ ...next, version: 2, revokedAt: now() }, next, 'revoked');
        assert.equal(await ask(store, draft(), { perTenant: 1 }), 'perTenant');
        assert.equal(await ask(store, draft(), { perTenant: 1 }, { instead: [first.id] }), null, 'it can be replaced');
      },
    ),
    one('an edit moves an invitation to the counts of its new address', async ({ store, now }) => {
      const [tenant, before, after] = [randomId(), `${randomId()}@example.org`, `${randomId()}@example.org`];
      const record = sampleInvitation({ mail, tenant, bound: before, expires: now() + week });
      await add(store, record);
      await store.edit({ ...record, version: 2, bound: after }, record, 'edited');
      const isFull = async (bound: string): Promise<boolean> =>
        (await ask(store, sampleInvitation({ mail, tenant, bound }), { perRecipient: 1 })) !== null;
      assert.deepEqual([await isFull(before), await isFull(after)], [false, true]);
    }),
  ];
}

async function add(store: InvitationStore, record: InvitationRecord): Promise<void> {
  assert.equal(await ask(store, record, {}), null);
  assert.equal(await store.create(record), true);
}

function ask(
  store: InvitationStore,
  record: InvitationRecord,
  ceilings: Partial<OutstandingCeilings>,
  { instead = [], seconds = 60 }: { readonly instead?: readonly string[]; readonly seconds?: number } = {},
): Promise<keyof OutstandingCeilings | null> {
  return store.reserveOutstanding({ record, ceilings: { ...none, ...ceilings }, instead, seconds });
}
