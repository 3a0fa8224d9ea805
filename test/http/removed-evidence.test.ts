import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { accountSettings } from '../../lib/flows.js';
import {
  defineFlow,
  email,
  identification,
  memoryUsers,
  promptStage,
  signInFlow,
  sourceAuthenticationFlow,
  userLogin,
  userWrite,
  type MemoryUser,
} from '../../lib/index.js';
import { dummyStage, emailStage } from '../../lib/stages.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { OpenIdProvider } from '../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../support/sources/acme.js';
import { withSignIn } from '../support/sources/people.js';

const wait = dummyStage({ name: 'news' });

/** What recognized a user goes while a plan that it was evidence for waits at a page. */
describe('evidence of something that was removed meanwhile', () => {
  let provider: OpenIdProvider;
  let close: () => Promise<void> = async () => undefined;
  before(async () => {
    provider = await startAcme();
  });
  afterEach(() => close());
  after(() => provider.close());

  /** Bob, whose identity waits at a page before it is signed in, and the user himself, signed in elsewhere. */
  async function waiting(
    enabled: () => boolean = () => true,
  ): Promise<{ app: AcmeApp; attacker: Visitor; owner: Visitor; user: MemoryUser }> {
    const app = await openAcmeApp(
      provider,
      {
        flows: [
          ...withSignIn,
          sourceAuthenticationFlow({ stages: [wait], target: '/inside' }),
          ...accountSettings({ connections: true, leave: false }),
        ],
      },
      { enabled },
    );
    close = () => app.close();
    const user = await member(app, 'zoe');
    await app.connections.link(user.id, app.identityOf('bob'));
    const [attacker, owner] = [new Visitor(app), new Visitor(app)];
    const back = await app.by(attacker, 'bob');
    await attacker.open(back.location);
    assert.equal(attacker.step.split(' ')[0], 'news');
    app.clock.advance(1000);
    await signIn(owner, 'zoe');
    return { app, attacker, owner, user };
  }

  it('CVE-2025-29928: a disconnected identity signs in no more; the owner’s session stays', async () => {
    const { app, attacker, owner } = await waiting();
    await owner.open('/if/flow/account-connections/');
    const [choice] = owner.form.controls.filter(({ name }) => name === 'connection');
    app.clock.advance(1000);
    const answer = await owner.submit({ connection: choice?.value ?? '' });
    assert.equal(answer.status, 303, answer.text);
    assert.equal(await app.connections.find(app.identityOf('bob')), null);
    app.clock.advance(1000);
    await attacker.submit({});
    assert.equal(await attacker.me(), null);
    assert.equal(await owner.me(), 'zoe');
  });

  it('one that the app itself has disconnected signs in no more, with a reason', async () => {
    const { app, attacker, user } = await waiting();
    await app.connections.unlink?.(user.id, app.identityOf('bob'));
    const answer = await attacker.submit({});
    assert.equal(answer.status, 403);
    assert.match(answer.text, /This Acme account is no longer connected to your account/);
    assert.equal(await attacker.me(), null);
  });

  it('one of a source that was switched off signs in no more', async () => {
    let isOn = true;
    const { attacker } = await waiting(() => isOn);
    isOn = false;
    const answer = await attacker.submit({});
    assert.equal(answer.status, 403);
    assert.match(answer.text, /You can’t sign in with Acme here/);
    assert.equal(await attacker.me(), null);
  });

  it('an unchanged one signs in', async () => {
    const { attacker } = await waiting();
    assert.equal((await attacker.submit({})).location, '/inside');
    assert.equal(await attacker.me(), 'zoe');
  });
});

describe('evidence of an address or authenticator that was removed meanwhile', () => {
  const mailer = memoryMailer();
  let testApp: TestApp;
  afterEach(() => testApp.close());

  const byMail = defineFlow({
    slug: 'by-mail',
    title: 'Sign in',
    designation: 'authentication',
    authentication: 'require_unauthenticated',
    target: '/inside',
    stages: [
      identification({ name: 'who' }),
      emailStage({ name: 'mail', recipient: 'identified' }),
      wait,
      userLogin({ name: 'user-login' }),
    ],
  });

  it('a mailbox that is no longer the account’s signs in no more', async () => {
    testApp = await openTestApp({
      mailer,
      flows: [...withSignIn, byMail, ...accountSettings({ fields: ['username', 'email'], leave: false })],
    });
    await member(testApp, 'ann');
    const [attacker, owner] = [new Visitor(testApp), new Visitor(testApp)];
    await attacker.open('/if/flow/by-mail/');
    await attacker.follow(await attacker.submit({ uid_field: 'ann' }));
    await attacker.follow(await attacker.submit({ code: mailer.codeIn(await mailer.next('ann@example.com')) ?? '' }));
    assert.equal(attacker.step.split(' ')[0], 'news', attacker.page.text);
    testApp.clock.advance(1000);
    await signIn(owner, 'ann');
    await owner.open('/if/flow/account-profile/');
    testApp.clock.advance(1000);
    await owner.follow(await owner.submit({ username: 'ann', email: 'ann@new.example' }));
    const changed = await owner.submit({ code: mailer.codeIn(await mailer.next('ann@new.example')) ?? '' });
    assert.equal(changed.status, 303, changed.text);
    testApp.clock.advance(1000);
    await attacker.submit({});
    assert.equal(await attacker.me(), null);
    assert.equal(await owner.me(), 'ann');
  });

  it('a removed authenticator app is no second factor any more', async () => {
    const authenticators = memoryAuthenticators();
    testApp = await openTestApp({
      authenticators,
      flows: [
        signup,
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: true }),
        defineFlow({
          slug: 'slowly',
          title: 'Sign in',
          designation: 'authentication',
          authentication: 'require_unauthenticated',
          target: '/inside',
          stages: [identification({ name: 'who', password: true }), wait, userLogin({ name: 'user-login' })],
        }),
        ...accountSettings({ authenticators: ['totp', 'recovery_codes'], leave: false }),
      ],
    });
    const cyd = await member(testApp, 'cyd');
    const [attacker, owner] = [new Visitor(testApp), new Visitor(testApp)];
    await signIn(owner, 'cyd');
    const page = await owner.follow(await owner.open('/if/flow/account-totp/').then(() => owner.submit({ password })));
    const [, secret = ''] = /secret=([A-Z2-7]+)/.exec(page.text) ?? [];
    const code = (): string => generateSync({ secret, epoch: Math.floor(testApp.clock.now() / 1000) });
    await owner.follow(await owner.submit({ code: code() }));
    const [app] = (await authenticators.list(cyd.id)).filter(({ type }) => type === 'totp');
    assert.ok(app);
    await attacker.open('/if/flow/slowly/');
    await attacker.follow(await attacker.submit({ uid_field: 'cyd', password }));
    assert.equal(attacker.step.split(' ')[0], 'news', attacker.page.text);
    testApp.clock.advance(60_000);
    await owner.open('/if/flow/account-authenticators/');
    await owner.follow(await owner.submit({ authenticator: app.id }));
    await owner.follow(await owner.submit({ authenticator_name: 'x', authenticator_removed: 'yes' }));
    await owner.follow(await owner.submit({}));
    assert.equal((await owner.submit({ code: code() })).status, 303, owner.page.text);
    assert.deepEqual(
      (await authenticators.list(cyd.id)).filter(({ type }) => type === 'totp'),
      [],
    );
    testApp.clock.advance(1000);
    await attacker.submit({});
    assert.equal(await attacker.me(), null);
  });

  it('an ended session does not come back by the form that began it', async () => {
    testApp = await openTestApp({ flows: [...withSignIn, ...accountSettings({ leave: false })] });
    const dan = await member(testApp, 'dan');
    const [thief, owner] = [new Visitor(testApp), new Visitor(testApp)];
    await thief.open('/if/flow/sign-in/');
    const { action, hidden } = thief.form;
    const form = { ...hidden, uid_field: 'dan', password };
    await thief.post(action, form);
    assert.equal(await thief.me(), 'dan');
    await signIn(owner, 'dan');
    testApp.clock.advance(1000);
    const [session] = (await testApp.enrollment.sessions.list(dan.id)).toSorted(
      (one, other) => one.signedInAt - other.signedInAt,
    );
    assert.equal(await testApp.enrollment.sessions.end(dan.id, session?.id ?? ''), true);
    testApp.clock.advance(1000);
    assert.equal(await thief.me(), null);
    await thief.post(action, form);
    assert.equal(await thief.me(), null);
    assert.equal(await owner.me(), 'dan');
  });

  it('a flow that asks for an address after the password goes on after the change', async () => {
    const { users, redemptions } = memoryUsers();
    testApp = await openTestApp({
      users,
      redemptions,
      flows: [
        signup,
        defineFlow({
          slug: 'new-address',
          title: 'Sign in',
          designation: 'authentication',
          authentication: 'require_unauthenticated',
          target: '/inside',
          stages: [
            identification({ name: 'who', password: true }),
            promptStage({ name: 'address', prompts: [email({ key: 'email', label: 'Email' })] }),
            userWrite({ name: 'user-write', creationMode: 'never_create' }),
            wait,
            userLogin({ name: 'user-login' }),
          ],
        }),
      ],
    });
    await member(testApp, 'eve');
    const visitor = new Visitor(testApp);
    await visitor.open('/if/flow/new-address/');
    await visitor.follow(await visitor.submit({ uid_field: 'eve', password }));
    testApp.clock.advance(1000);
    await visitor.follow(await visitor.submit({ email: 'eve@new.example' }));
    testApp.clock.advance(1000);
    assert.equal(visitor.step.split(' ')[0], 'news', visitor.page.text);
    assert.equal((await visitor.submit({})).location, '/inside');
    assert.equal(await visitor.me(), 'eve');
  });
});
