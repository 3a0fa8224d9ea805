import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Connections } from '../../../lib/ports/connections.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { enrollmentFixture } from '../../support/users/enrollment-fixture.js';

/** An app whose process "dies" between the account and its connection, until it is repaired. */
function failingFixture() {
  const process = { dies: true };
  const connections = (table: Connections): Connections => ({
    ...table,
    link: (userId, identity) => (process.dies ? Promise.reject(new Error('died')) : table.link(userId, identity)),
  });
  return { ...enrollmentFixture({ heeds: false, connections }), process };
}

describe('an account whose process died before its identity was connected', () => {
  it('is found and connected when the person returns; asking before then loses nothing', async () => {
    const { enroll, identities, people, table, held, process } = failingFixture();
    const account = sampleAccount();
    await assert.rejects(enroll('e', { account }), /died/);
    const user = await people.users.findByLogin('email', account.email ?? '');
    assert.ok(user !== null);
    await assert.rejects(identities.healedBy(held()), /died/, 'still away');
    process.dies = false;
    assert.equal(await identities.healedBy(held({ subject: '8' })), null);
    assert.equal(await identities.healedBy(held({ source: 'other' })), null);
    assert.equal(await identities.healedBy(held({ issuer: '' })), null);
    assert.equal(await identities.healedBy(held()), user.id);
    assert.equal(await table.find(held()), user.id);
    assert.equal(await identities.healedBy(held()), null, 'once is enough');
  });

  it('is found by its own enrollment, and by another one of the same person, which is refused', async () => {
    for (const next of ['same', 'other'] as const) {
      const { enroll, invitation, people, table, held, process, clock } = failingFixture();
      const [invited, account] = [await invitation(), sampleAccount()];
      await assert.rejects(enroll('same', { invitation: invited, account }), /died/);
      process.dies = false;
      const user = await people.users.findByLogin('email', account.email ?? '');
      const early = next === 'same' ? null : await enroll(next, {});
      // Within the write's minute, the kit cannot know whether it is still running.
      assert.equal(early?.type === 'denied' ? early.message.id : 'source.under_way', 'source.under_way');
      clock.advance(61_000);
      const again = await enroll(next, next === 'same' ? { invitation: invited, account } : {});
      if (next === 'same')
        assert.deepEqual([again.type, 'userId' in again && again.userId], ['written_before', user?.id]);
      else assert.equal(again.type === 'denied' && again.message.id, 'source.account_exists');
      assert.equal(await table.find(held()), user?.id);
    }
  });

  it('belongs to no one else, whichever identity signs in on the same plan meanwhile', async () => {
    const { enroll, invitation, table, held, process } = failingFixture();
    const invited = await invitation();
    await assert.rejects(enroll('e', { invitation: invited }), /died/);
    process.dies = false;
    const bob = held({ subject: '8' });
    const refused = await enroll('e', { invitation: invited, identity: bob });
    assert.equal(refused.type === 'denied' && refused.message.id, 'source.other_enrollment');
    assert.equal(await table.find(bob), null);
  });

  it('is not confused with one made later by the same plan without an identity', async () => {
    const down = { type: true };
    const { enroll, invitation, identities, table, held } = enrollmentFixture({
      heeds: false,
      users: (users) => ({
        ...users,
        create: (account, redemption) =>
          down.type ? Promise.reject(new Error('the database is gone')) : users.create(account, redemption),
      }),
    });
    const invited = await invitation();
    await assert.rejects(enroll('e', { invitation: invited }), /gone/);
    down.type = false;
    assert.equal((await enroll('e', { invitation: invited, identity: null })).type, 'written');
    assert.equal(await identities.healedBy(held()), null);
    assert.equal(await table.find(held()), null);
  });

  it('is searched for one day at most', async () => {
    const { enroll, identities, clock, held, process } = failingFixture();
    await assert.rejects(enroll('e'), /died/);
    process.dies = false;
    clock.advance(86_400_000);
    assert.equal(await identities.healedBy(held()), null);
  });

  it('does not return once it was removed', async () => {
    const { enroll, identities, people, table, held, process } = failingFixture();
    const account = sampleAccount();
    await assert.rejects(enroll('e', { account }), /died/);
    process.dies = false;
    const user = await people.users.findByLogin('email', account.email ?? '');
    await people.users.remove(user ?? assert.fail());
    assert.equal(await identities.healedBy(held()), null);
    assert.equal(await table.find(held()), null);
  });
});

describe('the trace of an identity', () => {
  it('remains until there is an account, however often it is looked up', async () => {
    const { identities, people, held } = enrollmentFixture({ heeds: false });
    assert.equal(await identities.begin(held(), 'e'), 'first');
    for (let times = 0; times < 3; times += 1) assert.equal(await identities.healedBy(held()), null);
    const user = await people.users.create(sampleAccount(), sampleRedemption({ enrollmentId: 'e' }));
    assert.equal(await identities.healedBy(held()), user.id);
  });

  it('during a possible write, the same plan creates no account for anyone else', async () => {
    const { enroll, identities, people, held } = enrollmentFixture();
    assert.equal(await identities.begin(held(), 'e'), 'first');
    assert.equal(await identities.begin(held(), 'e'), 'again');
    assert.equal(await identities.begin(held({ subject: '8' }), 'e'), 'other');
    const refused = await enroll('e', { identity: held({ subject: '8' }) });
    assert.equal(refused.type === 'denied' && refused.message.id, 'source.other_enrollment');
    assert.equal(await people.users.isEmpty(), true);
    await identities.end(held(), 'e');
    assert.equal(await identities.begin(held({ subject: '8' }), 'e'), 'first');
  });

  it('is removed once the identity is connected, or if nothing was written', async () => {
    const { enroll, invitation, table, identities, people, ephemeralStore, held } = enrollmentFixture();
    const { username } = sampleAccount();
    await enroll('bob', { identity: null, account: { username } });
    const invited = await invitation();
    assert.equal((await enroll('e', { invitation: invited, account: { username } })).type, 'invalid');
    assert.equal(await identities.begin(held({ subject: '8' }), 'e'), 'first');
    await identities.end(held({ subject: '8' }), 'e');
    const enrolled = await enroll('e', { invitation: invited });
    assert.equal(enrolled.type, 'written');
    // Signing in does not connect an identity again that was disconnected later.
    table.release(enrolled.type === 'written' ? enrolled.userId : '');
    assert.equal(await identities.healedBy(held()), null);
    assert.equal(await ephemeralStore.take('identity-of:e'), null);
    assert.equal(await people.users.isEmpty(), false);
  });

  it('of another enrollment of the same person is kept', async () => {
    const { identities, people, held } = enrollmentFixture({ heeds: false });
    await identities.begin(held(), 'first');
    await identities.begin(held(), 'second');
    await identities.end(held(), 'first');
    assert.equal(await identities.begin(held({ subject: '8' }), 'second'), 'other');
    const user = await people.users.create(sampleAccount(), sampleRedemption({ enrollmentId: 'second' }));
    assert.equal(await identities.healedBy(held()), user.id);
  });

  it('leads to the account that has the identity, if another one was faster', async () => {
    const { identities, people, table, held } = enrollmentFixture({
      heeds: false,
      connections: (connections) => ({
        ...connections,
        async link(userId, identity) {
          await connections.link('another', identity);
          await connections.link(userId, identity);
        },
      }),
    });
    await identities.begin(held(), 'e');
    await people.users.create(sampleAccount(), sampleRedemption({ enrollmentId: 'e' }));
    assert.equal(await identities.healedBy(held()), 'another');
    assert.equal(await table.find(held()), 'another');
  });

  it('tells the store nothing about the person', async () => {
    const kept: string[] = [];
    const { identities, held } = enrollmentFixture({
      ephemeralStore: (ephemeralStore) => ({
        ...ephemeralStore,
        set: (key, value, seconds) => {
          kept.push(key, value);
          return ephemeralStore.set(key, value, seconds);
        },
        setIfAbsent: (key, value, seconds) => {
          kept.push(key, value);
          return ephemeralStore.setIfAbsent(key, value, seconds);
        },
      }),
    });
    await identities.lockIdentity(held({ subject: 'subject-of-ann' }), 'e');
    await identities.begin(held({ subject: 'subject-of-ann' }), 'e');
    assert.equal(kept.length, 6);
    assert.doesNotMatch(kept.join(), /subject-of-ann|acme/);
  });
});
