import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { messageOf } from '../../../lib/base/message.js';
import type { AddressPolicy, InvitationRule } from '../../../lib/ports/identities.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { enrollmentFixture, type GuardAppOptions } from '../../support/users/enrollment-fixture.js';

const hour = 3_600_000;
const denied = (reason: string) => ({
  type: 'denied',
  reason,
  message: messageOf(`source.${reason}`, { source: 'Acme' }),
});

/** An app with two accounts. */
async function twoUsers(options: GuardAppOptions = {}) {
  const fixture = enrollmentFixture(options);
  const [ann, bob] = [
    await fixture.people.users.create(sampleAccount(), sampleRedemption()),
    await fixture.people.users.create(sampleAccount(), sampleRedemption()),
  ];
  const linked = () => fixture.emitted.filter(([name]) => name === 'source.linked');
  return { ...fixture, ann, bob, linked };
}

describe('an identity lapses', () => {
  it('after an hour, to the millisecond, and when its age is unknown', async () => {
    const { identities, clock, held } = enrollmentFixture();
    const identity = held();
    clock.advance(hour);
    assert.equal(await identities.lapsed(identity), null);
    clock.advance(1);
    assert.deepEqual(await identities.lapsed(identity), denied('lapsed'));
    assert.deepEqual(await identities.lapsed(held({ pendingSince: Number.NaN })), denied('lapsed'));
  });

  it('when its source is disabled, fails to say so, or is gone', async () => {
    const { identities, source, held, logged } = enrollmentFixture();
    const asked = () => identities.lapsed(held());
    source.enabled = async () => false;
    assert.deepEqual(await asked(), denied('disabled'));
    assert.deepEqual(logged, []);
    source.enabled = () => Promise.reject(new Error('the directory is away'));
    assert.deepEqual(await asked(), denied('disabled'));
    source.enabled = () => {
      throw new Error('at once');
    };
    assert.deepEqual(await asked(), denied('disabled'));
    source.enabled = () => new Promise(() => undefined);
    assert.deepEqual(await asked(), denied('disabled'));
    assert.equal(logged.length, 3);
    for (const answer of ['true', 1, undefined, null, {}]) {
      // A return value that an app in JavaScript may use.
      Object.assign(source, { enabled: async () => answer });
      assert.deepEqual(await asked(), denied('disabled'), String(answer));
    }
    source.enabled = async () => true;
    assert.equal(await asked(), null);
    source.gone = true;
    assert.deepEqual(await asked(), denied('disabled'));
    source.gone = false;
    assert.deepEqual(await identities.lapsed(held({ source: 'other' })), denied('disabled'));
  });
});

describe('the invitation rule of a source', () => {
  for (const rule of ['required', 'optional', 'never'] as const)
    it(`is ${rule} as a value or from a function, which gets the identity`, async () => {
      const { identities, terms, held } = enrollmentFixture();
      terms.invitation = rule;
      assert.equal(await identities.invitationRule(held()), rule);
      terms.invitation = async ({ subject }) => (subject === '7' ? rule : 'required');
      assert.equal(await identities.invitationRule(held()), rule);
      assert.equal(await identities.invitationRule(held({ subject: '8' })), 'required');
    });

  it('is required, with a log entry, when the function fails or returns anything else', async () => {
    const { identities, terms, held, logged } = enrollmentFixture();
    const answers: unknown[] = ['Never', '', true, null, undefined, ['never'], {}];
    for (const answer of answers) {
      // A return value that an app in JavaScript may use.
      Object.assign(terms, { invitation: () => answer });
      assert.equal(await identities.invitationRule(held()), 'required', String(answer));
    }
    terms.invitation = () => Promise.reject(new Error('no directory'));
    assert.equal(await identities.invitationRule(held()), 'required');
    terms.invitation = () => {
      throw new Error('no directory');
    };
    assert.equal(await identities.invitationRule(held()), 'required');
    terms.invitation = () => new Promise<InvitationRule>(() => undefined);
    assert.equal(await identities.invitationRule(held()), 'required');
    assert.equal(logged.length, answers.length + 3);
  });

  it('is required if the source is gone', async () => {
    const { identities, terms, source, held } = enrollmentFixture();
    terms.invitation = 'never';
    source.gone = true;
    assert.equal(await identities.invitationRule(held()), 'required');
  });
});

describe('the verified addresses of a source', () => {
  it('are the verified one and the others, under the policy of the source', () => {
    const { identities, terms, source, held } = enrollmentFixture();
    const more = ['a@club.example', 'b@club.example'];
    for (const policy of ['strict', 'verified-any', 'domain', 'notify', 'off'] satisfies AddressPolicy[]) {
      terms.address = policy;
      assert.deepEqual(identities.vouched(held({ otherEmails: more })), {
        policy,
        addresses: ['ann@example.com', ...more],
      });
    }
    assert.deepEqual(identities.vouched(held({ emailVerified: false })).addresses, []);
    assert.deepEqual(identities.vouched(held({ emailVerified: false, otherEmails: more })).addresses, more);
    assert.deepEqual(identities.vouched(held({ email: null })).addresses, []);
    source.gone = true;
    assert.equal(identities.vouched(held()).policy, 'strict');
  });
});

describe('connecting an identity to an existing account', () => {
  it('links it and emits one event', async () => {
    const { identities, table, ann, held, linked } = await twoUsers();
    assert.deepEqual(await identities.connect(ann.id, held()), { type: 'connected' });
    assert.equal(await table.find(held()), ann.id);
    assert.deepEqual(await identities.connect(ann.id, held()), { type: 'connected' });
    assert.deepEqual(linked(), [['source.linked', { source: 'acme', user: ann.id }]]);
  });

  it('refuses one of another account', async () => {
    const { identities, table, ann, bob, held, linked } = await twoUsers();
    await table.link(bob.id, held());
    assert.deepEqual(await identities.connect(ann.id, held()), denied('taken'));
    assert.equal(await table.find(held()), bob.id);
    assert.deepEqual(linked(), []);
  });

  it('refuses deleted or inactive accounts', async () => {
    const { identities, people, table, ann, held } = await twoUsers({
      users: (users) => ({ ...users, toProfile: (user) => ({ ...users.toProfile(user), active: false }) }),
    });
    const refused = denied('inactive');
    assert.deepEqual(await identities.connect(ann.id, held()), refused);
    await people.users.remove(ann);
    assert.deepEqual(await identities.connect(ann.id, held()), refused);
    assert.equal(await table.find(held()), null);
  });

  it('refuses an identity that lapsed', async () => {
    const { identities, clock, source, table, ann, held } = await twoUsers();
    const identity = held();
    clock.advance(hour + 1);
    assert.deepEqual(await identities.connect(ann.id, identity), denied('lapsed'));
    source.enabled = async () => false;
    assert.deepEqual(await identities.connect(ann.id, held()), denied('disabled'));
    assert.equal(await table.find(identity), null);
  });

  it('one of two concurrent users gets it, and the other is refused', async () => {
    const { identities, ann, bob, held, linked } = await twoUsers();
    const ended = await Promise.all([ann, bob].map(({ id }) => identities.connect(id, held())));
    assert.deepEqual(ended.map(({ type }) => type).sort(), ['connected', 'denied']);
    assert.equal(linked().length, 1);
  });

  it('passes on a store error when the identity belongs to no one', async () => {
    const { identities, ann, held, linked } = await twoUsers({
      connections: (connections) => ({ ...connections, link: () => Promise.reject(new Error('away')) }),
    });
    await assert.rejects(identities.connect(ann.id, held()), /away/);
    assert.deepEqual(linked(), []);
  });
});
