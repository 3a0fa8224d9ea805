import assert from 'node:assert/strict';
import type { RequestHandler } from 'express';
import expressSession from 'express-session';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { admittedSource } from '../../../lib/index.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { signup } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import {
  assertNobody,
  assertPlainRefusal,
  atGate,
  cookieLike,
  gatePath,
  onTheWayBack,
  planCookie,
  sourceAt,
} from '../../support/sources/bypass-tricks.js';

describe('forged, planted or foreign cookies around a provider sign-in', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let admit: RequestHandler | null;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    admit = null;
    testApp = await openAcmeApp(provider, {
      flows: [signup],
      sources: [
        sourceAt(provider, 'acme'),
        sourceAt(provider, 'twin'),
        admittedSource({ slug: 'entra', issuer: 'https://id.example', loginPath: '/auth/entra' }),
        admittedSource({ slug: 'other', issuer: 'https://other.example', loginPath: '/auth/other' }),
      ],
      session(app) {
        // A session for every visitor from the first request on: an attacker could plant its id.
        app.use(expressSession({ name: 'sid', secret: 'of the app', resave: false, saveUninitialized: true }));
        app.use('/auth/back', (req, res, next) => void admit?.(req, res, next));
      },
    });
    admit = testApp.enrollment.admit('entra', () => ({ subject: 'ann', username: 'ann', email: 'ann@example.com' }));
    provider.allow(`${testApp.url}/source/twin/callback`);
  });
  afterEach(() => testApp.close());

  it('signing in by a source issues a new session id; a planted one is worthless', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const attacker = new Visitor(testApp);
    assert.equal(await attacker.me(), null);
    const planted = attacker.client.cookies.get('sid') ?? '';
    assert.ok(planted);
    for (const round of ['enrolled', 'signed in']) {
      const victim = new Visitor(testApp);
      victim.client.cookies.set('sid', planted);
      const back = await testApp.by(victim, 'ann');
      if (round === 'enrolled') {
        await victim.get(back.location);
        await victim.follow(await victim.submit({ invite_code: code }));
      }
      assert.equal(await victim.me(), 'ann', round);
      assert.notEqual(victim.client.cookies.get('sid'), planted, round);
      assert.equal(await attacker.me(), null, round);
    }
    const invented = new Visitor(testApp);
    invented.client.cookies.set('sid', 's%3Aann.forged');
    assert.equal(await invented.me(), null);
  });

  it('an edited or invented plan cookie matches no plan', async () => {
    const visitor = await atGate(testApp, 'carl');
    const good = visitor.client.cookies.get(planCookie) ?? '';
    const [token = '', issued = '', mac = ''] = good.split('.');
    const later = (Number.parseInt(issued, 36) + 1).toString(36);
    const forged = [
      `${token}.${later}.${mac}`,
      `${token}.${issued}.${mac.slice(1)}A`,
      `${good}A`,
      token,
      'A'.repeat(9),
    ];
    for (const value of forged) {
      const thief = new Visitor(testApp);
      thief.client.cookies.set(planCookie, value, gatePath);
      assert.equal((await thief.get(gatePath)).status, 403, value);
      const posted = await thief.client.post(gatePath, { ...visitor.form.hidden, invite_code: 'X' });
      assert.ok(posted.status === 303 || posted.status === 403, posted.text);
    }
    await assertNobody(testApp);
  });

  it('a return cookie that is forged, edited or of another source is ignored', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const victim = new Visitor(testApp);
    await victim.enterCode(code);
    const away = await victim.client.get(`${testApp.page}source/entra/`);
    assert.deepEqual([away.status, away.location], [303, '/auth/entra']);
    const name = cookieLike(victim.client, 'enrollment.resume.');
    const good = victim.client.cookies.get(name) ?? '';
    const [body = '', issued = '', mac = ''] = good.split('.');
    const later = (Number.parseInt(issued, 36) + 3600).toString(36);
    const record = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Record<string, unknown>;
    const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const elsewhere = new Visitor(testApp);
    await elsewhere.client.get(`${testApp.page}source/other/`);
    const ofOther = elsewhere.client.cookies.get(cookieLike(elsewhere.client, 'enrollment.resume.')) ?? '';
    const forged = [
      body,
      `${body}.`,
      `${body}.${issued}.`,
      `${body}.${later}.${mac}`,
      `${encoded({ ...record, next: 'https://evil.example/' })}.${issued}.${mac}`,
      `${encoded({ ...record, plan: 'another' })}.${issued}.${mac}`,
      `${encoded(null)}.${issued}.${mac}`,
      ofOther,
      'A'.repeat(3000),
    ];
    for (const value of forged) {
      const visitor = new Visitor(testApp);
      visitor.client.cookies.set(name, value);
      const back = await visitor.client.get('/auth/back');
      assert.deepEqual([back.status, back.location], [303, gatePath], back.text);
      await visitor.get(gatePath);
      assert.match(visitor.page.text, /name="invite_code"/, 'a gate of its own, without what the other plan had');
    }
    await assertNobody(testApp, victim);
  });

  it('two people in one browser: the form of one is not accepted for the plan of the other', async () => {
    const { code } = await testApp.enrollment.invitations.create({ uses: 2 });
    const browser = new Visitor(testApp);
    await atGate(testApp, 'ann', browser);
    const { hidden } = browser.form;
    await atGate(testApp, 'carl', browser);
    assert.match(browser.page.text, /carl@example\.com/);
    const late = await browser.client.post(gatePath, { ...hidden, invite_code: code });
    assert.equal(late.status, 403, late.text);
    await assertNobody(testApp, browser);
    await browser.follow(await browser.submit({ invite_code: code }));
    await browser.follow(await browser.submit({ username: 'carl' }));
    assert.equal(await browser.me(), 'carl');
    assert.equal(await testApp.connections.find(testApp.identityOf('ann')), null);
    // The first user returns while the second is signed in.
    assertPlainRefusal(await browser.client.post(gatePath, { ...hidden, invite_code: code }));
    assert.equal(await browser.me(), 'carl');
    assert.equal(testApp.members.length, 1);
  });

  it('two sources in two tabs: each callback is valid, and the last one determines the identity', async () => {
    const { code } = await testApp.enrollment.invitations.create({ uses: 2 });
    const browser = new Visitor(testApp);
    const acme = await onTheWayBack(browser.client, provider, 'carl');
    const twin = await onTheWayBack(browser.client, provider, 'ann', '/source/twin/login');
    assert.equal((await browser.client.get(twin)).location, gatePath);
    await browser.get(gatePath);
    const { hidden } = browser.form;
    assert.equal((await browser.client.get(acme)).location, gatePath);
    assert.equal((await browser.client.post(gatePath, { ...hidden, invite_code: code })).status, 403);
    await browser.get(gatePath);
    assert.match(browser.page.text, /carl@example\.com/);
    await browser.follow(await browser.submit({ invite_code: code }));
    await browser.follow(await browser.submit({ username: 'carl' }));
    assert.equal(await testApp.connections.find(testApp.identityOf('carl')), testApp.members[0]?.id);
    assert.equal(await testApp.connections.find({ ...testApp.identityOf('ann'), source: 'twin' }), null);
    assert.equal(testApp.members.length, 1);
  });

  it('a person signed in as another user gets a message, and identities are never mixed up', async () => {
    const { code } = await testApp.enrollment.invitations.create({ uses: 2 });
    const browser = await atGate(testApp, 'ann');
    await browser.follow(await browser.submit({ invite_code: code }));
    const carl = await atGate(testApp, 'carl');
    await carl.follow(await carl.submit({ invite_code: code }));
    await carl.follow(await carl.submit({ username: 'carl' }));
    const answer = await testApp.by(browser, 'carl');
    assertPlainRefusal(answer);
    assert.match(answer.text, /You’re signed in here as/);
    assert.equal(await browser.me(), 'ann');
  });

  it('going back after the end: each page redirects, and none signs in again after sign-out', async () => {
    const { code, id } = await testApp.enrollment.invitations.create({ uses: 5 });
    const browser = await atGate(testApp, 'ann');
    const { hidden } = browser.form;
    const planToken = browser.client.cookies.get(planCookie) ?? '';
    await browser.follow(await browser.submit({ invite_code: code }));
    assert.equal((await browser.get(gatePath)).status, 303);
    await browser.client.post('/sign-out', '');
    assert.equal(await browser.me(), null);
    const sentAgain = async (fields: Readonly<Record<string, string>>, status: number): Promise<void> => {
      const answer = await browser.client.post(gatePath, { ...hidden, ...fields });
      assert.equal(answer.status, status, answer.text);
      assert.equal(await browser.me(), null);
    };
    await sentAgain({ invite_code: code }, 403);
    // Even when an attacker has kept the cookie that signing out removed.
    browser.client.cookies.set(planCookie, planToken, gatePath);
    await sentAgain({ invite_code: 'ANOTHER' }, 303);
    testApp.clock.advance(121_000);
    // The same form, too late: the page says that the account is ready, and no one is signed in.
    for (const [fields, status] of [
      [{ invite_code: code }, 200],
      [{ invite_code: '' }, 303],
      [{}, 303],
    ] as const) {
      browser.client.cookies.set(planCookie, planToken, gatePath);
      await sentAgain(fields, status);
    }
    browser.client.cookies.set(planCookie, planToken, gatePath);
    assert.equal((await browser.client.get(gatePath)).status, 303);
    assert.equal(await browser.me(), null);
    assert.equal(testApp.members.length, 1);
    assert.equal((await testApp.enrollment.invitations.ledger(id)).filter(({ kind }) => kind === 'redeemed').length, 1);
  });
});
