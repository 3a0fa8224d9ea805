import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { confirmEmailFlow, recoveryFlow, setPasswordFlow, waitlistFlow } from '../../lib/flows.js';
import { inviteSignupFlow, signInFlow } from '../../lib/index.js';
import type { MailKind } from '../../lib/ports/mailer.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { viewFolder } from '../support/pages/view-folder.js';
import { waitUntil } from '../support/wait-until.js';

const signup = inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], verifyEmail: true });
const signIn = signInFlow({ slug: 'sign-in' });
const recovery = recoveryFlow({ slug: 'recovery', secondFactor: false, expiresInSeconds: 600 });

/** Without addresses of pages, codes and days, which a sample has of its own. */
const sentences = (text: string): string =>
  text
    .replaceAll(/https?:\/\/\S+/g, '…')
    .replaceAll(/^ {4}[0-9A-Z-]+$/gm, '…')
    .replaceAll(/until [^\n]+?\.$/gm, 'until …');

describe('a preview of a mail', () => {
  let app: TestApp;
  afterEach(() => app.close());

  async function assertTrue(
    kind: MailKind,
    options: TestAppOptions,
    cause: () => Promise<unknown>,
    to = 'bob@example.com',
  ): Promise<void> {
    const mailer = memoryMailer();
    app = await openTestApp({ mailer, flows: [signup, signIn], ...options });
    await cause();
    const sent = await waitUntil(
      () => mailer.mails.find((mail) => mail.kind === kind),
      () => `no mail ${kind} was sent`,
    );
    assert.equal(sent.to, to);
    const drawn = app.enrollment.mails.preview(kind);
    assert.equal(drawn.subject, sent.subject);
    assert.equal(sentences(drawn.text), sentences(sent.text));
  }
  const invite = async (inviter?: string): Promise<unknown> =>
    app.enrollment.invitations.send({ email: 'bob@example.com', ...(inviter === undefined ? {} : { inviter }) });

  it('says of invitations what the settings for fresh links, names and stopping say', async () => {
    const settings: readonly TestAppOptions[] = [
      {},
      { emailInvitations: { freshLinks: false } },
      { emailInvitations: { unsubscribe: false } },
      { flows: [signIn], signupUrl: 'https://app.example/signup' },
    ];
    for (const options of settings) {
      await assertTrue('invitation', options, () => invite());
      await app.close();
    }
    await assertTrue('invitation', { inviters: { displayName: () => 'Ann Example' } }, async () => {
      const inviter = await member(app, 'boss');
      await invite(inviter.id);
    });
    await app.close();
    const flows = [waitlistFlow({ slug: 'waitlist' }), signup];
    await assertTrue('waitlist_approved', { flows, emailInvitations: { freshLinks: false } }, async () => {
      await app.enrollment.waitlist.ask({ email: 'bob@example.com' });
      await app.enrollment.waitlist.approve({ first: 1 });
    });
  });

  it('says of codes for how long they work, and of tickets what their mail says', async () => {
    const flows = [signIn, recovery, setPasswordFlow({ slug: 'set-password' }), confirmEmailFlow({ slug: 'confirm' })];
    await assertTrue('recovery', { flows }, async () => {
      await member(app, 'bob');
      const visitor = new Visitor(app);
      await visitor.open('/if/flow/recovery/');
      await visitor.submit({ uid_field: 'bob' });
    });
    await app.close();
    for (const [purpose, kind] of [
      ['invite', 'ticket_invite'],
      ['recovery', 'ticket_recovery'],
      ['verify-email', 'ticket_verify_email'],
      ['change-email', 'ticket_change_email'],
    ] as const) {
      await assertTrue(kind, { flows }, async () => {
        const { id } = await member(app, purpose === 'change-email' ? 'ann' : 'bob');
        const [boss, newEmail] = [await member(app, 'boss'), 'bob@example.com'];
        await app.users.update?.(boss, { name: 'Ann Example' });
        const settings = purpose === 'change-email' ? { purpose, newEmail } : { purpose };
        await app.enrollment.tickets.create({ user: id }, { ...settings, delivery: 'kit', inviter: boss.id });
      });
      await app.close();
    }
  });

  it('is drawn from the templates of the flow that sends it', async () => {
    const views = viewFolder({
      'flows/invite/mail/text/invitation.ejs': 'Of this flow\n',
      'flows/invite/mail/text/ticket_invite.ejs': 'Of this flow\n',
    });
    await assertTrue('invitation', { views }, () => invite());
    assert.match(app.enrollment.mails.preview('invitation').text, /^Of this flow/);
    assert.doesNotMatch(app.enrollment.mails.preview('ticket_invite').text, /^Of this flow/);
  });
});
