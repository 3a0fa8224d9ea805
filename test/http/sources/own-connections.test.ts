import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, describe, it } from 'mocha';
import { accountSettings, passkeySignInFlow } from '../../../lib/flows.js';
import { sourceAuthenticationFlow, type MemoryUser } from '../../../lib/index.js';
import { memoryAuthenticators } from '../../../lib/stores/memory/authenticators.js';
import { password } from '../../support/account.js';
import { member, signIn } from '../../support/http/sign-in-app.js';
import { optionsIn } from '../../support/http/passkey-app.js';
import { openTestApp, signup } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { SoftwareAuthenticator } from '../../support/software-authenticator.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import {
  comesIn,
  connectPage,
  enter,
  entrance,
  minutes,
  switchableUsers,
  withoutPassword,
  withSignIn,
} from '../../support/sources/people.js';

const page = '/if/flow/account-connections/';
const settings = accountSettings({ connections: true, leave: false });

describe('the connected providers of account settings', () => {
  let provider: OpenIdProvider;
  let app: AcmeApp;
  let visitor: Visitor;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    const { users, redemptions } = switchableUsers();
    app = await openAcmeApp(provider, {
      ...{ users, redemptions, flows: [...withSignIn, ...settings] },
      after: entrance((id) => users.findById(id)),
    });
    visitor = new Visitor(app);
  });
  afterEach(() => app.close());

  const holder = (person: 'ann' | 'bob' = 'ann'): Promise<string | null> =>
    app.connections.find(app.identityOf(person));
  /** Each choice of the page. */
  const choices = (): readonly string[] =>
    visitor.form.controls.filter(({ name }) => name === 'connection').map(({ value }) => value);

  async function zoe(): Promise<MemoryUser> {
    const user = await member(app, 'zoe');
    await signIn(visitor, 'zoe');
    return user;
  }

  it('none is connected: the button connects one by the existing flow, and returns', async () => {
    const user = await zoe();
    const { text, status } = await visitor.open(page);
    assert.equal(status, 200);
    assert.match(text, /isn’t connected to any provider yet/);
    assert.match(text, /Connect Acme/);
    assert.doesNotMatch(text, /Disconnect|Choose one|optional/);
    assert.doesNotMatch(text, /<button class="enrollment-button|sources__or/);
    assert.match(text, /enrollment-link--quiet" href="\/if\/flow\/account\/">Back to your account</);
    const [, href = ''] = /href="(\/source\/acme\/login[^"]*)"/.exec(text) ?? [];
    const back = await app.by(visitor, 'ann', href.replaceAll('&amp;', '&'));
    assert.equal(back.location, connectPage);
    await visitor.open(connectPage);
    const answer = await visitor.submit({});
    assert.equal(answer.location, page, answer.text);
    assert.equal(await holder(), user.id);
    assert.match((await visitor.open(page)).text, /Acme, connected on /);
  });

  it('disconnects the chosen one, with an event: it signs in no more; a second click changes nothing', async () => {
    const user = await zoe();
    await app.connections.link(user.id, app.identityOf('ann'));
    await visitor.open(page);
    assert.doesNotMatch(visitor.page.text, new RegExp(app.identityOf('ann').subject + '"'));
    const [connection = ''] = choices();
    const { action, hidden } = visitor.form;
    const fields = { ...hidden, connection };
    const answer = await visitor.post(action, fields);
    assert.equal(answer.location.replace(/\?.*/, ''), '/if/flow/account/', answer.text);
    assert.equal((await visitor.post(action, fields)).location, answer.location);
    assert.equal(await holder(), null);
    const told = app.events.filter(({ name }) => name === 'source.unlinked');
    assert.deepEqual(
      told.map(({ facts }) => facts),
      [{ source: 'acme', user: user.id }],
    );
    assert.equal(await comesIn(app, 'ann'), null);
  });

  it('the last way in stays, and the page says why', async () => {
    const user = await withoutPassword(app, 'yan');
    await app.connections.link(user.id, app.identityOf('ann'));
    await enter(visitor, user);
    await visitor.open(page);
    const [connection = ''] = choices();
    const answer = await visitor.submit({ connection });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /only way to sign in/);
    assert.equal(await holder(), user.id);
    // With a second one it may go, and two at once leave one of them.
    await app.connections.link(user.id, app.identityOf('bob'));
    await visitor.open(page);
    const { action, hidden } = visitor.form;
    await Promise.all(choices().map((one) => visitor.post(action, { ...hidden, connection: one })));
    const left = [await holder(), await holder('bob')].filter((id) => id === user.id);
    assert.equal(left.length, 1);
  });

  it('the last way in stays beside a security key that verifies no one, and goes beside a passkey that does', async () => {
    await app.close();
    const authenticators = memoryAuthenticators();
    const { users, redemptions } = switchableUsers();
    app = await openAcmeApp(provider, {
      ...{ users, redemptions, authenticators, origin: (port) => `http://localhost:${String(port)}` },
      flows: [
        ...withSignIn,
        ...settings,
        passkeySignInFlow({ slug: 'passwordless' }),
        sourceAuthenticationFlow({ secondFactor: { notConfiguredAction: 'configure', setUp: 'webauthn' } }),
      ],
    });
    const origin = app.url.replace('127.0.0.1', 'localhost');
    app = { ...app, url: origin };
    provider.allow(`${origin}/source/acme/callback`);
    for (const verifies of [false, true]) {
      const user = await withoutPassword(app, verifies ? 'vera' : 'una');
      await app.connections.link(user.id, app.identityOf('ann'));
      const browser = new Visitor(app);
      await browser.follow(await app.by(browser, 'ann'));
      const key = new SoftwareAuthenticator(origin, { verifies });
      await browser.follow(await browser.submit({ response: key.create(optionsIn(browser.page.text)) }));
      assert.equal((await browser.submit({})).status, 303);
      await browser.open(page);
      const connection = browser.form.controls.find(({ name }) => name === 'connection')?.value ?? '';
      const answer = await browser.submit({ connection });
      assert.equal(answer.status, verifies ? 303 : 422, answer.text);
      assert.equal(await holder(), verifies ? null : user.id);
      const alone = new Visitor(app);
      await alone.open('/if/flow/passwordless/');
      await alone.submit({ response: key.get(optionsIn(alone.page.text)) });
      assert.equal(await alone.me(), verifies ? 'vera' : null);
      if (!verifies) await app.connections.unlink?.(user.id, app.identityOf('ann'));
    }
  });

  it('CVE-2025-52553: connections of other users, and no answer, are refused', async () => {
    const user = await zoe();
    await app.connections.link(user.id, app.identityOf('ann'));
    await visitor.open(page);
    const [hers = ''] = choices();
    const other = await member(app, 'otto');
    await app.connections.link(other.id, app.identityOf('bob'));
    const his = new Visitor(app);
    await signIn(his, 'otto');
    await his.open(page);
    for (const connection of [hers, '', '__proto__', 'x'.repeat(5000)])
      assert.equal((await his.submit({ connection })).status, 422, connection);
    assert.deepEqual([await holder(), await holder('bob')], [user.id, other.id]);
  });

  it('a sign-in of long ago asks for the password, and disconnects nothing on the way', async () => {
    const user = await zoe();
    await app.connections.link(user.id, app.identityOf('ann'));
    await visitor.open(page);
    const [connection = ''] = choices();
    app.clock.advance(11 * minutes);
    assert.notEqual((await visitor.submit({ connection })).status, 200);
    assert.equal(await holder(), user.id);
    await visitor.open(page);
    assert.equal(visitor.step.split(' ')[0], 'confirm');
    await visitor.follow(await visitor.submit({ password }));
    await visitor.submit({ connection });
    assert.equal(await holder(), null);
  });
});

describe('an app without what the page of connected providers needs', () => {
  const issuesOf = async (options: Parameters<typeof openTestApp>[0]): Promise<string> => {
    try {
      await (await openTestApp({ ...options, flows: [...settings, signup] })).close();
      return 'none';
    } catch (error) {
      return String(error);
    }
  };

  it('does not start: without sources, and with a store that cannot list and remove', async () => {
    assert.match(await issuesOf({}), /the option sources/);
    const connections = { find: async () => null, link: async () => undefined };
    assert.match(await issuesOf({ connections }), /connections\.list and connections\.unlink/);
  });
});
