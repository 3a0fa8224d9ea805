import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PendingIdentity, MatchingMode } from '../../../lib/ports/pending-identity.js';
import type { MemoryUser } from '../../../lib/stores/memory/user-store.js';
import { decideIdentity, type IdentityDecision } from '../../../lib/sources/identities/decide-identity.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { enrollmentFixture } from '../../support/users/enrollment-fixture.js';

async function fixture() {
  const inactive = new Set<string>();
  const { people, table, parts, identities, terms, held } = enrollmentFixture({
    heeds: false,
    users: (users) => ({
      ...users,
      toProfile: (user) => ({ ...users.toProfile(user), active: !inactive.has(user.id) }),
    }),
  });
  const identity = held();
  const make = (over: Parameters<typeof sampleAccount>[0]) =>
    people.users.create(sampleAccount(over), sampleRedemption());
  const ask = (
    over: {
      readonly identity?: Partial<PendingIdentity>;
      readonly matching?: MatchingMode;
      readonly linkWithoutProof?: boolean;
      readonly registration?: 'never';
      readonly signedIn?: string;
      readonly recently?: boolean;
      readonly asksPasswords?: boolean;
      readonly findUser?: () => MemoryUser | null;
      readonly healed?: () => Promise<string | null>;
    } = {},
  ): Promise<IdentityDecision> => {
    terms.matching = over.matching ?? 'identifier';
    terms.registration = over.registration ?? 'allowed';
    terms.linkWithoutProof = over.linkWithoutProof ?? false;
    return decideIdentity(
      {
        ...parts,
        identities: over.healed === undefined ? identities : { ...identities, healedBy: over.healed },
        findUser: over.findUser ?? null,
        asksPasswords: over.asksPasswords ?? true,
      },
      { ...identity, ...over.identity },
      over.signedIn === undefined ? null : { userId: over.signedIn, recently: over.recently ?? false },
    );
  };
  return { users: people.users, connections: table, identity, inactive, make, ask };
}

const denied = (reason: string) => ({
  type: 'denied',
  reason,
  message: { id: `source.${reason}`, values: { source: 'Acme' } },
});
const bobInTheWay = {
  type: 'denied',
  reason: 'another_account',
  message: { id: 'source.another_named', values: { source: 'Acme', who: 'bob' } },
};
const enroll = { type: 'enroll', rule: 'required' };

describe('the decision about an identity that a source returned', () => {
  it('a connected identity belongs to its account, whatever its current address', async () => {
    const { connections, identity, make, ask } = await fixture();
    const ann = await make({ username: 'a', email: 'a@example.com' });
    await make({ username: 'ann', email: 'ann@example.com' });
    await connections.link(ann.id, identity);
    for (const matching of ['identifier', 'email_link', 'email_deny', 'username_link', 'username_deny'] as const)
      assert.deepEqual(await ask({ matching }), { type: 'sign_in', userId: ann.id });
    assert.equal((await ask({ identity: { subject: '8', email: 'x@example.com' } })).type, 'enroll');
    assert.equal((await ask({ identity: { issuer: '', email: 'x@example.com' } })).type, 'enroll');
    assert.deepEqual(await ask({ identity: { source: 'other' } }), denied('disabled'));
  });

  it('of a source for signing in only: no account is offered, and existing ones are as before', async () => {
    const { users, connections, identity, ask } = await fixture();
    const registration = 'never';
    for (const matching of ['identifier', 'email_link', 'email_deny', 'username_link', 'username_deny'] as const)
      assert.deepEqual(await ask({ registration, matching }), denied('sign_in_only'));
    assert.deepEqual(
      await ask({ registration, identity: { email: null, emailVerified: false } }),
      denied('sign_in_only'),
    );
    // Waiting for its owner, who would need an invitation for it elsewhere.
    const redemption = sampleRedemption();
    const account = sampleAccount({ username: 'a', email: 'ann@example.com', passwordHash: null });
    const ann = await users.create(account, { ...redemption, row: () => redemption.row('nobody') });
    assert.equal((await ask()).type, 'enroll');
    assert.deepEqual(await ask({ registration }), { type: 'connect', userId: ann.id, identifier: null });
    assert.equal((await ask({ registration, signedIn: ann.id, recently: true })).type, 'connect');
    await connections.link(ann.id, identity);
    assert.deepEqual(await ask({ registration }), { type: 'sign_in', userId: ann.id });
    assert.ok(await users.findById(ann.id));
  });

  it('an inactive or deleted account is refused on every path', async () => {
    const { users, connections, identity, inactive, make, ask } = await fixture();
    const ann = await make({ username: 'ann', email: 'ann@example.com' });
    inactive.add(ann.id);
    const out = denied('inactive');
    assert.deepEqual(await ask(), out, 'by address');
    assert.deepEqual(await ask({ findUser: () => ann }), out);
    await connections.link(ann.id, identity);
    assert.deepEqual(await ask(), out);
    inactive.clear();
    await users.remove(ann);
    assert.deepEqual(await ask(), out, 'an account that is gone does not come back by signing in');
  });

  it('a pre-provisioned account is recognized on the first day, and connected', async () => {
    const { connections, identity, make, ask } = await fixture();
    const ann = await make({ username: 'x', email: 'x@example.com' });
    assert.deepEqual(await ask({ findUser: () => ann }), { type: 'sign_in', userId: ann.id });
    assert.deepEqual(await ask({ findUser: () => ann }), { type: 'sign_in', userId: ann.id });
    assert.equal(await connections.find(identity), ann.id);
  });

  it('an account whose connection was lost with its process counts as connected', async () => {
    const { connections, identity, inactive, make, ask } = await fixture();
    const [ann, bob] = [
      await make({ username: 'ann', email: 'ann@example.com' }),
      await make({ username: 'bob', email: 'b@example.com' }),
    ];
    const healed = async () => ann.id;
    const never = () => assert.fail('asked for somebody who is found already');
    assert.deepEqual(await ask({ healed, findUser: never }), { type: 'sign_in', userId: ann.id });
    assert.deepEqual(await ask({ healed, signedIn: bob.id }), bobInTheWay);
    inactive.add(ann.id);
    assert.deepEqual(await ask({ healed, findUser: never }), denied('inactive'));
    assert.equal((await ask({ healed: async () => null, findUser: () => bob })).type, 'sign_in');
    await connections.link(bob.id, identity);
    assert.deepEqual(await ask({ healed: never }), { type: 'sign_in', userId: bob.id });
  });

  it('an account with the address is proved before the code; an unverified address is ignored', async () => {
    const { users, make, ask } = await fixture();
    const ann = await make({ username: 'x', email: 'ann@example.com' });
    const own = { type: 'connect', userId: ann.id, identifier: 'ann@example.com' };
    // The address was typed: the identity may get an account of its own.
    assert.deepEqual(await ask(), { ...own, enrolls: 'required' });
    assert.deepEqual(await ask({ asksPasswords: false }), { ...own, identifier: null, enrolls: 'required' });
    for (const emailVerified of [false, true]) {
      await users.update(ann, { emailVerified });
      assert.deepEqual(await ask(), emailVerified ? own : { ...own, enrolls: 'required' });
    }
    await users.update(ann, { emailVerified: false });
    assert.equal((await ask({ registration: 'never' })).type, 'connect');
    assert.deepEqual(await ask({ identity: { emailVerified: false } }), enroll);
  });

  it('an account with the address is also reported when matching by username', async () => {
    const { inactive, make, ask } = await fixture();
    const owner = await make({ username: 'x', email: 'ann@example.com' });
    for (const matching of ['username_link', 'username_deny'] as const) {
      const own = { type: 'connect', userId: owner.id, identifier: 'ann@example.com' };
      assert.deepEqual(await ask({ matching }), { ...own, enrolls: 'required' });
      assert.deepEqual(await ask({ matching, identity: { emailVerified: false } }), enroll);
    }
    inactive.add(owner.id);
    assert.deepEqual(await ask({ matching: 'username_deny' }), denied('inactive'));
  });

  for (const [matching, field] of [
    ['email', 'email'],
    ['username', 'username'],
  ] as const)
    it(`${matching}_link requires proof by default, and ${matching}_deny refuses`, async () => {
      const { users, make, ask } = await fixture();
      const link = `${matching}_link` as const;
      const deny = `${matching}_deny` as const;
      assert.deepEqual(await ask({ matching: link }), enroll);
      assert.deepEqual(await ask({ matching: deny }), enroll);
      const ann = await make({ username: 'ann', email: 'ann@example.com' });
      const identifier = field === 'email' ? 'ann@example.com' : 'ann';
      if (field === 'email') {
        const typed = { type: 'connect', userId: ann.id, identifier, enrolls: 'required' };
        assert.deepEqual(await ask({ matching: link, linkWithoutProof: true }), typed, 'a typed address is no proof');
        await users.update(ann, { emailVerified: true });
      }
      assert.deepEqual(await ask({ matching: link }), { type: 'connect', userId: ann.id, identifier });
      assert.deepEqual(await ask({ matching: deny }), denied('matched'));
      const without = { identity: { [matching]: null }, linkWithoutProof: true };
      for (const mode of [link, deny])
        assert.deepEqual(
          await ask({ ...without, matching: mode }),
          denied(`no_${matching === 'email' ? 'address' : 'username'}`),
        );
      const trusted = await ask({ matching: link, linkWithoutProof: true });
      assert.deepEqual(trusted, { type: 'sign_in', userId: ann.id });
    });

  it('an unverified address links nothing, even if linking needs no proof', async () => {
    const { make, ask } = await fixture();
    await make({ username: 'x', email: 'ann@example.com' });
    const answer = await ask({ matching: 'email_link', linkWithoutProof: true, identity: { emailVerified: false } });
    assert.deepEqual(answer, denied('no_address'));
  });

  it('a signed-in user is asked about an unknown identity, and is never switched', async () => {
    const { connections, identity, make, ask } = await fixture();
    const [ann, bob] = [
      await make({ username: 'ann', email: 'ann@example.com' }),
      await make({ username: 'bob', email: 'b@example.com' }),
    ];
    const connect = { type: 'connect', userId: bob.id, identifier: 'b@example.com' };
    assert.deepEqual(await ask({ signedIn: bob.id }), connect);
    assert.deepEqual(await ask({ signedIn: bob.id, asksPasswords: false, recently: true }), connect);
    assert.deepEqual(await ask({ signedIn: bob.id, asksPasswords: false }), denied('sign_in_again'));
    await connections.link(ann.id, identity);
    assert.deepEqual(await ask({ signedIn: bob.id }), bobInTheWay);
    assert.deepEqual(await ask({ signedIn: ann.id }), { type: 'sign_in', userId: ann.id });
    assert.deepEqual(await ask({ identity: { subject: '9' }, signedIn: bob.id, findUser: () => ann }), bobInTheWay);
  });
});
