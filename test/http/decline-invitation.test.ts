import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { inviteSignupFlow, signInFlow } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { waitUntil } from '../support/wait-until.js';

const declined = { enrollment_decline: 'confirmed' };
const button = /name="enrollment_decline"[^>]*>Decline the invitation</;

describe('declining a mailed invitation', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  let slow: (() => Promise<void>) | null = null;
  before(async () => {
    const plain = await openTestApp();
    const { users, redemptions } = plain;
    await plain.close();
    app = await openTestApp({
      mailer,
      redemptions,
      users: {
        ...users,
        async create(account, redemption) {
          await slow?.();
          return users.create(account, redemption);
        },
      },
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
      ],
    });
  });
  after(() => app.close());
  beforeEach(() => {
    mailer.clear();
  });

  async function invite(
    email: string,
  ): Promise<{ readonly id: string; readonly link: string; readonly copied: string }> {
    const { id, url } = await app.enrollment.invitations.send({ email });
    const { text } = await waitUntil(
      () => mailer.mails.find(({ to }) => to === email),
      () => 'the mail was not sent',
    );
    const link = /(\/if\/flow\/invite\/\?\S+mail=[\w-]+)/.exec(text)?.[1] ?? assert.fail(text);
    return { id, link, copied: url.slice(app.url.length) };
  }
  const stateOf = async (id: string): Promise<string> => (await app.enrollment.invitations.get(id)).state;

  it('ends it by a button of its page, says so there and later, and the address can be invited again', async () => {
    const { id, link } = await invite('ann@example.com');
    const visitor = new Visitor(app);
    assert.match((await visitor.open(link)).text, button);
    // Scanners open links, and everything that they find in them.
    await visitor.client.get(`${app.page}?enrollment_decline=confirmed`);
    assert.equal(await stateOf(id), 'open');
    await visitor.open(app.page);
    const { text } = await visitor.follow(await visitor.submit(declined));
    assert.equal(await stateOf(id), 'declined');
    assert.match(text, /<h1[^>]*>\s*You declined this invitation[^]*Changed your mind\?/);
    assert.doesNotMatch(text, button);
    // The code would be refused.
    assert.doesNotMatch(text, /name="invite_code"/);

    const later = new Visitor(app);
    assert.match((await later.open(link)).text, /<h1[^>]*>\s*You declined this invitation/);
    const { invitations } = app.enrollment;
    const { ledger, list } = {
      ledger: await invitations.ledger(id),
      list: await invitations.list({ state: 'declined' }),
    };
    assert.deepEqual(
      ledger.map(({ kind }) => kind),
      ['issued', 'mailed', 'declined'],
    );
    assert.deepEqual(
      list.items.map((one) => one.id),
      [id],
    );
    assert.equal((await invitations.explain('ann@example.com'))?.cause, 'declined');
    await assert.rejects(invitations.resend(id), /it was declined/);

    mailer.clear();
    const again = await invite('ann@example.com');
    assert.deepEqual([await stateOf(id), await stateOf(again.id)], ['declined', 'open']);
    assert.equal((await invitations.explain('ann@example.com'))?.cause, 'open');
  });

  it('needs the secret of the mail: a copied link and a typed code have no button, and end nothing', async () => {
    const { id, link, copied } = await invite('bob@example.com');
    for (const path of [copied, app.page, link.replace(/mail=[\w-]+/, 'mail=AAAAAAAAAAAAAAAAAAAAAA')]) {
      const visitor = new Visitor(app);
      await visitor.open(path);
      assert.doesNotMatch(visitor.page.text, button, path);
      await visitor.submit(declined);
      assert.equal(await stateOf(id), 'open', path);
    }
  });

  it('its code is refused in plain words; restored, it is open again', async () => {
    const { id, link } = await invite('cid@example.com');
    const code = new URL(link, app.url).searchParams.get('invite') ?? '';
    const visitor = new Visitor(app);
    await visitor.open(link);
    await visitor.submit(declined);
    const other = new Visitor(app);
    await other.open(app.page);
    assert.match((await other.submit({ invite_code: code })).text, /This invitation was declined/);
    assert.equal((await app.enrollment.invitations.restore(id)).state, 'open');

    const late = new Visitor(app);
    await late.open(app.page);
    await late.follow(await late.submit({ invite_code: code }));
    await visitor.open(link);
    await visitor.open(app.page);
    await visitor.submit(declined);
    assert.equal(await stateOf(id), 'declined');
    const account = { username: 'cid', email: 'cid@example.com', password: 'a long enough password 7' };
    assert.match((await late.submit(account)).text, /This invitation was declined/);
    await app.enrollment.invitations.restore(id);
    assert.equal((await app.enrollment.invitations.get(id)).declinedAt, null);
  });

  const noForm = /name="(?:invite_code|enrollment_decline)"/;
  const used = /<h1[^>]*>\s*This link was already used[^]*If that was you, sign in/;
  const withdrawn = /<h1[^>]*>\s*This link was withdrawn[^]*ask whoever sent it to you/;

  it('of an invitation that was used says so: when it is opened, and where Decline is pressed in an older page', async () => {
    const { id, link, copied } = await invite('dan@example.com');
    const [older, visitor] = [new Visitor(app), new Visitor(app)];
    await older.open(link);
    await visitor.open(link);
    const code = new URL(link, app.url).searchParams.get('invite') ?? '';
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit({ username: 'dan', email: 'dan@example.com', password: 'a long enough password 7' });
    assert.equal(await stateOf(id), 'used_up');

    const { text } = await older.follow(await older.submit(declined));
    assert.match(text, used);
    assert.doesNotMatch(text, noForm);
    assert.match(text, /enrollment-button[^>]*>[^<]*Sign in/);
    assert.match((await new Visitor(app).open(link)).text, used);
    app.clock.advance(8 * 86_400_000);
    assert.match((await new Visitor(app).open(link)).text, used, 'also later');
    assert.equal(await stateOf(id), 'expired');
    for (const path of [copied, link.replace(/mail=[\w-]+/, 'mail=AAAAAAAAAAAAAAAAAAAAAA')])
      assert.match((await new Visitor(app).open(path)).text, /name="invite_code"/, 'the code alone tells nothing');
  });

  it('of an invitation that was withdrawn, or is for another address now, says so; one with a newer link says that', async () => {
    const { invitations } = app.enrollment;
    const [revoked, moved, reissued] = [
      await invite('eve@example.com'),
      await invite('fay@example.com'),
      await invite('gus@example.com'),
    ];
    await invitations.revoke(revoked.id);
    const next = await invitations.reissue(moved.id);
    await invitations.edit(next.id, { email: 'fay@example.org' });
    await invitations.reissue(reissued.id);
    for (const { link, copied } of [revoked, moved]) {
      const { text } = await new Visitor(app).open(link);
      assert.match(text, withdrawn);
      assert.doesNotMatch(text, noForm);
      assert.match((await new Visitor(app).open(copied)).text, /name="invite_code"/);
    }
    assert.match((await new Visitor(app).open(reissued.link)).text, /There’s a newer link/);
  });

  it('declines nothing while an account is being written, nor once it exists', async () => {
    const { id, link } = await invite('hal@example.com');
    const [older, visitor] = [new Visitor(app), new Visitor(app)];
    await older.open(link);
    await visitor.open(link);
    const code = new URL(link, app.url).searchParams.get('invite') ?? '';
    await visitor.follow(await visitor.submit({ invite_code: code }));
    let [begin, end] = [(): void => undefined, (): void => undefined];
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const ended = new Promise<void>((resolve) => (end = resolve));
    slow = () => {
      begin();
      return ended;
    };
    const account = { username: 'hal', email: 'hal@example.com', password: 'a long enough password 7' };
    const signsUp = visitor.submit(account);
    await begun;
    slow = null;
    const { text } = await older.follow(await older.submit(declined));
    assert.match(text, /being used right now/);
    assert.notEqual(await stateOf(id), 'declined');
    end();
    assert.equal((await signsUp).status, 303);
    await older.open(app.page);
    assert.equal(await stateOf(id), 'used_up');
  });
});
