import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { openAdminClient, type AdminClient } from '../support/waitlist/admin.js';

/** The ids of one entry of each of two tenants, and of one of none. */
async function openTenants(admin: AdminClient): Promise<{ readonly acme: string; readonly ids: readonly string[] }> {
  const ask = async (email: string, of: { readonly tenant?: string }): Promise<string> =>
    (await admin.waitlist.ask({ email, ...of })).id;
  const acme = await ask('ann@example.com', { tenant: 'acme' });
  return { acme, ids: [await ask('gus@example.com', { tenant: 'globex' }), acme, await ask('hal@example.com', {})] };
}

describe('ids within a tenant', () => {
  for (const what of ['approve', 'refuse', 'resend'] as const) {
    it(`${what} finds the tenant’s own, and reveals nothing of others`, async () => {
      const admin = openAdminClient({ send: null });
      const { acme, ids } = await openTenants(admin);
      if (what === 'resend') await admin.waitlist.approve({ ids });
      const before = await admin.waitlist.list();
      const { rows, unknown } = await admin.waitlist[what]({ ids: [...ids, 'nobody'], tenant: 'acme' });
      assert.equal(unknown, 3);
      assert.deepEqual([rows[1]?.id, rows[1]?.email], [acme, 'ann@example.com']);
      assert.notEqual(rows[1]?.outcome, 'unknown');
      // Exactly the answer for an id that does not exist.
      for (const at of [0, 2]) assert.deepEqual(rows[at], { ...rows[3], selected: ids[at] });
      const others = (all: typeof before) => all.filter(({ id }) => id !== acme);
      assert.deepEqual(others(await admin.waitlist.list()), others(before));
      assert.equal(admin.made.size, { approve: 1, refuse: 0, resend: 4 }[what]);
    });
  }

  it('without a tenant, ids of any tenant are found', async () => {
    const admin = openAdminClient();
    const { ids } = await openTenants(admin);
    assert.equal((await admin.waitlist.approve({ ids })).sent, 3);
  });

  it('finds those of a long selection, in its order', async () => {
    const admin = openAdminClient();
    const ids: string[] = [];
    for (let at = 0; at < 1203; at += 1)
      ids.push((await admin.waitlist.ask({ email: `p${at}@example.com`, tenant: at % 2 ? 'acme' : 'globex' })).id);
    const { rows, refused, unknown } = await admin.waitlist.refuse({ ids, tenant: 'acme' });
    assert.deepEqual([refused, unknown], [601, 602]);
    assert.deepEqual(
      rows.map(({ selected, id }) => [selected, id]),
      ids.map((id, at) => [id, at % 2 ? id : null]),
    );
  });
});
