import assert from 'node:assert/strict';
import { memoryConnections } from '../../../lib/stores/memory/connections.js';
import { memoryUsers } from '../../../lib/stores/memory/user-store.js';
import { sampleAccount, sampleIdentity, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { redemptionsContract } from '../../../lib/testing/contracts/redemptions.js';
import { userStoreContract } from '../../../lib/testing/contracts/user-store.js';
import { createRedemptionTable } from '../../../lib/stores/memory/redemptions.js';

describe('memoryUsers', () => {
  describe('keeps the contract of a user store', () => {
    for (const { title, run } of userStoreContract(async () => memoryUsers(), { mayLack: ['username', 'email'] }))
      it(title, run);
  });

  describe('with connections keeps the contract of a user store that heeds identities', () => {
    const open = async () => {
      const connections = memoryConnections();
      return { ...memoryUsers({ connections }), connections };
    };
    for (const { title, run } of userStoreContract(open, { mayLack: ['username', 'email'] })) it(title, run);
  });

  describe('keeps the contract of redemptions', () => {
    const open = async () => {
      const table = createRedemptionTable();
      return { redemptions: table, insert: async (row: Parameters<typeof table.insert>[0]) => table.insert(row) };
    };
    for (const { title, run } of redemptionsContract(open)) it(title, run);
  });

  it('exposes nothing that can change its rows', async () => {
    const { users, redemptions } = memoryUsers();
    const [account, redemption] = [sampleAccount({ data: { team: 'red' } }), sampleRedemption()];
    const user = await users.create(account, redemption);
    Object.assign(account.data, { team: 'blue' });
    assert.throws(() => Object.assign(user, { active: false }), TypeError);
    assert.deepEqual((await users.findById(user.id))?.data, { team: 'red' });
    const row = await redemptions.find({ key: redemption.key });
    assert.throws(() => Object.assign(row ?? {}, { user_id: 'another' }), TypeError);
    assert.deepEqual(Object.keys(redemptions), ['find', 'latest', 'hasRedemption']);
  });

  it('releases the names that an update removes, and accepts an empty update', async () => {
    const { users } = memoryUsers();
    const [ann, bob] = [sampleAccount(), sampleAccount()];
    const user = await users.create(ann, sampleRedemption());
    const renamed = await users.update(user, { username: bob.username, email: null, name: null });
    await users.create(sampleAccount({ username: ann.username, email: ann.email }), sampleRedemption());
    assert.deepEqual(await users.update(renamed, {}), renamed);
    assert.equal(await users.passwordHash(renamed), ann.passwordHash);
    assert.equal(await users.passwordHash(await users.update(renamed, { passwordHash: null })), null);
  });

  it('merges data recursively and exposes no password hash', async () => {
    const { users } = memoryUsers({ clock: { now: () => 42 } });
    const user = await users.create(
      sampleAccount({ data: { attributes: { team: 'red', seat: 1 } } }),
      sampleRedemption(),
    );
    const updated = await users.update(user, { data: { attributes: { team: 'blue' } } });
    assert.deepEqual(updated.data, { attributes: { team: 'blue', seat: 1 } });
    assert.equal(updated.createdAt, 42);
    assert.doesNotMatch(JSON.stringify(updated), /hash/);
  });

  it('removes only the identities of the user who is removed', async () => {
    const connections = memoryConnections();
    const { users } = memoryUsers({ connections });
    const [hers, alsoHers, his] = [sampleIdentity(), sampleIdentity(), sampleIdentity()];
    const ann = await users.create(sampleAccount({ identity: hers }), sampleRedemption());
    const bob = await users.create(sampleAccount({ identity: his }), sampleRedemption());
    await connections.link(ann.id, alsoHers);
    await users.remove(ann);
    const found = await Promise.all([hers, alsoHers, his].map((identity) => connections.find(identity)));
    assert.deepEqual(found, [null, null, bob.id]);
  });

  it('does not update a deleted user', async () => {
    const { users } = memoryUsers();
    const user = await users.create(sampleAccount(), sampleRedemption());
    await users.remove(user);
    await users.remove(user);
    await assert.rejects(users.update(user, { name: 'x' }));
    assert.equal(await users.passwordHash(user), null);
  });
});
