import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { connectAccountFlow, type MemoryUser } from '../../../lib/index.js';
import { password } from '../../support/account.js';
import { member, signIn } from '../../support/http/sign-in-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import {
  comesIn,
  connectPage,
  enter,
  entrance,
  leave,
  linkedEvents,
  minutes,
  switchableUsers,
  withSignIn,
  withoutPassword,
  type SwitchableUsers,
} from '../../support/sources/people.js';

describe('connecting an identity to a signed-in account', () => {
  let provider: OpenIdProvider;
  let guardApp: SwitchableUsers;
  let testApp: AcmeApp;
  let on: boolean;
  let zoe: MemoryUser;
  let visitor: Visitor;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    on = true;
    guardApp = switchableUsers();
    const { users, redemptions } = guardApp;
    testApp = await openAcmeApp(
      provider,
      { users, redemptions, flows: [...withSignIn], after: entrance((id) => users.findById(id)) },
      { enabled: () => on },
    );
    zoe = await member(testApp, 'zoe');
    visitor = new Visitor(testApp);
  });
  afterEach(() => testApp.close());

  const holder = (): Promise<string | null> => testApp.connections.find(testApp.identityOf('ann'));

  async function nothingConnected(): Promise<void> {
    assert.equal(await holder(), null);
    assert.deepEqual(linkedEvents(testApp), []);
  }

  /** Just signed in and recognized, before pressing the button. */
  async function beforeTheButton(): Promise<void> {
    await signIn(visitor, 'zoe');
    const back = await testApp.by(visitor, 'ann');
    assert.deepEqual([back.status, back.location], [303, connectPage]);
    await visitor.get(back.location);
  }

  /** As if the last sign-in had been eleven minutes ago, also by the provider's clock. */
  async function signedInEarlier(name: string): Promise<void> {
    testApp.clock.advance(-11 * minutes);
    await signIn(visitor, name);
    testApp.clock.advance(11 * minutes);
  }

  it('a user who has just signed in presses a button, and viewing the page connects nothing', async () => {
    await beforeTheButton();
    assert.equal(visitor.page.status, 200);
    assert.match(visitor.page.text, /Connect Acme to your account\?/);
    assert.doesNotMatch(visitor.page.text, /type="password"/);
    await visitor.get(connectPage);
    await nothingConnected();

    assert.equal((await visitor.submit({})).status, 303);
    assert.equal(await holder(), zoe.id);
    assert.deepEqual(linkedEvents(testApp), [zoe.id]);
    assert.equal(await visitor.me(), 'zoe');
    assert.equal(await comesIn(testApp, 'ann'), 'zoe');
  });

  it('redirects to the next of the link', async () => {
    await signIn(visitor, 'zoe');
    const back = await testApp.by(visitor, 'ann', '/source/acme/login?next=/books');
    await visitor.get(back.location);
    assert.equal((await visitor.submit({})).location, '/books');
  });

  it('a button pressed twice connects once', async () => {
    await beforeTheButton();
    const { action, hidden } = visitor.form;
    const both = await Promise.all([visitor.client.post(action, hidden), visitor.client.post(action, hidden)]);
    assert.deepEqual(
      both.map(({ status }) => status),
      [303, 303],
    );
    assert.deepEqual(linkedEvents(testApp), [zoe.id]);
    assert.equal(await visitor.me(), 'zoe');
  });

  it('a user who signed in longer ago proves the account by its password', async () => {
    await signedInEarlier('zoe');
    const back = await testApp.by(visitor, 'ann');
    await visitor.get(back.location);
    assert.match(visitor.page.text, /type="password"/);
    assert.match(visitor.page.text, /zoe@example\.com/);
    const wrong = await visitor.submit({ password: 'some other long password' });
    assert.equal(wrong.status, 422);
    await nothingConnected();
    await visitor.follow(await visitor.submit({ password }));
    await nothingConnected();
    assert.match(visitor.page.text, /Connect Acme to your account/);
    assert.equal((await visitor.submit({})).status, 303);
    assert.deepEqual([await holder(), await visitor.me()], [zoe.id, 'zoe']);
  });

  it('the button connects nothing eleven minutes after the sign-in', async () => {
    await beforeTheButton();
    testApp.clock.advance(11 * minutes);
    const late = await visitor.submit({});
    assert.equal(late.status, 403);
    assert.match(late.text, /been a while since you signed in/);
    await nothingConnected();
  });

  it('the button connects nothing eleven minutes after the password of the page before', async () => {
    await signedInEarlier('zoe');
    await visitor.get((await testApp.by(visitor, 'ann')).location);
    await visitor.follow(await visitor.submit({ password }));
    testApp.clock.advance(11 * minutes);
    assert.equal((await visitor.submit({})).status, 403);
    await nothingConnected();
  });

  it('the pages have the wording of the app, and the intro of the flow stands on the first', async () => {
    await testApp.close();
    const { users, redemptions } = guardApp;
    const flow = connectAccountFlow({
      intro: 'One account is enough.',
      wording: { password: { title: 'Is it you?' }, 'source-connect': { title: 'Join both?', submit: 'Join' } },
    });
    testApp = await openAcmeApp(provider, {
      users,
      redemptions,
      flows: [...withSignIn, flow],
      after: entrance((id) => users.findById(id)),
    });
    visitor = new Visitor(testApp);
    await signedInEarlier('zoe');
    await testApp.by(visitor, 'ann');
    const first = await visitor.open(connectPage);
    assert.match(first.text, /<h1[^>]*>Is it you\?<\/h1>\s*<p[^>]*>One account is enough\.</);
    const second = await visitor.follow(await visitor.submit({ password }));
    assert.match(second.text, /<h1[^>]*>Join both\?<\/h1>[^]*sign in with Acme too[^]*<button[^>]*>Join</);
    assert.doesNotMatch(second.text, /One account is enough/);
    assert.equal((await visitor.submit({})).status, 303);
    assert.equal(await holder(), zoe.id);
  });

  it('an account without a password needs a new sign-in', async () => {
    const yan = await withoutPassword(testApp, 'yan');
    testApp.clock.advance(-11 * minutes);
    await enter(visitor, yan);
    testApp.clock.advance(11 * minutes);
    const refused = await testApp.by(visitor, 'ann');
    assert.equal(refused.status, 403);
    assert.match(refused.text, /sign out, sign in again, and come back/);
    await nothingConnected();

    await enter(visitor, yan);
    await visitor.get((await testApp.by(visitor, 'ann')).location);
    await visitor.submit({});
    assert.equal(await holder(), yan.id);
  });

  it('nothing is connected without the signature of that page', async () => {
    await beforeTheButton();
    const { action, hidden } = visitor.form;
    assert.equal((await visitor.client.post(action, {})).status, 403);
    assert.equal((await visitor.client.post(action, { ...hidden, enrollment_step: 'forged' })).status, 403);
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    assert.equal((await visitor.client.post(action, hidden, foreign)).status, 403);
    const stranger = new Visitor(testApp);
    await signIn(stranger, 'zoe');
    assert.equal((await stranger.client.post(action, hidden)).status, 403, 'another browser');
    await nothingConnected();
  });

  it('with another user signed in between the callback and the button, nothing is connected', async () => {
    const yan = await withoutPassword(testApp, 'yan');
    await beforeTheButton();
    await enter(visitor, yan);
    assert.equal((await visitor.submit({})).status, 303);
    await nothingConnected();
    assert.equal(await visitor.me(), 'yan');
  });

  it('after a sign-out between the callback and the button, nothing is connected', async () => {
    await beforeTheButton();
    await leave(visitor);
    const started = await visitor.follow(await visitor.submit({}));
    assert.equal(started.status, 403, 'the flow starts over, and nothing of Zoe’s account is shown');
    assert.doesNotMatch(started.text, /zoe/i);
    await nothingConnected();
    assert.equal(await visitor.me(), null);
    const other = (visitor = new Visitor(testApp));
    await beforeTheButton();
    await other.client.post('/sign-out', {});
    assert.equal((await other.submit({})).status, 403, 'its plan’s cookie is gone, too');
    await nothingConnected();
  });

  it('an identity of another user is refused with a message and stays connected to them', async () => {
    const yan = await withoutPassword(testApp, 'yan');
    await testApp.connections.link(yan.id, testApp.identityOf('ann'));
    await signIn(visitor, 'zoe');
    const refused = await testApp.by(visitor, 'ann');
    assert.equal(refused.status, 403);
    assert.match(refused.text, /You’re signed in here as/);
    assert.deepEqual([await holder(), await visitor.me(), linkedEvents(testApp)], [yan.id, 'zoe', []]);
  });

  it('an identity connected to another user before the button is refused with a message', async () => {
    const yan = await withoutPassword(testApp, 'yan');
    await beforeTheButton();
    await testApp.connections.link(yan.id, testApp.identityOf('ann'));
    const refused = await visitor.submit({});
    assert.equal(refused.status, 403);
    assert.match(refused.text, /is connected to another account/);
    assert.deepEqual([await holder(), linkedEvents(testApp)], [yan.id, []]);
  });

  it('an hour later, nothing is connected', async () => {
    await beforeTheButton();
    testApp.clock.advance(61 * minutes);
    const answer = await visitor.submit({});
    assert.ok(answer.status === 303 || answer.status === 403);
    await visitor.follow(answer);
    await nothingConnected();
  });

  it('a source that is disabled before the button connects no one', async () => {
    await beforeTheButton();
    on = false;
    const refused = await visitor.submit({});
    assert.equal(refused.status, 403);
    await nothingConnected();
  });

  it('an account deactivated before the button is not connected', async () => {
    await beforeTheButton();
    guardApp.asleep.add(zoe.id);
    assert.ok((await visitor.submit({})).status >= 303);
    await nothingConnected();
  });

  it('connects two identities of one person one after the other', async () => {
    await beforeTheButton();
    await visitor.submit({});
    await visitor.get((await testApp.by(visitor, 'carl')).location);
    await visitor.submit({});
    assert.deepEqual(linkedEvents(testApp), [zoe.id, zoe.id]);
    assert.deepEqual([await comesIn(testApp, 'ann'), await comesIn(testApp, 'carl')], ['zoe', 'zoe']);
  });
});
