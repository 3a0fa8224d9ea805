import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { OpenIdConnectSettings } from '../../../lib/sources/openid-connect/settings.js';
import { password } from '../../support/account.js';
import { member } from '../../support/http/sign-in-app.js';
import type { TestAppOptions } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider, Person } from '../../support/openid-provider.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import {
  comesIn,
  connectPage,
  gatePage,
  linkedEvents,
  switchableUsers,
  withoutPassword,
  withSignIn,
  type SwitchableUsers,
} from '../../support/sources/people.js';

describe('an account that matches the claims of a source', () => {
  let provider: OpenIdProvider;
  let guardApp: SwitchableUsers;
  let testApp: AcmeApp;
  let visitor: Visitor;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(() => open());
  afterEach(() => testApp.close());

  async function open(terms: Partial<OpenIdConnectSettings> = {}, options: TestAppOptions = {}): Promise<void> {
    guardApp = switchableUsers();
    const { users, redemptions } = guardApp;
    testApp = await openAcmeApp(provider, { users, redemptions, flows: [...withSignIn], ...options }, terms);
    visitor = new Visitor(testApp);
  }

  async function reopen(...given: Parameters<typeof open>): Promise<void> {
    await testApp.close();
    await open(...given);
  }

  async function arrive(person: Person): Promise<RawAnswer> {
    const back = await testApp.by(visitor, person);
    assert.deepEqual([back.status, back.location], [303, connectPage]);
    return visitor.get(back.location);
  }

  async function connectedTo(id: string | null, person: Person = 'ann'): Promise<void> {
    assert.equal(await testApp.connections.find(testApp.identityOf(person)), id);
    assert.deepEqual(linkedEvents(testApp), id === null ? [] : [id]);
  }

  it('is connected by its password, which is asked for with its address', async () => {
    const ann = await member(testApp, 'ann');
    const page = await arrive('ann');
    assert.match(page.text, /You already have an account here/);
    assert.match(page.text, /ann@example\.com/);
    assert.match(page.text, /type="password"/);
    assert.equal((await visitor.submit({ password: 'not the password of ann' })).status, 422);
    await connectedTo(null);
    assert.equal(await visitor.me(), null);
    await visitor.follow(await visitor.submit({ password }));
    // An identity alone does not express consent to connect.
    await connectedTo(null);
    assert.match(visitor.page.text, /Connect Acme to your account/);
    assert.match(visitor.page.text, /You’re signed in to Acme as ann@example\.com/);
    assert.equal((await visitor.submit({})).status, 303);
    await connectedTo(ann.id);
    assert.deepEqual([await visitor.me(), await comesIn(testApp, 'ann')], ['ann', 'ann']);
  });

  it('is not connected by the password of another account, whatever is posted beside it', async () => {
    const ann = await withoutPassword(testApp, 'ann-the-first', 'ann@example.com');
    const mallory = await member(testApp, 'mallory');
    // An account without a password waits for an invitation bound to its address: the gate asks for the code.
    assert.equal((await testApp.by(visitor, 'ann')).location, gatePage);
    await guardApp.users.update?.(ann, { passwordHash: 'no hash of any password' });
    await arrive('ann');
    const posted = { password, uid_field: 'mallory', pending_user: mallory.id, pending_user_identifier: 'mallory' };
    assert.equal((await visitor.submit(posted)).status, 422);
    await connectedTo(null);
    assert.equal(await visitor.me(), null);
  });

  it('guesses end the plan, and count for everyone', async () => {
    await member(testApp, 'ann');
    await arrive('ann');
    let last = await visitor.submit({ password: 'guess number zero' });
    for (let guess = 1; guess < 7 && last.status === 422; guess += 1)
      last = await visitor.submit({ password: `guess number ${String(guess)}` });
    assert.ok([403, 429].includes(last.status), String(last.status));
    await connectedTo(null);
  });

  it('with username_link, is asked for by its name', async () => {
    await reopen({ matching: 'username_link' });
    const ann = await withoutPassword(testApp, 'unrelated', 'ann@example.com');
    const named = await member(testApp, 'bob');
    const page = await arrive('bob');
    assert.match(page.text, /value="bob"/);
    await visitor.follow(await visitor.submit({ password }));
    await visitor.submit({});
    await connectedTo(named.id, 'bob');
    assert.equal(await testApp.connections.find({ ...testApp.identityOf('ann') }), null);
    assert.ok(ann.id);
  });

  it('with email_deny or username_deny, refuses the person, with other options', async () => {
    for (const matching of ['email_deny', 'username_deny'] as const) {
      await reopen({ matching });
      await member(testApp, 'ann');
      const refused = await testApp.by(visitor, 'ann');
      assert.equal(refused.status, 403);
      assert.match(refused.text, /already exists\. Sign in the way you signed up/);
      await connectedTo(null);
      const other = await testApp.by(new Visitor(testApp), matching === 'email_deny' ? 'carl' : 'eve');
      assert.equal(other.location, gatePage, 'nobody else is kept out');
    }
  });

  it('with linkWithoutProof, is connected at once, and only by that field', async () => {
    await reopen({ matching: 'email_link', linkWithoutProof: true });
    const typed = await member(testApp, 'ann');
    assert.equal((await testApp.by(visitor, 'ann')).location, connectPage, 'a typed address proves nothing');
    await connectedTo(null);
    await testApp.users.update?.(typed, { email: 'another@example.com' });
    const ann = await withoutPassword(testApp, 'somebody', 'ann@example.com');
    await withoutPassword(testApp, 'carl', 'other@example.com');
    assert.equal(await comesIn(testApp, 'ann'), 'somebody');
    await connectedTo(ann.id);
    assert.equal((await testApp.by(visitor, 'carl')).location, gatePage);
  });

  it('an unverified address matches nothing, whatever the mode', async () => {
    for (const terms of [{}, { matching: 'email_link', linkWithoutProof: true }] as const) {
      await reopen(terms);
      await member(testApp, 'bob');
      await member(testApp, 'admin');
      for (const person of ['bob', 'eve'] as const) {
        const back = await testApp.by(new Visitor(testApp), person);
        if ('matching' in terms) assert.equal(back.status, 403, 'no address that counts');
        else assert.equal(back.location, gatePage);
        await connectedTo(null, person);
      }
    }
  });

  it('an inactive user cannot sign in on any path, with the same message', async () => {
    const words = 'This account isn’t active. Ask whoever runs this site.';
    const ann = await member(testApp, 'ann');
    guardApp.asleep.add(ann.id);
    const matched = await testApp.by(visitor, 'ann');
    await testApp.connections.link(ann.id, testApp.identityOf('ann'));
    const connected = await testApp.by(visitor, 'ann');
    for (const { status, text } of [matched, connected]) {
      assert.equal(status, 403);
      assert.ok(text.includes(words), text);
    }
    await reopen({ matching: 'email_link', linkWithoutProof: true });
    const again = await member(testApp, 'ann');
    guardApp.asleep.add(again.id);
    assert.ok((await testApp.by(visitor, 'ann')).text.includes(words));
    await connectedTo(null);
    await reopen({}, { findUser: () => again });
    guardApp.asleep.add(again.id);
    assert.ok((await testApp.by(visitor, 'ann')).text.includes(words));
    assert.equal(await visitor.me(), null);
  });

  it('a user deactivated while entering the password cannot sign in', async () => {
    const ann = await member(testApp, 'ann');
    await arrive('ann');
    guardApp.asleep.add(ann.id);
    assert.notEqual((await visitor.submit({ password })).status, 303);
    await connectedTo(null);
    assert.equal(await visitor.me(), null);
  });
});
