import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError, type ErrorCode } from '../../../lib/base/error.js';
import type { InviterRules } from '../../../lib/ports/inviters.js';
import { memoryUsers, type MemoryUser } from '../../../lib/stores/memory/user-store.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { invitersOf } from '../../../lib/users/inviters.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { mailBox } from '../../support/invitations/mail-box.js';
import { invitationFixture } from '../../support/invitations/invitation-fixture.js';

const coded = (code: ErrorCode, status: number) => (error: unknown) =>
  isEnrollmentError(error) && error.code === code && error.status === status;

async function fixtureWith(rules: InviterRules<MemoryUser>) {
  const clock = fakeClock();
  const { users } = memoryUsers({ clock });
  const away = new Set<string>();
  const inactive = new Set<string>();
  const ann = await users.create(sampleAccount({ username: 'ann' }), sampleRedemption());
  const watched = {
    ...users,
    findById: async (id: string) => (away.has(id) ? null : users.findById(id)),
    toProfile: (user: MemoryUser) => ({ ...users.toProfile(user), active: !inactive.has(user.id) }),
  };
  return { ...invitationFixture({ clock, inviters: invitersOf(watched, rules) }), ann, away, inactive };
}

describe('an account that invites', () => {
  const losses = ['demoted', 'deleted', 'inactive'] as const;
  for (const loss of losses) {
    it(`${loss} since, admits no one at the code or the write, and creates no more invitations`, async () => {
      let demoted = false;
      const fixture = await fixtureWith({ may: () => !demoted });
      const { invitations, ask, signUp, events } = fixture;
      const inviter = fixture.ann.id;
      const { id, code } = await invitations.manager.create({ uses: 5, inviter });
      assert.equal((await signUp(code, 'before')).type, 'redeemed');
      const accepted = await ask(code, { enrollmentId: 'on the way' });
      if (!accepted.ok) return assert.fail('it was good');
      if (loss === 'demoted') demoted = true;
      else fixture[loss === 'deleted' ? 'away' : 'inactive'].add(inviter);

      const refused = await ask(code, { enrollmentId: 'later' });
      assert.equal(!refused.ok && refused.message.id, 'invitation.unknown');
      const atTheWrite = await invitations.redeem({
        enrollmentId: 'on the way',
        flow: 'invite',
        invitation: accepted.invitation,
        email: null,
        write: () => assert.fail('an account was written'),
        idOf: String,
        taken: async () => null,
      });
      assert.equal(atTheWrite.type === 'refused' && atTheWrite.cause, 'inviter');
      await invitations.idle();
      assert.equal((await invitations.manager.explain(refused.ok ? '' : refused.reference))?.cause, 'inviter');
      assert.deepEqual(
        events.filter(([name]) => name === 'invitation.refused').map(([, facts]) => 'cause' in facts && facts.cause),
        ['inviter', 'inviter'],
      );
      const { redeemed, claimed } = await invitations.manager.get(id);
      assert.deepEqual([redeemed, claimed], [1, 0], 'the seat came back');
      await assert.rejects(invitations.manager.create({ inviter }), coded('ERR_ENROLLMENT_INVITER', 403));
      assert.equal(
        (await signUp(await codeWithoutInviter(), 'somebody')).type,
        'redeemed',
        'invitations without an inviter still work',
      );

      async function codeWithoutInviter(): Promise<string> {
        return (await invitations.manager.create()).code;
      }
    });
  }

  it('grants only what it may grant, also when the invitation is changed later', async () => {
    const fixture = await fixtureWith({
      may: (_, { data, max }) => data['role'] !== 'admin' && (max ?? Infinity) <= 5,
    });
    const inviter = fixture.ann.id;
    const { manager } = fixture.invitations;
    for (const input of [{ data: { role: 'admin' } }, { uses: 6 }, { uses: 'unlimited' as const }])
      await assert.rejects(manager.create({ ...input, inviter }), coded('ERR_ENROLLMENT_INVITER', 403));
    const { id, code } = await manager.create({ inviter, uses: 5, data: { role: 'guest' } });
    assert.equal((await fixture.ask(code)).ok, true);
    await manager.edit(id, { data: { role: 'admin' } });
    assert.equal((await fixture.ask(code)).ok, false);
  });

  it('whose rules fail admits no one', async () => {
    const fixture = await fixtureWith({ may: () => Promise.reject(new Error('the database is away')) });
    await assert.rejects(fixture.invitations.manager.create({ inviter: fixture.ann.id }), /the database is away/);
  });

  it('F18: whose rules never settle gets a 503 after two seconds, and admits no one', async () => {
    const silent = (): Promise<never> => new Promise(() => undefined);
    for (const rules of [{ may: silent }, { quota: silent }]) {
      const { invitations, ann } = await fixtureWith(rules);
      const made = invitations.manager.create({ inviter: ann.id });
      await assert.rejects(made, coded('ERR_ENROLLMENT_STORE_AWAY', 503));
    }
  });

  it('has its own quota if the rules say so', async () => {
    const fixture = await fixtureWith({
      quota: ({ username }) => (username === 'ann' ? { count: 1, days: 30 } : null),
    });
    await fixture.invitations.manager.create({ inviter: fixture.ann.id });
    await assert.rejects(
      fixture.invitations.manager.create({ inviter: fixture.ann.id }),
      coded('ERR_ENROLLMENT_QUOTA', 429),
    );
    assert.equal(await fixture.invitations.manager.allowance('nobody').then((it) => it?.of), 0);
  });
});

onBothStores('I95: the quota of an inviter', (open) => {
  const inviters = { may: async () => true, quota: async () => ({ count: 7, days: 30 }) };

  it('gives fifty concurrent requests exactly the quota, and counts nothing else', async () => {
    const { manager } = open({ inviters }).invitations;
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => manager.create({ inviter: 'ann' })));
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 7);
    for (const answer of answers)
      if (answer.status === 'rejected') assert.ok(coded('ERR_ENROLLMENT_QUOTA', 429)(answer.reason));
    assert.equal((await manager.list({ inviter: 'ann', limit: 100 })).items.length, 7);
    assert.equal((await manager.allowance('ann'))?.left, 0);
    assert.deepEqual(await manager.allowance('bob'), { left: 7, of: 7, renewsInSeconds: null });
  });

  it('is not used by mistakes, taken custom codes, or reading it', async () => {
    const { manager } = open({ inviters }).invitations;
    const customCode = { customCode: 'SPRING-2026', uses: 1, expires: '2027-01-01T00:00:00Z' };
    await manager.create(customCode);
    await assert.rejects(manager.create({ inviter: 'ann', uses: 0 }), coded('ERR_ENROLLMENT_INVITATION', 400));
    await assert.rejects(manager.create({ ...customCode, inviter: 'ann' }), coded('ERR_ENROLLMENT_CODE_TAKEN', 409));
    for (let times = 0; times < 9; times += 1) assert.equal((await manager.allowance('ann'))?.left, 7);
    await manager.create({ inviter: 'ann' });
    const allowance = await manager.allowance('ann');
    assert.equal(allowance?.left, 6);
    assert.ok((allowance.renewsInSeconds ?? 0) > 29 * 86_400);
  });
});

onBothStores('an inviter whose invitation cannot be mailed', (open) => {
  it('has as many left as before', async () => {
    const box = mailBox();
    const inviters = { may: async () => true, quota: async () => ({ count: 1, days: 30 }) };
    const { manager } = open({ queue: box, inviters }).invitations;
    for (let each = 0; each < 2; each += 1) {
      box.fail = new Error('the store is away');
      await assert.rejects(manager.send({ email: 'bob@example.com', inviter: '7' }), /away/);
    }
    assert.equal((await manager.send({ email: 'bob@example.com', inviter: '7' })).mail !== null, true);
  });
});
