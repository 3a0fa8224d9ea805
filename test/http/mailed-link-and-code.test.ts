import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { accountSettings, confirmEmailFlow, recoveryFlow, setPasswordFlow } from '../../lib/flows.js';
import { inviteSignupFlow, signInFlow, type MemoryUser } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { accountOf, password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

interface Way {
  /** Leaves the visitor at the page that asks for the code of the mail; returns where the mail went. */
  readonly ask: (visitor: Visitor, user: MemoryUser) => Promise<string>;
  /** What the proof is good for. */
  readonly holds: (visitor: Visitor, user: MemoryUser, address: string) => Promise<boolean>;
}

describe('the mail of a flow that a person begins', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  let count = 0;
  before(async () => {
    app = await openTestApp({
      mailer,
      flows: [
        inviteSignupFlow({
          slug: 'invite',
          fields: ['username', 'email', 'password'],
          repeat: true,
          verifyEmail: true,
          target: '/welcome',
        }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        signInFlow({ slug: 'strict', target: '/inside', verifyEmail: true }),
        recoveryFlow({ slug: 'recovery' }),
        setPasswordFlow({ slug: 'set-password' }),
        confirmEmailFlow({ slug: 'confirm' }),
        ...accountSettings({ fields: ['email'], leave: false }),
      ],
    });
    await app.enrollment.ready();
  });
  after(() => app.close());

  const now = async ({ id }: MemoryUser): Promise<MemoryUser | null> => app.users.findById(id);
  const ways: Readonly<Record<string, Way>> = {
    recoveryFlow: {
      async ask(visitor, { email }) {
        await visitor.open('/if/flow/recovery/');
        await visitor.follow(await visitor.submit({ uid_field: email ?? '' }));
        return email ?? '';
      },
      holds: async (visitor) => visitor.form.controls.some(({ name }) => name === 'password'),
    },
    'verifyEmailFlow, as the page account-email': {
      async ask(visitor, { username, email }) {
        await signIn(visitor, username ?? '');
        await visitor.open('/if/flow/account-email/');
        await visitor.follow(await visitor.submit({}));
        return email ?? '';
      },
      holds: async (_visitor, user) => (await now(user))?.emailVerified === true,
    },
    'profileFlow, as the page account-profile': {
      async ask(visitor, { username }) {
        const address = `new-of-${username ?? ''}@example.com`;
        await signIn(visitor, username ?? '');
        await visitor.open('/if/flow/account-profile/');
        await visitor.follow(await visitor.submit({ email: address }));
        return address;
      },
      holds: async (_visitor, user, address) => (await now(user))?.email === address,
    },
    'signInFlow({ verifyEmail: true })': {
      async ask(visitor, { username, email }) {
        await visitor.open('/if/flow/strict/');
        await visitor.follow(await visitor.submit({ uid_field: username ?? '', password }));
        return email ?? '';
      },
      holds: async (visitor, { username }) => (await visitor.me()) === username,
    },
    'inviteSignupFlow({ verifyEmail: true })': {
      async ask(visitor, { username }) {
        const { code } = await app.enrollment.invitations.create({ uses: 1 });
        const address = `signup-${username ?? ''}@example.com`;
        await visitor.enterCode(code);
        await visitor.follow(await visitor.submit({ ...accountOf(`signup-${username ?? ''}`), email: address }));
        return address;
      },
      holds: async (visitor, { username }) => (await visitor.me()) === `signup-${username ?? ''}`,
    },
  };

  for (const [flow, { ask, holds }] of Object.entries(ways))
    for (const by of ['link', 'code'] as const)
      it(`has a link and a code to type, and the ${by} is enough: ${flow}`, async () => {
        const user = await member(app, `ann-${(count += 1)}`);
        const visitor = new Visitor(app);
        const address = await ask(visitor, user);
        const mail = await mailer.next(address);
        const [link, code] = [mailer.linkIn(mail), mailer.codeIn(mail)];
        assert.ok(link !== null && code !== null, mail.text);
        assert.ok(mail.html?.includes(code) && mail.html.includes(link.split('?')[0] ?? link), mail.html);
        assert.equal(await holds(visitor, user, address), false);
        if (by === 'link') await visitor.open(link.slice(app.url.length));
        const answer = await visitor.submit(by === 'link' ? {} : { code });
        assert.equal(answer.status, 303, answer.text);
        if (answer.location.startsWith('/if/flow/')) await visitor.follow(answer);
        assert.equal(await holds(visitor, user, address), true);
      });

  for (const purpose of ['invite', 'recovery', 'verify-email', 'change-email'] as const)
    it(`a ticket has a link alone: ${purpose}`, async () => {
      const { id, email } = await member(app, `ann-${(count += 1)}`);
      const newEmail = purpose === 'change-email' ? `new-${email ?? ''}` : undefined;
      await app.enrollment.tickets.create({ user: id }, { purpose, delivery: 'kit', newEmail });
      const mail = await mailer.next(newEmail ?? email ?? '');
      assert.match(mailer.linkIn(mail) ?? '', /-\/ticket\?ticket=[\w.-]{55}&mail=[\w-]{22}$/);
      assert.equal(mailer.codeIn(mail), null, mail.text);
    });
});
