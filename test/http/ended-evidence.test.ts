import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { recoveryFlow } from '../../lib/flows.js';
import { defineFlow, definePolicy, identification, promptStage, signInFlow, text, userLogin } from '../../lib/index.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { openAcmeApp, startAcme } from '../support/sources/acme.js';
import { withSignIn } from '../support/sources/people.js';

const next = 'a new and quite long password';

/** What a plan has proved ends with the sessions of its user, whatever other stage passes later. */
describe('evidence from before the sessions of a user were ended', () => {
  const mailer = memoryMailer();
  let testApp: TestApp;
  afterEach(() => testApp.close());

  /** The owner sets a new password by a code from the mailbox. */
  async function recover(name: string): Promise<void> {
    const owner = new Visitor(testApp);
    await owner.open('/if/flow/recovery/');
    await owner.follow(await owner.submit({ uid_field: name }));
    await owner.follow(await owner.submit({ code: mailer.codeIn(await mailer.next(`${name}@example.com`)) ?? '' }));
    testApp.clock.advance(1000);
    assert.equal((await owner.submit({ password: next })).status, 303);
    testApp.clock.advance(1000);
  }

  it('is not made good again by the set-up of an authenticator', async () => {
    const authenticators = memoryAuthenticators();
    testApp = await openTestApp({
      mailer,
      authenticators,
      flows: [
        signInFlow({ slug: 'sign-in', secondFactor: { notConfiguredAction: 'configure' } }),
        recoveryFlow({ slug: 'recovery', secondFactor: false }),
      ],
    });
    const cyd = await member(testApp, 'cyd');
    const attacker = new Visitor(testApp);
    await attacker.open('/if/flow/sign-in/');
    await attacker.follow(await attacker.submit({ uid_field: 'cyd', password }));
    const [, secret = ''] = /secret=([A-Z2-7]+)/.exec(attacker.page.text) ?? [];
    const { generate } = await import('otplib');
    await recover('cyd');
    const code = await generate({ secret, epoch: Math.floor(testApp.clock.now() / 1000) });
    const answer = await attacker.submit({ code });
    await attacker.follow(answer);
    assert.equal(attacker.step.split(' ')[0], 'identification', answer.text);
    assert.deepEqual(await authenticators.list(cyd.id), []);
    assert.equal(await attacker.me(), null);
  });

  it('does not connect an identity to the account', async () => {
    const provider = await startAcme();
    const acme = await openAcmeApp(
      provider,
      { mailer, flows: [...withSignIn, recoveryFlow({ slug: 'recovery' })] },
      { matching: 'username_link' },
    );
    testApp = acme;
    try {
      await member(acme, 'bob');
      const attacker = new Visitor(acme);
      const back = await acme.by(attacker, 'bob');
      await attacker.open(back.location);
      await attacker.follow(await attacker.submit({ password }));
      assert.equal(attacker.step.split(' ')[0], 'source-connect');
      await recover('bob');
      await attacker.submit({});
      assert.equal(await acme.connections.find(acme.identityOf('bob')), null);
      assert.equal(await attacker.me(), null);
    } finally {
      await provider.close();
    }
  });

  it('sets no new password, and signs in no more', async () => {
    testApp = await openTestApp({
      mailer,
      flows: [signInFlow({ slug: 'sign-in' }), recoveryFlow({ slug: 'recovery', signIn: true })],
    });
    const dan = await member(testApp, 'dan');
    const visitor = new Visitor(testApp);
    await visitor.open('/if/flow/recovery/');
    await visitor.follow(await visitor.submit({ uid_field: 'dan' }));
    await visitor.follow(await visitor.submit({ code: mailer.codeIn(await mailer.next('dan@example.com')) ?? '' }));
    testApp.clock.advance(1000);
    await testApp.enrollment.sessions.endAll(dan.id);
    testApp.clock.advance(1000);
    await visitor.submit({ password: next });
    assert.equal(await visitor.me(), null);
    assert.equal((await signIn(new Visitor(testApp), 'dan', next)).status, 422);
    assert.equal((await signIn(new Visitor(testApp), 'dan')).status, 303);
  });

  it('counts no more either where the password was proved while the change was being made', async () => {
    const slow = definePolicy({
      name: 'slow',
      check: async () => {
        testApp.clock.advance(1000);
        await attacker.open('/if/flow/two-pages/');
        await attacker.follow(await attacker.submit({ uid_field: 'eve', password }));
        testApp.clock.advance(1000);
        return true;
      },
    });
    testApp = await openTestApp({
      mailer,
      flows: [
        recoveryFlow({ slug: 'recovery', passwordValidation: [slow] }),
        defineFlow({
          slug: 'two-pages',
          title: 'Sign in',
          designation: 'authentication',
          stages: [
            identification({ name: 'identification', password: true }),
            promptStage({
              name: 'news',
              prompts: [text({ key: 'news', label: 'News', required: false })],
              validation: [definePolicy({ name: 'read', consumes: ['news'], check: () => true })],
            }),
            userLogin({ name: 'user-login' }),
          ],
        }),
      ],
    });
    await member(testApp, 'eve');
    const attacker = new Visitor(testApp);
    await recover('eve');
    assert.equal(attacker.step.split(' ')[0], 'news');
    await attacker.submit({ news: '' });
    assert.equal(await attacker.me(), null);
  });
});
