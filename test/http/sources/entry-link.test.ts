import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { signInFlow, signOutFlow } from '../../../lib/index.js';
import { accountOf } from '../../support/account.js';
import { signup, type TestAppOptions } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';

const flows = [
  signup,
  signInFlow({ slug: 'sign-in', target: '/inside', links: { enrollment: 'invite' } }),
  signOutFlow({ slug: 'sign-out' }),
];

describe('an invitation link’s code, within the mount', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let visitor: Visitor;
  let code: string;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(() => open());
  afterEach(() => testApp.close());

  async function open(options: TestAppOptions = {}): Promise<void> {
    testApp = await openAcmeApp(provider, {
      flows,
      ...options,
      after(app, enrollment) {
        app.get('/signup', enrollment.prefillInvite(), (_req, res) => void res.json(res.locals['invite']));
      },
    });
    visitor = new Visitor(testApp);
    ({ code } = await testApp.enrollment.invitations.create({ uses: 3 }));
    testApp.canaries.add(code);
  }

  const filledIn = (): string | undefined => visitor.form.controls.find(({ name }) => name === 'invite_code')?.value;

  it('F22: from the app’s own signup page to “Continue with Acme”: the gate has the code', async () => {
    await visitor.client.get(`/signup?invite=${code}`);
    await visitor.follow(await testApp.by(visitor, 'ann', '/source/acme/login?next=/books'));
    assert.equal(filledIn(), code);
    const done = await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(done.location, '/books');
    assert.equal(await visitor.me(), 'ann');
    assert.equal(visitor.client.cookies.get('enrollment.entry'), undefined, 'the flow that used it has ended');
  });

  it("F22: a source's own link brings a code to the gate", async () => {
    const away = await visitor.client.get(`/source/acme/login?invite=${code}&next=/books`);
    assert.ok(!JSON.stringify(away.headers).includes(code));
    await visitor.follow(await testApp.by(visitor, 'ann', `/source/acme/login?invite=${code}&next=/books`));
    assert.equal(filledIn(), code);
    assert.equal((await visitor.follow(await visitor.submit({ invite_code: code }))).location, '/books');
  });

  it('F22: through “Continue with Acme” from a signup page, a new person keeps the code', async () => {
    // The provider's tokens use real time, to which the clock returns at the end.
    testApp.clock.advance(-11 * 60_000);
    await visitor.open(`${testApp.page}?invite=${code}&next=/books`);
    testApp.clock.advance(9 * 60_000);
    const away = await visitor.client.get(`${testApp.page}source/acme/`);
    const { url } = await provider.visit(away.location, 'ann');
    testApp.clock.advance(2 * 60_000);
    const back = await visitor.client.get(url.pathname + url.search);
    assert.equal(back.location, testApp.page, back.text);
    await visitor.follow(back);
    assert.equal(filledIn(), code);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const done = await visitor.submit({ username: 'ann' });
    assert.equal(done.location, '/books', done.text);
  });

  it('F22: from the sign-in page to “Create an account”: the code and next are kept', async () => {
    const page = await visitor.open(`/if/flow/sign-in/?invite=${code}&next=/books`);
    const [, href = ''] = /href="([^"]+)">Create an account/.exec(page.text) ?? [];
    await visitor.open(href.replaceAll('&amp;', '&'));
    assert.equal(filledIn(), code);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal((await visitor.submit(accountOf('ann'))).location, '/books');
  });

  for (const [way, link] of [
    ['the sign-in page', '/if/flow/sign-in/'],
    ["the app's own signup page", '/signup'],
    ['a source', '/source/acme/login'],
  ] as const) {
    it(`F22: a code that comes by ${way} takes precedence over an old plan`, async () => {
      const other = await testApp.enrollment.invitations.create();
      await visitor.enterCode(other.code);
      await visitor.client.get(`${link}?invite=${code}`);
      await visitor.open();
      assert.equal(visitor.step, 'invite-code 0');
      assert.equal(filledIn(), code);
    });
  }

  it('F22: it is dropped at sign-out, by the flow and by the app', async () => {
    for (const leave of [
      async () => {
        await visitor.open('/if/flow/sign-out/');
        await visitor.submit({});
      },
      () => visitor.client.post('/sign-out', {}),
    ]) {
      await visitor.open(`${testApp.page}?invite=${code}`);
      await leave();
      assert.equal(visitor.client.cookies.get('enrollment.entry'), undefined);
      await visitor.open();
      assert.equal(filledIn(), '');
    }
  });

  it('F22: next from the sign-in page affects neither the sign-out flow nor an active signup', async () => {
    await visitor.enterCode(code);
    const { action, hidden } = visitor.form;
    await visitor.open('/if/flow/sign-in/?next=/books');
    assert.equal((await visitor.post(action, { ...hidden, ...accountOf('ann') })).location, '/welcome');
    await visitor.open('/if/flow/sign-in/?next=/books');
    await visitor.open('/if/flow/sign-out/');
    assert.equal((await visitor.submit({})).location, '/');
  });

  it('F22: on https it is one __Host- cookie, also under a mount', async () => {
    await testApp.close();
    await open({ origin: 'https://club.example', mount: '/join' });
    const answer = await visitor.get(`${testApp.page}?invite=${code}`);
    const line = (answer.headers['set-cookie'] ?? []).find((one) => one.includes('entry')) ?? '';
    assert.match(line, /^__Host-enrollment\.entry=[^;]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });
});
