import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import express, { type Request, type Response } from 'express';
import session from 'express-session';
import { accountSettings } from '../../lib/flows.js';
import { defineFlow, definePolicy, defineSilentStage, promptStage, Secret, signInFlow, text } from '../../lib/index.js';
import { holdForm } from '../support/http/held-request.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, quickPasswords, signup, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const sessionsPage = '/if/flow/account-sessions/';
const payoutPage = '/if/flow/payout/';

const sessionKinds: Readonly<Record<string, TestAppOptions>> = {
  'enrollment.session()': {},
  'the app’s own express-session': {
    session: (app) => {
      const store = new session.MemoryStore();
      app.use(session({ secret: 'a long enough secret of the app', resave: false, saveUninitialized: false, store }));
    },
  },
};

describe('a form whose body comes late', () => {
  let testApp: TestApp;
  let during: () => Promise<unknown> = () => Promise.resolve();
  const paid: string[] = [];
  afterEach(() => testApp.close());

  /** Names the user to pay; `during` runs while the answers are checked. */
  const payout = defineFlow({
    slug: 'payout',
    title: 'Payout',
    designation: 'stage_configuration',
    authentication: 'require_authenticated',
    stages: [
      promptStage({
        name: 'iban',
        prompts: [text({ key: 'iban', label: 'IBAN' })],
        validation: [definePolicy({ name: 'slow', check: async () => (await during(), true) })],
      }),
      defineSilentStage({
        kind: 'pay',
        needs: ['prompt_data'],
        consumes: () => ['iban'],
        settings: () => ({}),
        hasSideEffects: true,
        run(_settings, { facts }) {
          paid.push(facts.user ?? '');
          return { type: 'completed' };
        },
      })({ name: 'pay' }),
    ],
  });

  async function open(options: TestAppOptions = {}): Promise<void> {
    paid.length = 0;
    during = () => Promise.resolve();
    testApp = await openTestApp({
      flows: [signInFlow({ slug: 'sign-in', target: '/inside' }), ...accountSettings({}), payout, signup],
      ...options,
    });
  }

  for (const [kind, options] of Object.entries(sessionKinds)) {
    it(`brings no session back that was ended meanwhile, nor ends those of the owner: ${kind}`, async () => {
      await open(options);
      const ann = await member(testApp, 'ann');
      const [thief, owner] = [new Visitor(testApp), new Visitor(testApp)];
      await signIn(thief, 'ann');
      await thief.open(sessionsPage);
      const rest = await holdForm(testApp, thief, sessionsPage, { session: 'others' });
      await testApp.enrollment.sessions.endAll(ann.id);
      await signIn(owner, 'ann');
      await rest();
      assert.deepEqual([await thief.me(), await owner.me()], [null, 'ann']);
      assert.equal((await testApp.enrollment.sessions.list(ann.id)).length, 1);
    });

    it(`leaves one of two that end the others at once: ${kind}`, async () => {
      await open(options);
      await member(testApp, 'bob');
      for (let round = 0; round < 4; round += 1) {
        const two = [new Visitor(testApp), new Visitor(testApp)];
        for (const one of two) {
          await signIn(one, 'bob');
          await one.open(sessionsPage);
        }
        await Promise.all(two.map((one) => one.submit({ session: 'others' })));
        const left = await Promise.all(two.map((one) => one.me()));
        assert.equal(left.filter((name) => name !== null).length, 1);
      }
    });
  }

  it('runs no stage of the app’s own with side effects', async () => {
    await open();
    const cyd = await member(testApp, 'cyd');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'cyd');
    await visitor.open(payoutPage);
    const rest = await holdForm(testApp, visitor, payoutPage, { iban: 'NL00' });
    await testApp.enrollment.sessions.endAll(cyd.id);
    assert.equal((await rest()).status, 403);
    assert.deepEqual(paid, []);
  });

  it('runs none either where the session ends while the answers are checked', async () => {
    await open();
    const dan = await member(testApp, 'dan');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'dan');
    await visitor.open(payoutPage);
    during = () => testApp.enrollment.sessions.endAll(dan.id);
    assert.equal((await visitor.submit({ iban: 'NL00' })).status, 303);
    assert.deepEqual(paid, []);
  });

  it('takes no seat by acceptInvite()', async () => {
    await open({
      after(app, enrollment) {
        const answer = (_req: Request, res: Response): void => {
          res.send('joined');
        };
        app.post('/join', express.urlencoded({ extended: false }), enrollment.acceptInvite({}, answer));
      },
    });
    const fay = await member(testApp, 'fay');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'fay');
    await visitor.open(payoutPage);
    const { id, code } = await testApp.enrollment.invitations.create();
    const rest = await holdForm(testApp, visitor, '/join', { invite_code: code });
    await testApp.enrollment.sessions.endAll(fay.id);
    assert.equal((await rest()).status, 403);
    assert.equal((await testApp.enrollment.invitations.get(id))?.redeemed, 0);
  });

  it('counts as long as the password is that of its session', async () => {
    await open();
    const eve = await member(testApp, 'eve');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'eve');
    await visitor.open(payoutPage);
    const rest = await holdForm(testApp, visitor, payoutPage, { iban: 'NL00' });
    await rest();
    assert.deepEqual(paid, [eve.id]);
    await visitor.open(payoutPage);
    const late = await holdForm(testApp, visitor, payoutPage, { iban: 'NL01' });
    const passwordHash = await quickPasswords.hash(new Secret('a lighthouse without any sea'));
    await testApp.users.update?.(eve, { passwordHash, passwordChangedAt: testApp.clock.now() + 1 });
    await late();
    assert.deepEqual(paid, [eve.id]);
  });
});
