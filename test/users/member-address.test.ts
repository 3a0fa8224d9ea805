import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createEnrollment, inviteSignupFlow, memoryUsers, sessionLogin } from '../../lib/index.js';
import type { MemoryUser } from '../../lib/stores/memory/user-store.js';
import type { UserProfile, UserStore } from '../../lib/ports/user-store.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { waitUntil } from '../support/wait-until.js';

const email = 'ann@example.com';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Kind {
  readonly what: string;
  readonly isMember: boolean;
  /** The account's, as the store reports it. */
  readonly profile: Pick<UserProfile, 'emailVerified'> & Partial<UserProfile>;
  readonly changes?: boolean;
}

const kinds: readonly Kind[] = [
  { what: 'that was only typed', isMember: false, profile: { emailVerified: null } },
  { what: 'that is known as not proved', isMember: false, profile: { emailVerified: false } },
  { what: 'that was proved', isMember: true, profile: { emailVerified: true } },
  { what: 'whose proof the app does not report', isMember: true, profile: {} },
  { what: 'of an inactive account, only typed', isMember: true, profile: { emailVerified: null, active: false } },
  { what: 'only typed, of a store without update', isMember: true, profile: { emailVerified: null }, changes: false },
];

describe('an address that an account has', () => {
  for (const kind of kinds)
    it(`${kind.what} ${kind.isMember ? 'is a member’s' : 'keeps its owner from no invitation'}`, async () => {
      const { enrollment, mailer } = await openApp(kind);
      const { invitations, waitlist } = enrollment;
      await waitlist.ask({ email });
      assert.equal(await waitlist.reconcile(), kind.isMember ? 1 : 0);
      const approved = await waitlist.approve({ first: 1 });
      if (!kind.isMember) {
        assert.deepEqual([approved.approved, approved.already], [1, 0]);
        await waitUntil(
          () => mailer.mails.at(0),
          () => 'no letter',
        );
      }
      assert.equal((await waitlist.count()).joined, kind.isMember ? 1 : 0);
      const rows = [{ email }, { email: 'bob@example.com' }];
      const report = await invitations.sendMany(rows);
      assert.deepEqual(
        report.map(({ type }) => type),
        [kind.isMember ? 'member' : 'invited', 'sent'],
      );
      const sent = invitations.send({ email });
      if (kind.isMember) await assert.rejects(sent, { code: 'ERR_ENROLLMENT_MEMBER' });
      else assert.ok((await sent).mail);
      const { address } = await invitations.explain(email).then((found) => found ?? assert.fail('explained'));
      assert.equal(address?.isMember, kind.isMember);
      await enrollment.close();
    });
});

async function openApp({ profile, changes = true }: Kind) {
  const store = memoryUsers();
  const toProfile = (user: MemoryUser): UserProfile => {
    const { emailVerified: _emailVerified, ...rest } = store.users.toProfile(user);
    return { ...rest, ...profile };
  };
  const { update, ...fixed } = store.users;
  const users: UserStore<MemoryUser> = { ...fixed, ...(changes ? { update } : {}), toProfile };
  await store.users.create(sampleAccount({ email }), sampleRedemption());
  const mailer = memoryMailer();
  const enrollment = createEnrollment({
    ...{ baseUrl: 'http://127.0.0.1:1', secret: 'Wz7ePx0rTqkL4mVbN2cYhDfJ8sGaU5iQ', production: false },
    ...{ users, redemptions: store.redemptions, login: sessionLogin(), mailer, logger: silent },
    flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
  });
  return { enrollment, mailer };
}
