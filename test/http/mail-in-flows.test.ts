import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { authenticatorSetupFlow } from '../../lib/flows/authenticator-setup.js';
import { recoveryFlow } from '../../lib/flows/recovery.js';
import {
  admittedSource,
  createEnrollment,
  defineFlow,
  identification,
  isEnrollmentError,
  memoryConnections,
  noAccessYetFlow,
  passwordStage,
  signInFlow,
  userLogin,
} from '../../lib/index.js';
import { emailStage } from '../../lib/stages.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { password } from '../support/account.js';
import { member, signIn, signInPage } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const page = '/if/flow/recovery/';
const newPassword = 'a new and rather long password';

describe('codes by email in flows', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  afterEach(() => app.close());

  async function open(options: TestAppOptions): Promise<void> {
    mailer.clear();
    app = await openTestApp({ mailer, ...options });
  }

  async function codeFor(address: string): Promise<string> {
    const code = mailer.codeIn(await mailer.next(address)) ?? '';
    app.canaries.add(code);
    return code;
  }

  const stepOf = (visitor: Visitor): string | undefined => visitor.step.split(' ')[0];

  it('a recovery ends every other session of the account, and of no other', async () => {
    await open({ flows: [signInFlow({ slug: 'sign-in' }), recoveryFlow({ slug: 'recovery', signIn: true })] });
    await member(app, 'ann');
    await member(app, 'bob');
    const [hers, his, thief] = [new Visitor(app), new Visitor(app), new Visitor(app)];
    for (const [visitor, name] of [
      [hers, 'ann'],
      [thief, 'ann'],
      [his, 'bob'],
    ] as const)
      await signIn(visitor, name);
    assert.equal(await thief.me(), 'ann');
    const visitor = new Visitor(app);
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
    await visitor.follow(await visitor.submit({ code: await codeFor('ann@example.com') }));
    app.clock.advance(1000);
    await visitor.submit({ password: newPassword });
    assert.deepEqual(await Promise.all([visitor, hers, thief, his].map((one) => one.me())), ['ann', null, null, 'bob']);
  });

  it('a recovery asks for the second factor before the new password', async () => {
    await open({
      authenticators: memoryAuthenticators(),
      flows: [
        signInFlow({ slug: 'sign-in' }),
        authenticatorSetupFlow({ slug: 'totp', type: 'totp' }),
        recoveryFlow({ slug: 'recovery', secondFactor: true }),
      ],
    });
    await member(app, 'ann');
    const owner = new Visitor(app);
    await signIn(owner, 'ann');
    await owner.open('/if/flow/totp/');
    const shown = await owner.follow(await owner.submit({ password }));
    const secret = /secret=([A-Z2-7]+)/.exec(shown.text)?.[1] ?? '';
    const codeNow = (): string => generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
    await owner.follow(await owner.submit({ code: codeNow() }));
    app.clock.advance(60_000);

    const visitor = new Visitor(app);
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
    await visitor.follow(await visitor.submit({ code: await codeFor('ann@example.com') }));
    assert.equal(stepOf(visitor), 'second-factor', visitor.page.text);
    const skipped = {
      ...visitor.form.hidden,
      enrollment_step: visitor.signature.replace('.second-factor.', '.password.'),
    };
    assert.equal((await visitor.post(page, { ...skipped, password: newPassword })).status, 403);
    await visitor.open(page);
    assert.equal((await visitor.submit({ code: '000000' === codeNow() ? '000001' : '000000' })).status, 422);
    await visitor.follow(await visitor.submit({ code: codeNow() }));
    assert.equal(stepOf(visitor), 'password');
  });

  it('the gate of sources proves an address that the provider does not vouch for, and no other', async () => {
    let vouches = false;
    await open({
      sources: [admittedSource({ slug: 'corp', name: 'Corp', issuer: 'https://corp.example' })],
      connections: memoryConnections(),
      flows: [signup, noAccessYetFlow({ fields: ['username', 'email'], verifyEmail: true })],
      after: (express, enrollment) =>
        void express.get(
          '/sso',
          enrollment.admit('corp', (req) => {
            const subject = req.get('x-remote-user') ?? '';
            return { subject, username: subject, email: `${subject}@corp.example`, emailVerified: vouches };
          }),
        ),
    });
    const comes = async (name: string): Promise<Visitor> => {
      const { code } = await app.enrollment.invitations.create();
      const visitor = new Visitor(app);
      await visitor.follow(await visitor.client.get('/sso', { 'x-remote-user': name }));
      await visitor.open('/if/flow/no-access-yet/');
      await visitor.follow(await visitor.submit({ invite_code: code }));
      return visitor;
    };
    const unvouched = await comes('ann');
    assert.equal(stepOf(unvouched), 'email', unvouched.page.text);
    await unvouched.follow(await unvouched.submit({ email: 'ann@home.example' }));
    assert.equal(stepOf(unvouched), 'email-code', unvouched.page.text);
    assert.equal(app.members.length, 0);
    await unvouched.submit({ code: await codeFor('ann@home.example') });
    assert.equal(await unvouched.me(), 'ann');

    vouches = true;
    const vouched = await comes('bob');
    assert.equal(await vouched.me(), 'bob', vouched.page.text);
    assert.equal(mailer.mails.length, 1);
  });

  it('where no form leads to the page, a button sends the mail, and a GET sends none', async () => {
    await open({
      flows: [
        signInFlow({ slug: 'sign-in' }),
        defineFlow({
          slug: 'verify',
          title: 'Verify',
          designation: 'authentication',
          stages: [
            identification({ name: 'identification', userFields: ['email'] }),
            emailStage({ name: 'email', recipient: 'identified', userFields: ['email'] }),
            userLogin({ name: 'login' }),
          ],
        }),
        defineFlow({
          slug: 'two',
          title: 'Password and email',
          designation: 'authentication',
          stages: [
            identification({ name: 'identification' }),
            passwordStage({ name: 'password' }),
            emailStage({ name: 'email', recipient: 'account' }),
            userLogin({ name: 'login' }),
          ],
        }),
      ],
      rateLimits: { mails: { perPlan: { points: 1, windowSeconds: 60 } } },
    });
    await member(app, 'ann');
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/verify/');
    await visitor.follow(await visitor.submit({ uid_field: 'ann@example.com' }));
    for (let more = 0; more < 3; more += 1) await visitor.open('/if/flow/verify/');
    assert.equal(mailer.mails.length, 1);
    await visitor.submit({ code: await codeFor('ann@example.com') });
    assert.equal(await visitor.me(), 'ann', 'a code of the account’s mail is evidence of its owner');

    const second = new Visitor(app);
    await second.open('/if/flow/two/');
    await second.follow(await second.submit({ uid_field: 'ann' }));
    const shown = await second.follow(await second.submit({ password }));
    assert.match(shown.text, /to .*a\*\*\*@example\.com/);
    assert.ok(!shown.text.includes('ann@example.com'), 'an address that was not typed here is masked');
    assert.equal(await second.me(), null);
    assert.equal((await second.submit({ resend: 'true' })).status, 429);
  });

  it('a signed-in user is asked to sign out before a recovery, and its link changes nothing for them', async () => {
    await open({ flows: [signInFlow({ slug: 'sign-in' }), recoveryFlow({ slug: 'recovery' })] });
    await member(app, 'ann');
    await member(app, 'bob');
    const visitor = new Visitor(app);
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
    const form = visitor.form;
    const code = await codeFor('ann@example.com');
    const link = new URL(mailer.linkIn(await mailer.next('ann@example.com')) ?? '');
    await visitor.open(signInPage);
    await visitor.submit({ uid_field: 'bob', password });
    assert.equal(await visitor.me(), 'bob');
    const shown = await visitor.open(link.pathname + link.search);
    assert.equal(shown.status, 403);
    assert.equal((await visitor.post(form.action, { ...form.hidden, code })).status, 403);
    assert.equal(await visitor.me(), 'bob');
    assert.equal((await signIn(new Visitor(app), 'ann')).status, 303, 'the password is as it was');
  });

  it('without the option, development logs the mail with its code, and production does not start', async () => {
    await open({ mailer: undefined, flows: [recoveryFlow({ slug: 'recovery' })] });
    await member(app, 'ann');
    const visitor = new Visitor(app);
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
    const isLogged = (): boolean => app.log.some(({ text }) => /this mail is not sent/.test(text));
    for (let turns = 0; turns < 100 && !isLogged(); turns += 1)
      await new Promise((resolve) => void setTimeout(resolve, 5));
    const { text, fields } = app.log.find((one) => /this mail is not sent/.test(one.text)) ?? assert.fail();
    assert.match(text, /^ {4}[0-9A-Z]{4}-[0-9A-Z]{4}$/m);
    assert.match(text, /^http:.*\/if\/flow\/recovery\/mail\/\?token=/m);
    assert.deepEqual([fields['to'], fields['kind']], ['ann@example.com', 'recovery']);

    const { users } = app;
    assert.throws(
      () =>
        createEnrollment({
          ...{ baseUrl: 'https://app.example', secret: 'Wz7ePx0rTqkL4mVbN2cYhDfJ8sGaU5iQ', production: true },
          ...{ redis: 'redis://127.0.0.1:1', users, flows: [recoveryFlow({ slug: 'recovery' })] },
          login: { current: () => null, signIn: () => Promise.resolve() },
        }),
      (error) =>
        isEnrollmentError(error) &&
        error.issues.some((issue) => issue === 'flows.recovery.email: email needs the option mailer'),
    );
  });
});
