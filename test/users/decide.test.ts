import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PendingIdentity, MatchingMode } from '../../lib/ports/pending-identity.js';
import { memoryConnections } from '../../lib/stores/memory/connections.js';
import { memoryUsers, type MemoryUser } from '../../lib/stores/memory/user-store.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { decide, type Decision } from '../../lib/users/decide.js';

const identity: PendingIdentity = {
  source: 'acme',
  sourceName: 'Acme',
  issuer: 'https://id.acme.example',
  subject: '7',
  pendingSince: 0,
  email: 'ann@example.com',
  emailVerified: true,
  otherEmails: [],
  username: 'ann',
  name: 'Ann',
  claims: {},
};

async function fixture() {
  const { users } = memoryUsers();
  const connections = memoryConnections();
  const inactive = new Set<string>();
  const watched = {
    ...users,
    toProfile: (user: MemoryUser) => ({ ...users.toProfile(user), active: !inactive.has(user.id) }),
  };
  const make = (over: Parameters<typeof sampleAccount>[0]) => users.create(sampleAccount(over), sampleRedemption());
  const ask = (
    over: {
      readonly identity?: Partial<PendingIdentity>;
      readonly matching?: MatchingMode;
      readonly linkWithoutProof?: boolean;
      readonly signedIn?: string;
      readonly findUser?: () => MemoryUser | null;
      readonly healed?: () => Promise<string | null>;
    } = {},
  ): Promise<Decision> =>
    decide(
      {
        users: watched,
        connections,
        findUser: over.findUser ?? null,
        ...(over.healed === undefined ? {} : { healed: over.healed }),
      },
      { ...identity, ...over.identity },
      { matching: over.matching ?? 'identifier', linkWithoutProof: over.linkWithoutProof ?? false },
      over.signedIn ?? null,
    );
  return { users, connections, inactive, make, ask };
}

describe('the decision about somebody whom a source recognised', () => {
  it('a connected identity is its account’s, whatever address it has now', async () => {
    const { connections, make, ask } = await fixture();
    const ann = await make({ username: 'a', email: 'a@example.com' });
    await make({ username: 'ann', email: 'ann@example.com' });
    await connections.link(ann.id, identity);
    for (const matching of ['identifier', 'email_link', 'email_deny', 'username_link', 'username_deny'] as const)
      assert.deepEqual(await ask({ matching }), { type: 'sign_in', userId: ann.id, connect: false });
    assert.equal((await ask({ identity: { subject: '8', email: 'x@example.com' } })).type, 'enroll');
    assert.equal((await ask({ identity: { source: 'other', email: 'x@example.com' } })).type, 'enroll');
  });

  it('R-ENR-06: who is not active, or gone, stays out on every path', async () => {
    const { users, connections, inactive, make, ask } = await fixture();
    const ann = await make({ username: 'ann', email: 'ann@example.com' });
    inactive.add(ann.id);
    const out = { type: 'denied', reason: 'inactive' };
    assert.deepEqual(await ask(), out, 'by address');
    assert.deepEqual(await ask({ findUser: () => ann }), out);
    await connections.link(ann.id, identity);
    assert.deepEqual(await ask(), out);
    inactive.clear();
    await users.remove(ann);
    assert.deepEqual(await ask(), out, 'an account that is gone does not come back by signing in');
  });

  it('people who were provisioned before are known on the first day, and connected', async () => {
    const { make, ask } = await fixture();
    const ann = await make({ username: 'x', email: 'x@example.com' });
    assert.deepEqual(await ask({ findUser: () => ann }), { type: 'sign_in', userId: ann.id, connect: true });
  });

  it('an account whose connection was lost with its process is theirs like a connected one, before anybody else is asked', async () => {
    const { connections, inactive, make, ask } = await fixture();
    const [ann, bob] = [
      await make({ username: 'ann', email: 'ann@example.com' }),
      await make({ username: 'bob', email: 'b@example.com' }),
    ];
    const healed = async () => ann.id;
    const never = () => assert.fail('asked for somebody who is found already');
    assert.deepEqual(await ask({ healed, findUser: never }), { type: 'sign_in', userId: ann.id, connect: false });
    assert.deepEqual(await ask({ healed, signedIn: bob.id }), { type: 'denied', reason: 'another' });
    inactive.add(ann.id);
    assert.deepEqual(await ask({ healed, findUser: never }), { type: 'denied', reason: 'inactive' });
    assert.equal((await ask({ healed: async () => null, findUser: () => bob })).type, 'sign_in');
    await connections.link(bob.id, identity);
    assert.deepEqual(await ask({ healed: never }), { type: 'sign_in', userId: bob.id, connect: false });
  });

  it('an account with the address is proved before any code is asked; an unverified address says nothing', async () => {
    const { make, ask } = await fixture();
    const ann = await make({ username: 'x', email: 'ann@example.com' });
    assert.deepEqual(await ask(), { type: 'prove', userId: ann.id, field: 'email' });
    assert.deepEqual(await ask({ identity: { emailVerified: false } }), { type: 'enroll' });
  });

  it('an account with the address is told of also where names are matched', async () => {
    const { inactive, make, ask } = await fixture();
    const owner = await make({ username: 'x', email: 'ann@example.com' });
    for (const matching of ['username_link', 'username_deny'] as const) {
      assert.deepEqual(await ask({ matching }), { type: 'prove', userId: owner.id, field: 'email' });
      assert.deepEqual(await ask({ matching, identity: { emailVerified: false } }), { type: 'enroll' });
    }
    inactive.add(owner.id);
    assert.deepEqual(await ask({ matching: 'username_deny' }), { type: 'denied', reason: 'inactive' });
  });

  for (const [matching, field] of [
    ['email', 'email'],
    ['username', 'username'],
  ] as const)
    it(`${matching}_link proves unless the rules say otherwise, ${matching}_deny keeps out, and neither works without it`, async () => {
      const { make, ask } = await fixture();
      const link = `${matching}_link` as const;
      const deny = `${matching}_deny` as const;
      assert.deepEqual(await ask({ matching: link }), { type: 'enroll' });
      assert.deepEqual(await ask({ matching: deny }), { type: 'enroll' });
      const ann = await make({ username: 'ann', email: 'ann@example.com' });
      assert.deepEqual(await ask({ matching: link }), { type: 'prove', userId: ann.id, field });
      const trusted = await ask({ matching: link, linkWithoutProof: true });
      assert.deepEqual(trusted, { type: 'sign_in', userId: ann.id, connect: true });
      assert.deepEqual(await ask({ matching: deny }), { type: 'denied', reason: 'matched' });
      const without = { identity: { [matching]: null }, linkWithoutProof: true };
      for (const mode of [link, deny])
        assert.deepEqual(await ask({ ...without, matching: mode }), {
          type: 'denied',
          reason: `no_${matching === 'email' ? 'address' : 'username'}`,
        });
    });

  it('R-SSO-03: an unverified address links nothing, also where linking needs no proof', async () => {
    const { make, ask } = await fixture();
    await make({ username: 'x', email: 'ann@example.com' });
    const answer = await ask({ matching: 'email_link', linkWithoutProof: true, identity: { emailVerified: false } });
    assert.deepEqual(answer, { type: 'denied', reason: 'no_address' });
  });

  it('who is signed in is asked about an unknown identity, and never becomes somebody else', async () => {
    const { connections, make, ask } = await fixture();
    const [ann, bob] = [
      await make({ username: 'ann', email: 'ann@example.com' }),
      await make({ username: 'bob', email: 'b@example.com' }),
    ];
    assert.deepEqual(await ask({ signedIn: bob.id }), { type: 'link', userId: bob.id });
    await connections.link(ann.id, identity);
    assert.deepEqual(await ask({ signedIn: bob.id }), { type: 'denied', reason: 'another' });
    assert.deepEqual(await ask({ signedIn: ann.id }), { type: 'sign_in', userId: ann.id, connect: false });
    assert.deepEqual(await ask({ identity: { subject: '9' }, signedIn: bob.id, findUser: () => ann }), {
      type: 'denied',
      reason: 'another',
    });
  });
});
