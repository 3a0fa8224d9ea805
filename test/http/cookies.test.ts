import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const plan = 'enrollment.plan.invite';

describe('the cookies of a visitor', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let code: string;
  before(async () => {
    testApp = await openTestApp();
    ({ code } = await testApp.enrollment.invitations.create({ uses: 100 }));
  });
  beforeEach(() => {
    visitor = new Visitor(testApp);
  });
  after(() => testApp.close());

  it('a visitor without cookies gets an explanation and no redirect loop', async () => {
    const withoutCookies = async <T>(ask: () => Promise<T>): Promise<T> => {
      visitor.client.cookies.clear();
      return ask();
    };
    assert.equal((await withoutCookies(() => visitor.get(`${testApp.page}?invite=${code}`))).location, testApp.page);
    assert.equal((await withoutCookies(() => visitor.get(testApp.page))).status, 200);
    for (let times = 0; times < 3; times += 1) {
      const answer = await withoutCookies(() => visitor.submit({ invite_code: code }));
      assert.equal(answer.status, 403);
      assert.match(answer.text, /Please allow cookies/);
      assert.match(answer.text, new RegExp(`href="${testApp.page}"`));
    }
  });

  it('a plan token is valid for 24 hours, and an older one starts over with a notice', async () => {
    await visitor.open();
    const { hidden } = visitor.form;
    testApp.clock.advance(24 * 60 * 60 * 1000 - 1000);
    assert.equal((await visitor.submit({ invite_code: 'WRONG-WORD' })).status, 422);
    testApp.clock.advance(3000);
    const answer = await visitor.post(testApp.page, { ...hidden, invite_code: code });
    assert.deepEqual([answer.status, answer.location], [303, testApp.page]);
    assert.match((await visitor.follow(answer)).text, /session expired/);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(visitor.step, 'account 1');
  });

  it('a plan token from the future is invalid', async () => {
    const ahead = await openTestApp();
    ahead.clock.set(testApp.clock.now() + 120_000);
    const early = new Visitor(ahead);
    await early.open();
    visitor.client.cookies.set(plan, early.client.cookies.get(plan) ?? '', testApp.page);
    const page = await visitor.get(testApp.page);
    assert.equal(page.headers['set-cookie']?.length, 1);
    await ahead.close();
  });

  it('a plan token that was tampered with is invalid: it is replaced, and nothing is done', async () => {
    await visitor.enterCode(code);
    const planToken = visitor.client.cookies.get(plan) ?? '';
    const { hidden } = visitor.form;
    const [token = '', issued = '', mac = ''] = planToken.split('.');
    const later = (Number.parseInt(issued, 36) + 3600).toString(36);
    for (const spoilt of [
      `${token}.${later}.${mac}`,
      `${'A'.repeat(22)}.${issued}.${mac}`,
      `${token}.${issued}.${'A'.repeat(22)}`,
      planToken.slice(1),
      `${planToken}A`,
      'x',
      '%00',
      'constructor',
      'a'.repeat(4000),
    ]) {
      visitor.client.cookies.set(plan, spoilt, testApp.page);
      const answer = await visitor.post(testApp.page, { ...hidden, ...accountOf('tampered') });
      assert.ok([303, 403].includes(answer.status), spoilt);
      const page = await visitor.open();
      assert.equal(page.status, 200);
      assert.equal(visitor.step, 'invite-code 0');
      assert.notEqual(visitor.client.cookies.get(plan), spoilt);
    }
    assert.ok(!testApp.members.some(({ username }) => username === 'tampered'));
    visitor.client.cookies.set(plan, planToken, testApp.page);
    await visitor.open();
    assert.equal(visitor.step, 'account 1');
  });

  it('a page belongs to its plan token: the token of another visitor shows none of its content', async () => {
    await visitor.enterCode(code);
    const other = new Visitor(testApp);
    await other.open();
    assert.equal(other.step, 'invite-code 0');
    assert.notEqual(other.client.cookies.get(plan), visitor.client.cookies.get(plan));
  });

  it('a notice cookie can only choose among the kit’s own sentences', async () => {
    for (const value of ['<b>hi</b>', 'denied.title', 'problem.503', 'constructor', '__proto__']) {
      visitor.client.cookies.set('enrollment.notice.invite', encodeURIComponent(value), testApp.page);
      const page = await visitor.open();
      assert.equal(page.status, 200);
      assert.doesNotMatch(page.text, /role="status"/);
    }
  });

  it('neither the first GET nor any page before sign-in creates a session', async () => {
    await visitor.enterCode(code);
    assert.ok(!visitor.client.cookies.names().includes('enrollment.sid'));
    await visitor.submit(accountOf('with-session'));
    assert.ok(visitor.client.cookies.names().includes('enrollment.sid'));
  });
});

it('cookies set by the app are sent along with those of the kit', async () => {
  const testApp = await openTestApp({
    before: (app) =>
      void app.use((_req, res, next) => {
        res.cookie('app', '1').cookie('other', '2');
        next();
      }),
  });
  const answer = await new Visitor(testApp).get(testApp.page);
  assert.deepEqual(
    answer.headers['set-cookie']?.map((line) => line.split('=')[0]),
    ['app', 'other', plan],
  );
  await testApp.close();
});

for (const [mount, prefix, path] of [
  ['', '__Host-', '/'],
  ['/join', '__Host-', '/'],
] as const) {
  it(`F5: https cookies are Secure and named ${prefix}, behind a TLS proxy (at ${mount || '/'})`, async () => {
    const testApp = await openTestApp({ mount, origin: 'https://club.example' });
    const visitor = new Visitor(testApp);
    const { code } = await testApp.enrollment.invitations.create();
    const proxied = {
      'x-forwarded-proto': 'https',
      host: 'club.example',
      origin: 'https://club.example',
      'sec-fetch-site': 'same-origin',
    };
    const lines: string[] = [];
    const noted = async (answer: ReturnType<Visitor['get']>): Promise<void> =>
      void lines.push(...((await answer).headers['set-cookie'] ?? []));
    await noted(visitor.get(`${testApp.page}?invite=${code}`, proxied));
    await noted(visitor.get(testApp.page, proxied));
    await noted(visitor.submit({ invite_code: code }, proxied));
    await noted(visitor.get(testApp.page, proxied));
    await noted(visitor.submit(accountOf('secure'), proxied));
    const [session, ...others] = [...lines]
      .reverse()
      .sort((a, b) => Number(b.includes('.sid=')) - Number(a.includes('.sid=')));
    assert.match(session ?? '', /^__Host-enrollment\.sid=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    assert.ok(others.length >= 3);
    for (const line of others) {
      assert.match(line, /; Secure(;|$)/);
      assert.ok(line.startsWith(`${prefix}enrollment.`) && line.includes(`; Path=${path};`), line);
    }
    await testApp.close();
  });
}
