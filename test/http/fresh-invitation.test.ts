import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { inviteSignupFlow } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { mailsSettled } from '../support/mail/mails-settled.js';
import { waitUntil } from '../support/wait-until.js';

const fresh = { enrollment_fresh: 'asked' };
const button = /name="enrollment_fresh"[^>]*>Send a fresh link</;

describe('the page of an expired mailed invitation', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  before(async () => {
    app = await openTestApp({
      mailer,
      flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' })],
    });
  });
  after(() => app.close());
  beforeEach(() => {
    mailer.clear();
  });

  async function mailedLink(to: string, howMany: number): Promise<string> {
    const { text } = await waitUntil(
      () => mailer.mails.filter((mail) => mail.to === to)[howMany - 1],
      () => 'the mail was not sent',
    );
    return /(\/if\/flow\/invite\/\?\S+mail=[\w-]+)/.exec(text)?.[1] ?? assert.fail(text);
  }

  it('sends a fresh link to the mailbox of the old one by a button, which signs up', async () => {
    await app.enrollment.invitations.send({ email: 'ann@example.com', expires: '1d' });
    const link = await mailedLink('ann@example.com', 1);
    const early = await new Visitor(app).open(link);
    assert.doesNotMatch(early.text, button);
    app.clock.advance(86_400_000);

    const visitor = new Visitor(app);
    assert.match((await visitor.open(link)).text, button);
    assert.match(visitor.page.text, /<h1[^>]*>\s*This link has expired[^]*Links work for a limited time/);
    // Opening it, any number of times, sends nothing.
    await visitor.open(app.page);
    await visitor.client.get(`${app.page}?enrollment_fresh=asked`);
    await visitor.follow(await visitor.submit({ ...fresh, to: 'eve@example.com', email: 'eve@example.com' }));
    assert.match(visitor.page.text, /If we can send a fresh link, it’s on its way to the original mailbox/);
    assert.doesNotMatch(visitor.page.text, button);
    const renewed = await mailedLink('ann@example.com', 2);
    assert.ok(mailer.mails.every(({ to }) => to === 'ann@example.com'));
    assert.notEqual(renewed, link);

    const other = new Visitor(app);
    await other.open(link);
    assert.match(other.page.text, /Use the link in the latest email/);
    const code = new URL(renewed, app.url).searchParams.get('invite') ?? '';
    // The page of the old link still takes a code.
    await other.follow(await other.submit({ invite_code: code }));
    await other.submit({ username: 'ann', email: 'ann@example.com', password: 'a long enough passphrase' });
    assert.equal(app.members.length, 1);
  });

  it('sends one link for two clicks on its button, and another one for a press a minute later', async () => {
    await app.enrollment.invitations.send({ email: 'clicks@example.com', expires: '1d' });
    const expired = await mailedLink('clicks@example.com', 1);
    app.clock.advance(86_400_000);
    await app.enrollment.invitations.send({ email: 'again@example.com' });
    const superseded = await mailedLink('again@example.com', 1);
    await app.enrollment.invitations.send({ email: 'again@example.com' });
    await mailedLink('again@example.com', 2);
    for (const [link, to, before] of [
      [expired, 'clicks@example.com', 1],
      [superseded, 'again@example.com', 2],
    ] as const) {
      const visitor = new Visitor(app);
      await visitor.open(link);
      await Promise.all([visitor.submit(fresh), visitor.submit(fresh)]);
      await mailedLink(to, before + 1);
      await mailsSettled(app);
      assert.equal(mailer.mails.filter((mail) => mail.to === to).length, before + 1);
      app.clock.advance(60_000);
      await visitor.submit(fresh);
      await mailedLink(to, before + 2);
    }
  });

  it('of a link that ended because another one was sent says so, and sends that mail again', async () => {
    const { id } = await app.enrollment.invitations.send({ email: 'twice@example.com' });
    const first = await mailedLink('twice@example.com', 1);
    const newer = await app.enrollment.invitations.send({ email: 'twice@example.com' });
    const link = await mailedLink('twice@example.com', 2);
    assert.equal((await app.enrollment.invitations.get(id))?.state, 'revoked');
    const visitor = new Visitor(app);
    assert.match((await visitor.open(first)).text, /There’s a newer link[^]*Use the link in the latest email/);
    assert.match(visitor.page.text, button);
    await visitor.follow(await visitor.submit(fresh));
    assert.equal(await mailedLink('twice@example.com', 3), link);
    await app.enrollment.invitations.revoke(newer.id);
    const { text } = await new Visitor(app).open(first);
    assert.match(text, /This link was withdrawn/);
    assert.doesNotMatch(text, button);
  });

  it('has no button for a revoked one and for a copied link, and answers alike without sending', async () => {
    const { id, url } = await app.enrollment.invitations.send({ email: 'bob@example.com', expires: '1d' });
    const link = await mailedLink('bob@example.com', 1);
    const copied = url.slice(app.url.length);
    app.clock.advance(86_400_000);
    const answers = new Set<string>();
    const older = new Visitor(app);
    await older.open(link);
    const ask = async (path: string, visitor = new Visitor(app)): Promise<void> => {
      if (visitor !== older) assert.doesNotMatch((await visitor.open(path)).text, button, path);
      const answer = await visitor.submit(fresh);
      const { text } = await visitor.follow(answer);
      answers.add(`${String(answer.status)} ${answer.location} ${/If we can send[^<]*/.exec(text)?.[0] ?? ''}`);
    };
    await ask(copied);
    await app.enrollment.invitations.revoke(id);
    // Its page was open before.
    await ask(link, older);
    assert.doesNotMatch((await new Visitor(app).open(link)).text, button);
    assert.equal(answers.size, 1, [...answers].join('\n'));
    const without = new Visitor(app);
    await without.open(app.page);
    assert.doesNotMatch(without.page.text, button);
    assert.match((await without.submit(fresh)).text, /This page has expired/);
    assert.equal(mailer.mails.length, 1);
  });

  it('asked from another site, or without the signature of its page, sends nothing', async () => {
    await app.enrollment.invitations.send({ email: 'cat@example.com', expires: '1d' });
    const link = await mailedLink('cat@example.com', 1);
    app.clock.advance(86_400_000);
    const visitor = new Visitor(app);
    await visitor.open(link);
    const { status } = await visitor.submit({ ...fresh, enrollment_step: 'forged' });
    assert.equal(status, 403);
    assert.equal(mailer.mails.length, 1);
  });
});
