import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { openIdConnectSource } from '../../../lib/index.js';
import { password } from '../../support/account.js';
import { member } from '../../support/http/sign-in-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import {
  comesIn,
  connectPage,
  enter,
  entrance,
  linkedEvents,
  sentBack,
  switchableUsers,
  withoutPassword,
  withSignIn,
} from '../../support/sources/people.js';

const throughHub = `${connectPage}source/hub/`;

describe('an account that matches and is connected to another source', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let visitor: Visitor;
  let asleep: Set<string>;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    const { issuer, clientId, clientSecret } = provider;
    const common = { issuer, clientId, clientSecret };
    const { users, redemptions, ...guardApp } = switchableUsers();
    ({ asleep } = guardApp);
    testApp = await openAcmeApp(provider, {
      users,
      redemptions,
      flows: [...withSignIn],
      after: entrance((id) => users.findById(id)),
      sources: [
        openIdConnectSource({ slug: 'acme', name: 'Acme', ...common }),
        openIdConnectSource({ slug: 'hub', name: 'The Hub', ...common }),
      ],
    });
    provider.allow(`${testApp.url}/source/hub/callback`);
    visitor = new Visitor(testApp);
  });
  afterEach(() => testApp.close());

  /** The id of Ann's account, which is linked to Dora's identity at the hub. */
  async function annOfTheHub(): Promise<string> {
    const { id } = await member(testApp, 'ann');
    await testApp.connections.link(id, { source: 'hub', issuer: provider.issuer, subject: 'dora' });
    return id;
  }

  async function arrive(): Promise<RawAnswer> {
    const back = await testApp.by(visitor, 'ann');
    assert.deepEqual([back.status, back.location], [303, connectPage]);
    return visitor.get(back.location);
  }

  async function connectedTo(id: string | null): Promise<void> {
    assert.equal(await testApp.connections.find(testApp.identityOf('ann')), id);
    assert.deepEqual(linkedEvents(testApp), id === null ? [] : [id]);
  }

  it('is proved by that source’s button; only pressing the button connects', async () => {
    const ann = await annOfTheHub();
    const page = await arrive();
    assert.match(page.text, /Continue with The Hub/);
    assert.doesNotMatch(page.text, /Continue with Acme/);
    const back = await testApp.by(visitor, 'dora', throughHub);
    assert.deepEqual([back.status, back.location], [303, connectPage]);
    await connectedTo(null);
    assert.equal(await visitor.me(), null);
    const button = await visitor.get(connectPage);
    assert.match(button.text, /Connect Acme to your account/);
    await connectedTo(null);
    await visitor.submit({});
    await connectedTo(ann);
    assert.deepEqual([await visitor.me(), await comesIn(testApp, 'ann')], ['ann', 'ann']);
  });

  it('is not connected when another user signs in between the proof and the button', async () => {
    await annOfTheHub();
    await arrive();
    await visitor.follow(await testApp.by(visitor, 'dora', throughHub));
    await enter(visitor, await withoutPassword(testApp, 'yan'));
    // The page is shown again: Yan has signed in since it was drawn.
    await visitor.follow(await visitor.submit({}));
    await connectedTo(null);
    assert.equal((await visitor.submit({})).status, 403);
    await connectedTo(null);
    assert.equal(await visitor.me(), 'yan');
  });

  it('is not connected if it is deactivated between the proof and the button', async () => {
    const ann = await annOfTheHub();
    await arrive();
    await visitor.follow(await testApp.by(visitor, 'dora', throughHub));
    asleep.add(ann);
    const refused = await visitor.submit({});
    assert.equal(refused.status, 403);
    assert.match(refused.text, /This account isn’t active/);
    await connectedTo(null);
    assert.equal(await visitor.me(), null);
  });

  it('is not proved by another user’s identity there', async () => {
    await member(testApp, 'ann');
    const yan = await withoutPassword(testApp, 'yan');
    await testApp.connections.link(yan.id, { source: 'hub', issuer: provider.issuer, subject: 'dora' });
    await arrive();
    await visitor.follow(await testApp.by(visitor, 'dora', throughHub));
    const pressed = await visitor.submit({});
    assert.equal(pressed.status, 403);
    assert.match(pressed.text, /That’s another account/);
    await connectedTo(null);
    assert.equal(await visitor.me(), null);
  });

  it('signs in the user who proved it after the plan was gone', async () => {
    await annOfTheHub();
    await arrive();
    const callback = await sentBack(provider, visitor, 'dora', throughHub);
    await visitor.get(`${connectPage}cancel/`);
    await visitor.submit({});
    await visitor.follow(await visitor.client.get(callback));
    await connectedTo(null);
    assert.equal(await visitor.me(), 'ann');
  });

  it('returns after the password was entered in another tab', async () => {
    const ann = await annOfTheHub();
    await arrive();
    const callback = await sentBack(provider, visitor, 'dora', throughHub);
    await visitor.follow(await visitor.submit({ password }));
    await visitor.submit({});
    await connectedTo(ann);
    await visitor.follow(await visitor.client.get(callback));
    assert.equal(await visitor.me(), 'ann');
  });
});
