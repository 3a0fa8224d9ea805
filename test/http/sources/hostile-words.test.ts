import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { inviteSignupFlow, noAccessYetFlow } from '../../../lib/index.js';
import { accountOf } from '../../support/account.js';
import { startHostileProvider, type Claims, type HostileProvider } from '../../support/hostile-provider.js';
import type { TestAppOptions } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { assertPlainFailure, openHostileApp, type HostileApp } from '../../support/sources/hostile-app.js';

const markup = `"><img src=x onerror=alert(1)>'<script>alert(2)</script>`;
const escaped = '&#34;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&lt;script&gt;alert(2)&lt;/script&gt;';

function assertNoMarkup(page: RawAnswer): void {
  assert.doesNotMatch(page.text, /<img src=x|<script(?! type="module" src="[^"]*\/assets\/)|<b>|"><|javascript:/i);
}

describe('a provider that sends HTML', () => {
  let provider: HostileProvider;
  let testApp: HostileApp;
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(async () => {
    provider.reset();
    await testApp.close();
  });

  async function open(person: Claims, options: TestAppOptions = {}, terms = {}): Promise<Visitor> {
    provider.person = { sub: 'ann', ...person };
    testApp = await openHostileApp(provider, options, terms);
    return new Visitor(testApp);
  }

  it('as its error: the page shows none of it, and the log one line', async () => {
    const visitor = await open({});
    const errors = [
      ['login_required', 'provider.error'],
      [markup, 'provider.error'],
      ['access_denied', 'provider.denied'],
      ['server_error', 'provider.away'],
    ] as const;
    for (const [error, reason] of errors) {
      provider.mischief = {
        callback(query) {
          query.set('error', error);
          query.set('error_description', `${markup}\r\nforged: line\u202e`);
          query.set('error_uri', 'javascript:alert(3)');
        },
      };
      const page = await testApp.by(visitor);
      assertPlainFailure(testApp, page, reason);
      assertNoMarkup(page);
      assert.doesNotMatch(page.text, /alert|onerror|forged|_required|access_denied/);
    }
  });

  it('as a state, a held response or a parameter name: none of it is reflected', async () => {
    const visitor = await open({});
    const customCode = encodeURIComponent(markup);
    for (const query of [
      `state=${customCode}&code=${customCode}`,
      `held=${customCode}`,
      `${customCode}=1&${customCode}=2`,
      `state=%ff%00&code=a`,
    ]) {
      const page = await visitor.client.get(`/source/acme/callback?${query}`);
      assert.equal(page.status, 403);
      assertNoMarkup(page);
      assert.doesNotMatch(page.text, /alert/);
    }
  });

  it('as a name: it is shown as text at the gate', async () => {
    const visitor = await open({ name: markup, preferred_username: markup, email: `${markup}@example.com` });
    const page = await visitor.get((await testApp.by(visitor)).location);
    assertNoMarkup(page);
    assert.ok(page.text.includes(escaped), page.text);
    const refused = await visitor.submit({ invite_code: markup });
    assert.equal(refused.status, 422);
    assertNoMarkup(refused);
    // The username was invalid, and an invalid address does not fill a field either.
    const { code } = await testApp.enrollment.invitations.create();
    const asked = await visitor.follow(await visitor.submit({ invite_code: code }));
    assertNoMarkup(asked);
    assert.ok(asked.text.includes(escaped), 'who was recognized is said there, too');
    assert.deepEqual(
      visitor.form.controls.filter(({ name }) => name === 'username').map(({ value }) => value),
      [''],
    );
  });

  it('as an address that is valid', async () => {
    const email = `o'neil&co@example.com`;
    const visitor = await open({ email, email_verified: true, groups: [markup], picture: markup });
    const page = await visitor.get((await testApp.by(visitor)).location);
    assertNoMarkup(page);
    assert.ok(page.text.includes('o&#39;neil&amp;co@example.com'), page.text);
  });

  it('as a name that looks like a placeholder of our own sentences', async () => {
    const visitor = await open({ name: '{source} {who} $& %s <%= 7 %>' });
    const page = await visitor.get((await testApp.by(visitor)).location);
    assert.ok(page.text.includes('{source} {who} $&amp; %s &lt;%= 7 %&gt;'), page.text);
  });

  it('as the initial value of a field, in an active flow', async () => {
    const flow = inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'name', 'password'] });
    const visitor = await open({ name: markup, preferred_username: 'ann' }, { flows: [flow] });
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.enterCode(code);
    await visitor.follow(await testApp.by(visitor, '/if/flow/invite/source/acme/'));
    const page = await visitor.open();
    assertNoMarkup(page);
    assert.equal(visitor.form.controls.find(({ name }) => name === 'name')?.value, markup);
    assert.ok(page.text.includes(`value="${escaped}"`), page.text);
  });

  it('as a proposed field value: it is escaped in every response', async () => {
    const flow = noAccessYetFlow({ fields: ['username', 'email', 'name'] });
    const visitor = await open({ name: markup }, { flows: [flow] });
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.get((await testApp.by(visitor)).location);
    assertNoMarkup(await visitor.follow(await visitor.submit({ invite_code: code })));
    const again = await visitor.submit({ username: markup });
    assert.equal(again.status, 422);
    assertNoMarkup(again);
    assertNoMarkup(await visitor.follow(await visitor.submit({ username: 'ann' })));
    await visitor.follow(await visitor.submit({ email: 'ann@example.com' }));
    assert.equal(await visitor.me(), 'ann');
  });

  it('as the source’s name on its buttons', async () => {
    const visitor = await open({}, {}, { name: `Acme ${markup}`, icon: markup });
    const page = await visitor.open();
    assertNoMarkup(page);
    assert.ok(page.text.includes(`Acme ${escaped}`), page.text);
    assert.ok(page.text.includes(`src="${escaped}"`), page.text);
  });

  it('on the connect page', async () => {
    const person = { name: markup, email: 'ann@example.com', email_verified: true };
    const visitor = await open(person, {}, { matching: 'email_link', name: `Acme ${markup}` });
    const { code } = await testApp.enrollment.invitations.create();
    const local = new Visitor(testApp);
    await local.enterCode(code);
    await local.submit(accountOf('ann'));
    const back = await testApp.by(visitor);
    assert.equal(back.location, '/if/flow/connect-account/');
    const page = await visitor.get(back.location);
    assertNoMarkup(page);
    assert.ok(page.text.includes(escaped), page.text);
    const wrong = await visitor.submit({ password: markup });
    assert.equal(wrong.status, 422);
    assertNoMarkup(wrong);
  });

  it('on refusal pages', async () => {
    const visitor = await open({ name: markup }, {}, { name: `Acme ${markup}` });
    provider.mischief = { callback: (query) => query.set('error', 'access_denied') };
    const page = await testApp.by(visitor);
    assert.equal(page.status, 403);
    assertNoMarkup(page);
    assert.ok(page.text.includes(escaped), page.text);
  });
});
