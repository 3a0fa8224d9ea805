import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { inviteSignupFlow, type MemoryUser } from '../../../lib/index.js';
import type { MatchingMode } from '../../../lib/ports/pending-identity.js';
import { password } from '../../support/account.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { JsonClient } from '../../support/executor-api/json-client.js';
import { signup } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { assertPlainRefusal, atGate } from '../../support/sources/bypass-tricks.js';

const connectPath = '/if/flow/connect-account/';

describe('accounts that an attacker prepares before their owner arrives', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let code: string;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(() => open());
  afterEach(() => testApp.close());

  async function open(matching: MatchingMode = 'identifier', linkWithoutProof = false): Promise<void> {
    testApp = await openAcmeApp(provider, { executorApi: true, flows: [signup] }, { matching, linkWithoutProof });
    ({ code } = await testApp.enrollment.invitations.create({ uses: 10 }));
  }

  /** Signs up with an unverified address, and stays signed in. */
  async function prepared(username: string, email: string): Promise<{ attacker: Visitor; account: MemoryUser }> {
    const attacker = new Visitor(testApp);
    await attacker.enterCode(code);
    const answer = await attacker.submit({ username, email, password, password_repeat: password });
    assert.equal(answer.status, 303, answer.text);
    assert.equal(await attacker.me(), username);
    const account = testApp.members.find((one) => one.username === username);
    assert.ok(account);
    return { attacker, account };
  }

  /**
   * Asserts that nothing of the victim belongs to the attacker, and that the victim is not in the attacker's account.
   */
  async function assertApart(victim: Visitor, attacker: Visitor, account: MemoryUser): Promise<void> {
    assert.notEqual(await testApp.connections.find(testApp.identityOf('ann')), account.id);
    assert.notEqual(await victim.me(), account.username);
    assert.equal(await attacker.me(), account.username, 'the attacker has what the attacker had');
  }

  it('classic-federated merge: an account with the same address is neither taken nor given', async () => {
    for (const mode of ['identifier', 'email_link', 'email_deny'] as const) {
      await testApp.close();
      await open(mode);
      const { attacker, account } = await prepared('mallory', 'ann@example.com');
      const victim = new Visitor(testApp);
      const answer = await testApp.by(victim, 'ann');
      if (mode === 'email_deny') assertPlainRefusal(answer);
      else {
        assert.equal(answer.location, connectPath);
        await victim.get(connectPath);
        assert.equal((await victim.submit({ password: 'a guess at what the attacker chose' })).status, 422);
        await assertApart(victim, attacker, account);
        // The page of the user who prepared the account does not work in a browser without a recognized identity.
        const { hidden } = victim.form;
        assert.equal((await attacker.client.post(connectPath, { ...hidden, password })).status, 403);
      }
      await assertApart(victim, attacker, account);
      assert.equal(await testApp.connections.find(testApp.identityOf('ann')), null);
    }
  });

  it('an account that only typed the address gives it up to the owner that the provider vouches for', async () => {
    const { attacker, account } = await prepared('mallory', 'ann@example.com');
    const victim = new Visitor(testApp);
    await victim.follow(await testApp.by(victim, 'ann'));
    assert.match(victim.page.text, /That’s not mine: create a new account/);
    const gate = await victim.follow(await victim.submit({ account: 'other' }));
    assert.match(gate.text, /enter your invitation code/);
    assert.equal((await testApp.users.findByLogin('email', 'ann@example.com'))?.id, account.id, 'not before the code');
    const bad = await victim.submit({ invite_code: 'WRONG-WRONG-WRONG' });
    assert.equal(bad.status, 422);
    assert.equal((await testApp.users.findByLogin('email', 'ann@example.com'))?.id, account.id);
    await victim.follow(await victim.submit({ invite_code: code }));
    assert.equal(await victim.me(), 'ann');
    const owner = await testApp.users.findByLogin('email', 'ann@example.com');
    assert.deepEqual([owner?.username, owner?.emailVerified], ['ann', true]);
    assert.equal(await testApp.connections.find(testApp.identityOf('ann')), owner?.id);
    assert.equal((await testApp.users.findById(account.id))?.email, null);
    assert.equal(await attacker.me(), 'mallory', 'what is not the address stays');
    const told = testApp.events.filter(({ name }) => name === 'account.address_released');
    assert.deepEqual(told, [{ name: 'account.address_released', facts: { user: account.id } }]);
  });

  it('its button is an action of the JSON, which leads to the gate', async () => {
    await prepared('mallory', 'ann@example.com');
    const victim = new Visitor(testApp);
    await victim.follow(await testApp.by(victim, 'ann'));
    const client = new JsonClient(testApp, { browser: victim.client, namesSteps: true });
    const asked = await client.get('connect-account');
    const [action] = asked.body.page?.actions ?? [];
    assert.deepEqual(
      [asked.body.component, action?.name, action?.label],
      ['ak-stage-password', 'enroll_instead', 'That’s not mine: create a new account'],
      asked.text,
    );
    const led = await client.post('connect-account', action?.response ?? {});
    assert.equal(led.body.to, '/if/flow/no-access-yet/', led.text);
    const gate = await client.get('no-access-yet');
    assert.equal(gate.body.fields?.[0]?.field_key, 'invite_code', gate.text);
    await assertDocumented(testApp, client.answers);
  });

  it('an account that proved the address is never left aside, whatever the form says', async () => {
    const { account } = await prepared('mallory', 'ann@example.com');
    await testApp.users.update?.(account, { emailVerified: true });
    const victim = new Visitor(testApp);
    await victim.follow(await testApp.by(victim, 'ann'));
    assert.doesNotMatch(victim.page.text, /That’s not mine/);
    assert.equal((await victim.submit({ account: 'other', password: 'a guess' })).status, 422);
    assert.equal((await testApp.users.findByLogin('email', 'ann@example.com'))?.id, account.id);
  });

  it('an address that is proved while the other person is at the gate is not taken', async () => {
    const { account } = await prepared('mallory', 'ann@example.com');
    const victim = new Visitor(testApp);
    await victim.follow(await testApp.by(victim, 'ann'));
    await victim.follow(await victim.submit({ account: 'other' }));
    await testApp.users.update?.(account, { emailVerified: true });
    await victim.submit({ invite_code: code });
    assert.equal(await victim.me(), null);
    assert.equal((await testApp.users.findByLogin('email', 'ann@example.com'))?.id, account.id);
  });

  it('unexpired session: a session kept open by the attacker never becomes the victim’s', async () => {
    const { attacker, account } = await prepared('mallory', 'mallory@example.com');
    // The attacker's session in the browser that the victim will use, as on a shared machine.
    const shared = new Visitor(testApp);
    for (const name of attacker.client.cookies.names())
      if (!/^enrollment\.(plan|entry|notice|recent)/.test(name))
        shared.client.cookies.set(name, attacker.client.cookies.get(name) ?? '');
    assert.equal(await shared.me(), 'mallory');
    const answer = await testApp.by(shared, 'ann');
    assert.ok(answer.location === connectPath || answer.status === 403, answer.text);
    assert.equal(
      await testApp.connections.find(testApp.identityOf('ann')),
      null,
      'nothing is connected without a password',
    );
    const victim = await atGate(testApp, 'ann');
    await victim.follow(await victim.submit({ invite_code: code }));
    assert.equal(await victim.me(), 'ann');
    await assertApart(victim, attacker, account);
    assert.equal(await shared.me(), 'mallory');
  });

  it('F27: a passwordless account that the attacker signed up for is not claimed by invitation', async () => {
    await testApp.close();
    testApp = await openAcmeApp(provider, {
      flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email'] })],
    });
    ({ code } = await testApp.enrollment.invitations.create());
    const attacker = new Visitor(testApp);
    await attacker.enterCode(code);
    await attacker.submit({ username: 'mallory', email: 'ann@example.com' });
    assert.equal(await attacker.me(), 'mallory');
    const [account] = testApp.members;
    assert.ok(account);
    const bound = await testApp.enrollment.invitations.create({ email: 'ann@example.com' });
    const victim = new Visitor(testApp);
    const page = await victim.follow(await testApp.by(victim, 'ann'));
    assert.doesNotMatch(page.text, /is waiting here/);
    await victim.client.post('/if/flow/no-access-yet/', { invite_code: bound.code });
    await assertApart(victim, attacker, account);
  });

  it('trojan identifier: the attacker’s identity on an account with the victim’s address', async () => {
    const attacker = await atGate(testApp, 'bob');
    await attacker.follow(await attacker.submit({ invite_code: code }));
    await attacker.follow(await attacker.submit({ email: 'ann@example.com' }));
    const [account] = testApp.members;
    assert.ok(account);
    assert.equal(await attacker.me(), 'bob');
    const victim = new Visitor(testApp);
    const answer = await victim.follow(await testApp.by(victim, 'ann'));
    assert.match(answer.text, /already exists/, 'an account without a password is proved by signing in to it');
    assert.doesNotMatch(answer.text, /type="password"/, 'no password to guess');
    await assertApart(victim, attacker, account);
    // The identity that the attacker left there gives access only to the attacker's own account.
    const again = new Visitor(testApp);
    await testApp.by(again, 'bob');
    assert.equal(await again.me(), 'bob');
    assert.equal(await testApp.connections.find(testApp.identityOf('ann')), null);
    await victim.follow(await victim.submit({ account: 'other' }));
    await victim.follow(await victim.submit({ invite_code: code }));
    assert.equal(await victim.me(), 'ann');
    assert.equal((await testApp.users.findByLogin('email', 'ann@example.com'))?.username, 'ann');
    assert.equal((await testApp.users.findById(account.id))?.email, null);
  });

  it('unexpired email change: one completed late does not reach the victim’s account', async () => {
    const { attacker, account } = await prepared('mallory', 'mallory@example.com');
    const victim = await atGate(testApp, 'ann');
    await victim.follow(await victim.submit({ invite_code: code }));
    const { update } = testApp.users;
    assert.ok(update);
    await assert.rejects(async () => update(account, { email: 'ann@example.com' }));
    await assertApart(victim, attacker, account);
    const again = new Visitor(testApp);
    await testApp.by(again, 'ann');
    assert.equal(await again.me(), 'ann');
  });

  it('unexpired email change: completed before the victim arrives, it gains nothing', async () => {
    const { attacker, account } = await prepared('mallory', 'mallory@example.com');
    await testApp.users.update?.(account, { email: 'ann@example.com' });
    const victim = new Visitor(testApp);
    assert.equal((await testApp.by(victim, 'ann')).location, connectPath);
    await assertApart(victim, attacker, account);
  });

  it('non-verifying provider: an unverified address finds no account', async () => {
    for (const [mode, proofless] of [
      ['identifier', false],
      ['email_link', true],
      ['email_link', false],
      ['email_deny', false],
    ] as const) {
      await testApp.close();
      await open(mode, proofless);
      const { attacker: owner, account } = await prepared('bobby', 'bob@example.com');
      const attacker = new Visitor(testApp);
      const answer = await testApp.by(attacker, 'bob');
      assert.equal(await attacker.me(), null, answer.text);
      assert.equal(await testApp.connections.find(testApp.identityOf('bob')), null);
      if (mode !== 'identifier') assertPlainRefusal(answer);
      else {
        await attacker.get(answer.location);
        await attacker.follow(await attacker.submit({ invite_code: code }));
        assert.equal((await attacker.submit({ email: 'bob@example.com' })).status, 422);
        assert.equal(await attacker.me(), null);
      }
      assert.equal(await owner.me(), account.username);
    }
  });

  it('a proposed username makes no one the administrator or the owner of that name', async () => {
    const eve = await atGate(testApp, 'eve');
    await eve.follow(await eve.submit({ invite_code: code }));
    assert.match(eve.page.text, /Choose a username/, 'a reserved name is not given because a provider says so');
    assert.equal((await eve.submit({ username: 'ADMIN' })).status, 422);
    assert.equal(await eve.me(), null);
    for (const [mode, proofless] of [
      ['identifier', false],
      ['email_link', true],
      ['username_deny', false],
      ['username_link', false],
    ] as const) {
      await testApp.close();
      await open(mode, proofless);
      const { account } = await prepared('dora', 'somebody@example.com');
      const attacker = new Visitor(testApp);
      const answer = await testApp.by(attacker, 'dora');
      if (answer.status === 303) await attacker.get(answer.location);
      if (answer.location === '/if/flow/no-access-yet/') {
        await attacker.follow(await attacker.submit({ invite_code: code }));
        assert.match(attacker.page.text, /Choose a username/);
        assert.equal((await attacker.submit({ username: 'DORA' })).status, 422);
      }
      assert.equal(await attacker.me(), null);
      assert.equal(await testApp.connections.find(testApp.identityOf('dora')), null);
      assert.equal(testApp.members.length, 1);
      assert.equal(account.username, 'dora');
    }
  });
});
