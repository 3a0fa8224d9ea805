import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { openIdConnectSource, signInFlow, signOutFlow } from '../../../lib/index.js';
import { accountOf } from '../../support/account.js';
import { signup, type TestAppOptions } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { comesIn, connectPage, entrance, gatePage, withoutPassword } from '../../support/sources/people.js';

const next = '/source/acme/login?next=/books';
const signIn = signInFlow({ slug: 'sign-in', target: '/inside' });

describe('a person who leaves a source page to sign in', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let visitor: Visitor;
  /** The latest page, with or without a form. */
  let page: RawAnswer;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(() => openTestApps());
  afterEach(() => testApp.close());

  /** An app with the sources Acme and Hub; at the Hub, Dora owns the account. */
  async function openTestApps(
    options: TestAppOptions = {},
    matching: 'identifier' | 'email_deny' = 'identifier',
  ): Promise<void> {
    const { issuer, clientId, clientSecret } = provider;
    const common = { issuer, clientId, clientSecret, matching };
    testApp = await openAcmeApp(provider, {
      flows: [],
      after: entrance((id) => testApp.users.findById(id)),
      sources: [
        openIdConnectSource({ slug: 'acme', name: 'Acme', ...common }),
        openIdConnectSource({ slug: 'hub', name: 'The Hub', ...common }),
      ],
      ...options,
    });
    provider.allow(`${testApp.url}/source/hub/callback`);
    visitor = new Visitor(testApp);
  }

  async function reopen(...given: Parameters<typeof openTestApps>): Promise<void> {
    await testApp.close();
    await openTestApps(...given);
  }

  /** The id of an account without a password that is linked to Dora's identity at the Hub. */
  async function accountAtHub(name = 'ann'): Promise<string> {
    const { id } = await withoutPassword(testApp, name);
    await testApp.connections.link(id, { source: 'hub', issuer: provider.issuer, subject: 'dora' });
    return id;
  }

  const connected = (): Promise<string | null> => testApp.connections.find(testApp.identityOf('ann'));

  /** The address of a link on the page. */
  function href(label: string): string {
    const [, address] = new RegExp(`href="([^"]*)"[^>]*>[^<]*(?:<(?!/a)[^>]*>[^<]*)*${label}`).exec(page.text) ?? [];
    assert.ok(address !== undefined, `no link "${label}" in ${page.text}`);
    return address.replaceAll('&amp;', '&');
  }

  /** From Acme, with an identity that is not linked to any account, to the page that follows. */
  async function arrive(at: string, start = next): Promise<void> {
    const back = await testApp.by(visitor, 'ann', start);
    assert.deepEqual([back.status, back.location], [303, at], back.text);
    await open(at);
  }

  async function see(answer: RawAnswer): Promise<void> {
    page = await visitor.follow(answer);
  }

  const open = async (address: string): Promise<void> => see(await visitor.get(address));

  /** Presses the button; returns where it redirects. */
  async function connect(): Promise<string> {
    assert.match(page.text, /Connect Acme to your account\?/);
    assert.equal(await connected(), null, 'nothing before the button');
    const done = await visitor.submit({});
    return done.location;
  }

  it('F25: two sources, no password: one proves the account, the other is connected, next kept', async () => {
    const ann = await accountAtHub();
    await arrive(connectPage);
    assert.match(page.text, /Sign in the way you signed up/);
    assert.doesNotMatch(page.text, /type="password"|Continue with Acme/);
    const back = await testApp.by(visitor, 'dora', href('Continue with The Hub'));
    assert.deepEqual([back.status, back.location], [303, connectPage]);
    assert.equal(await visitor.me(), null, 'not signed in before the button');
    await open(connectPage);
    assert.equal(await connect(), '/books');
    assert.deepEqual([await connected(), await visitor.me(), await comesIn(testApp, 'ann')], [ann, 'ann', 'ann']);
  });

  it('F25: the page asking for the other source survives a failure there, or a reload', async () => {
    const ann = await accountAtHub();
    await arrive(connectPage);
    const denied = await testApp.by(visitor, null, href('Continue with The Hub'));
    assert.equal(denied.status, 403);
    assert.ok(denied.text.includes(`href="${connectPage}"`), denied.text);
    await open(connectPage);
    await see(await testApp.by(visitor, 'dora', href('Continue with The Hub')));
    assert.equal(await connect(), '/books');
    assert.equal(await connected(), ann);
  });

  it('F25: an app whose connect flow has no password stage shows the same page', async () => {
    await reopen({ flows: [signup, signIn] });
    const ann = await accountAtHub();
    await arrive(connectPage);
    assert.doesNotMatch(page.text, /type="password"/);
    await open(href('Sign in'));
    await open('/if/flow/sign-in/');
    const back = await testApp.by(visitor, 'dora', href('Continue with The Hub'));
    assert.equal(back.location, `${connectPage}source/acme/connect/`, back.text);
    await open(back.location);
    assert.equal(await connect(), '/books');
    assert.deepEqual([await connected(), await visitor.me()], [ann, 'ann']);
  });

  it('F25: another user’s identity at the other source proves nothing', async () => {
    await withoutPassword(testApp, 'ann');
    // An account without a linked source waits for its invitation; this one is linked to another identity.
    await testApp.connections.link((await testApp.users.findByLogin('username', 'ann'))?.id ?? '', {
      source: 'hub',
      issuer: provider.issuer,
      subject: 'somebody',
    });
    const yan = await withoutPassword(testApp, 'yan');
    await testApp.connections.link(yan.id, { source: 'hub', issuer: provider.issuer, subject: 'dora' });
    await arrive(connectPage);
    await see(await testApp.by(visitor, 'dora', href('Continue with The Hub')));
    assert.equal((await visitor.submit({})).status, 403);
    assert.deepEqual([await connected(), await visitor.me()], [null, null]);
  });

  it('F25: an unknown identity from the other source comes to the gate with next', async () => {
    await accountAtHub();
    await arrive(connectPage);
    const back = await testApp.by(visitor, 'carl', href('Continue with The Hub'));
    assert.equal(back.location, gatePage, back.text);
    await open(gatePage);
    const { code } = await testApp.enrollment.invitations.create();
    await see(await visitor.submit({ invite_code: code }));
    assert.equal((await visitor.submit({ username: 'carl' })).location, '/books');
  });

  it('F25: at the gate of an app without a sign-in page, the other source proves the account', async () => {
    const zoe = await accountAtHub('zoe');
    await arrive(gatePage);
    const back = await testApp.by(visitor, 'dora', href('Continue with The Hub'));
    assert.equal(back.location, `${gatePage}source/acme/connect/`, back.text);
    assert.equal(await visitor.me(), 'zoe');
    await open(back.location);
    assert.equal(await connect(), '/books');
    assert.deepEqual([await connected(), await comesIn(testApp, 'ann')], [zoe, 'zoe']);
  });

  it('F25: from the gate to the sign-in page and another source, with next and the code kept', async () => {
    await reopen({ flows: [signup, signIn] });
    const zoe = await accountAtHub('zoe');
    const { code } = await testApp.enrollment.invitations.create();
    await arrive(gatePage, `${next}&invite=${code}`);
    assert.ok(page.text.includes(code), 'the code is filled in');
    await open(href('Sign in'));
    const back = await testApp.by(visitor, 'dora', href('Continue with The Hub'));
    assert.equal(back.location, `${gatePage}source/acme/connect/`, back.text);
    await open(gatePage);
    await open(back.location);
    assert.equal(await connect(), '/books');
    assert.equal(await connected(), zoe);
  });

  it('F25: the code of a link is kept after the page that asks for the other source', async () => {
    await accountAtHub();
    const { code } = await testApp.enrollment.invitations.create();
    await arrive(connectPage, `${next}&invite=${code}`);
    await testApp.by(visitor, 'carl', href('Continue with The Hub'));
    await open(gatePage);
    assert.ok(page.text.includes(code), page.text);
  });

  it('F25: a source that denies matching accounts offers the other ones, with next', async () => {
    await reopen({ flows: [signup, signIn] }, 'email_deny');
    await accountAtHub();
    const refused = await testApp.by(visitor, 'ann', next);
    assert.equal(refused.status, 403);
    assert.match(refused.text, /href="\/source\/hub\/login\?next=%2Fbooks"/);
    assert.match(refused.text, /href="\/if\/flow\/sign-in\/\?next=%2Fbooks"/);
    assert.equal((await testApp.by(visitor, 'dora', '/source/hub/login?next=/books')).location, '/books');
    assert.deepEqual([await connected(), await visitor.me()], [null, 'ann']);
  });

  it('F25: with an older sign-in, after sign-out, the other source proves the account', async () => {
    await reopen({ flows: [signOutFlow({ slug: 'sign-out' })] });
    const zoe = await accountAtHub('zoe');
    await testApp.by(visitor, 'dora', '/source/hub/login');
    visitor.client.cookies.set('enrollment.recent', '');
    await see(await testApp.by(visitor, 'ann', next));
    assert.equal(page.status, 403);
    assert.match(page.text, /confirm it’s you/);
    await open(href('Sign out and continue with Acme'));
    const out = await visitor.submit({});
    await arrive(gatePage, out.location);
    const back = await testApp.by(visitor, 'dora', href('Continue with The Hub'));
    await open(back.location);
    assert.equal(await connect(), '/books');
    assert.equal(await connected(), zoe);
  });

  it('F25: if the gate refuses for good, its link to the source keeps next', async () => {
    const { code } = await testApp.enrollment.invitations.create({ uses: 2 });
    const [first, second] = [new Visitor(testApp), visitor];
    for (const one of [first, second]) {
      visitor = one;
      await arrive(gatePage);
    }
    await first.submit({ invite_code: code });
    const refused = await second.submit({ invite_code: code });
    assert.equal(refused.status, 403, refused.text);
    assert.match(refused.text, /href="\/source\/acme\/login\?next=%2Fbooks"/);
  });

  it('F25: an invitation link to an app with sources alone keeps its next', async () => {
    const { url } = await testApp.enrollment.invitations.create({ flow: 'no-access-yet' });
    const { pathname, search } = new URL(url ?? '');
    await open(`${pathname}${search}&next=/books`);
    assert.match(page.text, /href="\/source\/acme\/login\?next=%2Fbooks"/);
  });

  it('F25: from the gate to the password and back, with the code of the link kept', async () => {
    await reopen({ flows: [signup, signIn] });
    const flow = new Visitor(testApp);
    const { code } = await testApp.enrollment.invitations.create({ uses: 2 });
    await flow.enterCode(code);
    await flow.submit(accountOf('zoe'));
    await arrive(gatePage, `${next}&invite=${code}`);
    await open(href('Sign in'));
    const { password = '' } = accountOf('zoe');
    const entered = await visitor.submit({ uid_field: 'zoe', password });
    assert.equal(entered.location, `${gatePage}source/acme/connect/`);
    await open(entered.location);
    assert.equal(await connect(), '/books');
    assert.equal(await visitor.me(), 'zoe');
  });
});
