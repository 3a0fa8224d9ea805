import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { inviteSignupFlow, waitlistFlow } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import type { Mail } from '../../lib/ports/mailer.js';
import { launchBrowser } from '../support/chromium.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { waitUntil } from '../support/wait-until.js';

const oneClick = 'List-Unsubscribe=One-Click';
const stopped = { code: 'ERR_ENROLLMENT_MAILS_STOPPED' };

describe('stopping invitations by email', () => {
  const mailer = memoryMailer();
  const events: string[] = [];
  let app: TestApp;
  before(async () => {
    app = await openTestApp({
      mailer,
      languages: ['en', 'de'],
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' }),
        waitlistFlow({ slug: 'waitlist' }),
      ],
      events: (event) => {
        if (event.type === 'mail.suppressed' || event.type === 'mail.allowed') events.push(`${event.type} ${event.by}`);
      },
    });
  });
  after(() => app.close());
  beforeEach(() => {
    mailer.clear();
    events.length = 0;
  });

  const mailTo = (email: string): Promise<Mail> =>
    waitUntil(
      () => mailer.mails.find(({ to }) => to === email),
      () => `no mail to ${email}`,
    );
  const pathIn = ({ unsubscribeUrl = '' }: Mail): string => {
    assert.ok(unsubscribeUrl.startsWith(`${app.url}/`), unsubscribeUrl);
    return unsubscribeUrl.slice(app.url.length);
  };
  /** As a mail provider's server does: no cookies, an origin of its own, no redirect. */
  const press = (path: string, headers: Record<string, string> = {}, body = oneClick): Promise<Response> =>
    fetch(app.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body,
    });
  async function invited(
    email: string,
  ): Promise<{ readonly id: string; readonly path: string; readonly url: string; readonly code: string }> {
    const { id, url, code } = await app.enrollment.invitations.send({ email });
    return { id, url, code, path: pathIn(await mailTo(email)) };
  }

  it('a POST from anywhere stops them at once; the invitation stays valid, and signing up allows them again', async () => {
    const { enrollment } = app;
    const { id, path, url, code } = await invited('ann@example.com');
    assert.ok(!/ann|example/.test(decodeURIComponent(path.slice(path.indexOf('?')))), path);
    const answer = await press(path, { Origin: 'https://mail.example', 'Sec-Fetch-Site': 'cross-site' });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.headers.getSetCookie(), []);
    assert.match(await answer.text(), /Invitations by email stopped[^]*a\*\*\*@example\.com/);
    assert.equal((await press(path)).status, 200);
    assert.deepEqual(events, ['mail.suppressed recipient']);

    const { invitations, mails } = enrollment;
    assert.equal((await mails.suppressed({ email: ' ANN@example.com' }))?.by, 'recipient');
    assert.equal(await mails.suppressed({ email: 'ann@example.com', tenant: 'other' }), null);
    for (const call of [
      () => invitations.send({ email: 'ann@example.com' }),
      () => invitations.resend(id),
      () => invitations.resend(id, { mode: 'rotate' }),
    ])
      await assert.rejects(call(), stopped);
    const rows = [{ email: 'ann@example.com' }, { email: 'bob@example.com' }];
    for (const settings of [{ preview: true, again: true }, { again: true }]) {
      const [first, second] = await invitations.sendMany(rows, settings);
      assert.deepEqual([first?.type, second?.type], ['refused', settings.preview === true ? 'fine' : 'sent']);
    }
    const explained = await invitations.explain('ann@example.com');
    assert.equal(explained?.address?.suppressed?.by, 'recipient');
    assert.equal((await invitations.get(id)).state, 'open');

    const visitor = new Visitor(app);
    await visitor.follow(await visitor.open(url.slice(app.url.length)));
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit({ username: 'ann', email: 'ann@example.com', password: 'a long enough password 7' });
    assert.equal((await invitations.get(id)).state, 'used_up');
    await waitUntil(
      async () => (await mails.suppressed({ email: 'ann@example.com' })) === null || undefined,
      () => 'signing up does not allow mails again',
    );
    assert.deepEqual(events.slice(1), ['mail.allowed sign_up']);
  });

  it('a GET shows a button that does it without JavaScript and without a cookie, and changes nothing', async () => {
    const { path } = await invited('cleo@example.com');
    for (const method of ['GET', 'HEAD', 'GET']) {
      const page = await fetch(app.url + path, { method });
      assert.equal(page.status, 200);
      assert.deepEqual(page.headers.getSetCookie(), []);
    }
    assert.equal(await app.enrollment.mails.suppressed({ email: 'cleo@example.com' }), null);
    const visitor = new Visitor(app);
    const shown = await visitor.open(path);
    assert.match(shown.text, /Stop invitations by email\?[^]*c\*\*\*@example\.com[^]*Stop these emails/);
    const action = /<form[^>]*action="([^"]+)"/.exec(shown.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const field = /name="List-Unsubscribe" value="One-Click"/.exec(shown.text);
    assert.ok(field !== null, shown.text);
    assert.equal((await press(action)).status, 200);
    assert.notEqual(await app.enrollment.mails.suppressed({ email: 'cleo@example.com' }), null);
    assert.match((await visitor.open(path)).text, /Invitations by email stopped/);
  });

  it('the mail itself links to the page, which can be read in another language; reading it stops nothing', async () => {
    const { path } = await invited('gail@example.com');
    const { text } = await mailTo('gail@example.com');
    assert.ok(text.includes(`\n${app.url}${path}\n`), text);
    const visitor = new Visitor(app);
    const shown = await visitor.open(path);
    const german = /href="([^"]+)"[^>]*lang="de"/.exec(shown.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    assert.equal(german, `${path}&locale=de`);
    const translated = await visitor.get((await visitor.get(german)).location);
    assert.match(translated.text, /Einladungen per E-Mail beenden\?[^]*g\*\*\*@example\.com/);
    assert.equal(await app.enrollment.mails.suppressed({ email: 'gail@example.com' }), null);
    assert.match(await (await press(path)).text(), /token=[^"]+locale=de/);
  });

  it('only with a token of its own; either encoding of the form will do', async () => {
    const { path } = await invited('dora@example.com');
    const [address = '', token = ''] = path.split('token=');
    const { text } = await mailTo('dora@example.com');
    const other = /mail=([\w-]+)/.exec(text)?.[1] ?? assert.fail(text);
    for (const wrong of ['', other, `${token}x`, token.slice(0, -4), 'a'.repeat(5000)]) {
      assert.equal((await press(`${address}token=${wrong}`)).status, 404, wrong);
      assert.equal((await fetch(`${app.url}${address}token=${wrong}`)).status, 404, wrong);
    }
    assert.equal((await fetch(app.url + path, { method: 'DELETE' })).status, 405);
    assert.equal(await app.enrollment.mails.suppressed({ email: 'dora@example.com' }), null);
    const boundary = 'multipart/form-data; boundary=b';
    const parts = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n';
    assert.equal((await press(path, { 'Content-Type': boundary }, parts)).status, 200);
    assert.notEqual(await app.enrollment.mails.suppressed({ email: 'dora@example.com' }), null);
  });

  it('its token reaches no other page in a Referer, not even of the app', async () => {
    const { path } = await invited('fay@example.com');
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const referers: (readonly [string, string])[] = [];
      page.on('request', (request) =>
        referers.push([new URL(request.url()).pathname, request.headers()['referer'] ?? '']),
      );
      await page.goto(app.url + path);
      await page.getByRole('button', { name: 'Stop these emails' }).click();
      await page.getByText('Invitations by email stopped').waitFor();
      await page.locator('main a', { hasText: 'home' }).click();
      await page.waitForURL(`${app.url}/`);
      assert.ok(
        referers.some(([pathname]) => pathname === '/'),
        JSON.stringify(referers),
      );
      assert.deepEqual(
        referers.filter(([, referer]) => referer !== '' && referer !== `${app.url}/`),
        [],
      );
    } finally {
      await browser.close();
    }
  });

  it('the waitlist skips the letter, and joining it again allows mails; the app and an erasure lift it, too', async () => {
    const { waitlist, mails, invitations } = app.enrollment;
    await waitlist.ask({ email: 'eve@example.com' });
    assert.equal(await mails.suppress({ email: 'eve@example.com' }), true);
    assert.equal(await mails.suppress({ email: 'eve@example.com' }), false);
    const skipped = await waitlist.approve({ emails: ['eve@example.com'] });
    assert.deepEqual([skipped.rows[0]?.outcome, skipped.rows[0]?.state], ['failed', 'waiting']);
    assert.match(skipped.rows[0]?.error ?? '', /gets no more invitations by email/);
    await waitlist.ask({ email: 'eve@example.com' });
    assert.equal((await waitlist.approve({ emails: ['eve@example.com'] })).rows[0]?.outcome, 'approved');
    const letter = await mailTo('eve@example.com');
    assert.equal(letter.kind, 'waitlist_approved');
    assert.equal((await press(pathIn(letter))).status, 200);
    assert.equal(await mails.allow({ email: 'eve@example.com' }), true);
    assert.equal(await mails.allow({ email: 'eve@example.com' }), false);
    assert.deepEqual(events, [
      'mail.suppressed app',
      'mail.allowed waitlist',
      'mail.suppressed recipient',
      'mail.allowed app',
    ]);
    for (const tenant of [null, 'acme']) await mails.suppress({ email: 'finn@example.com', tenant });
    await invitations.forTenant('acme').erase({ email: 'finn@example.com' });
    assert.equal(await mails.suppressed({ email: 'finn@example.com', tenant: 'acme' }), null);
    assert.notEqual(await mails.suppressed({ email: 'finn@example.com' }), null);
    await invitations.erase({ email: 'finn@example.com' });
    assert.equal(await mails.suppressed({ email: 'finn@example.com' }), null);
  });
});
