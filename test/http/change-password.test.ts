import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import {
  defineFlow,
  memoryUsers,
  password as passwordPrompt,
  promptStage,
  signInFlow,
  userWrite,
  type MemoryUser,
} from '../../lib/index.js';
import { changePasswordFlow } from '../../lib/flows.js';
import { uniquePassword } from '../../lib/policies.js';
import { passwordWrite } from '../../lib/stages.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const other = 'another tram over the harbour';
const page = '/if/flow/change-password/';

/** Flows that forget to ask for the present password. */
const bare = [
  passwordWrite({ name: 'write', firstPassword: true }),
  userWrite({ name: 'write', creationMode: 'never_create' }),
].map((write, at) =>
  defineFlow({
    slug: `bare-${at}`,
    title: 'Bare',
    designation: 'stage_configuration',
    authentication: 'require_authenticated',
    stages: [promptStage({ name: 'new', prompts: [passwordPrompt({ key: 'password', label: 'New' })] }), write],
  }),
);

describe('changing the password', () => {
  let testApp: TestApp;
  let ann: MemoryUser;
  let visitor: Visitor;
  let count = 0;
  before(async () => {
    testApp = await openTestApp({
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        changePasswordFlow({ target: '/changed', repeat: true, validation: [uniquePassword({ former: 2 })] }),
        changePasswordFlow({ slug: 'first', target: '/changed', firstPassword: true }),
        ...bare,
      ],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    ann = await member(testApp, `ann-${(count += 1)}`);
    visitor = new Visitor(testApp);
    await signIn(visitor, ann.username ?? '');
  });
  const present = async (): Promise<string | null> => {
    const user = await testApp.users.findById(ann.id);
    return user === null ? null : ((await testApp.users.passwordHash?.(user)) ?? null);
  };

  it('asks for the present password, then for the new one, and keeps the user signed in', async () => {
    const before = await present();
    testApp.clock.advance(700_000);
    await visitor.open(page);
    assert.equal(visitor.step, 'confirm 0');
    assert.equal((await visitor.submit({ password: other })).status, 422);
    await visitor.follow(await visitor.submit({ password }));
    assert.equal((await visitor.submit({ password, password_repeat: password })).status, 422);
    const answer = await visitor.submit({ password: other, password_repeat: other });
    assert.deepEqual([answer.status, answer.location], [303, '/changed']);
    assert.notEqual(await present(), before);
    assert.equal(await visitor.me(), ann.username);
    const changed = await testApp.users.findById(ann.id);
    assert.equal(changed?.passwordChangedAt, testApp.clock.now());
    assert.equal((await signIn(new Visitor(testApp), ann.username ?? '')).status, 422);
    assert.equal((await signIn(new Visitor(testApp), ann.username ?? '', other)).status, 303);
  });

  it('ATH-01-011: a session alone changes no password, even in a flow that forgets to ask', async () => {
    const before = await present();
    testApp.clock.advance(700_000);
    for (const { slug } of bare) {
      await visitor.open(`/if/flow/${slug}/`);
      assert.equal((await visitor.submit({ password: other })).status, 403);
    }
    assert.equal(await present(), before);
    await visitor.open(page);
    assert.equal(
      (await visitor.post(page, { ...visitor.form.hidden, password: other, password_repeat: other })).status,
      422,
    );
    assert.equal(await present(), before);
  });

  it('a former password is refused', async () => {
    for (const [from, to] of [
      [password, other],
      [other, 'a third tram over the harbour'],
    ] as const) {
      await visitor.open(page);
      await visitor.follow(await visitor.submit({ password: from }));
      assert.equal((await visitor.submit({ password: to, password_repeat: to })).status, 303);
    }
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ password: 'a third tram over the harbour' }));
    assert.equal((await visitor.submit({ password, password_repeat: password })).status, 422);
  });

  it('another user who signs in at the same browser does not go on with it', async () => {
    const before = await present();
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ password }));
    const { action, hidden } = visitor.form;
    const bob = await member(testApp, `${ann.username ?? ''}-bob`);
    await visitor.client.post('/sign-out', {});
    const cookies = visitor.client.cookies.get('enrollment.plan.change-password');
    await signIn(visitor, bob.username ?? '');
    if (cookies !== undefined) visitor.client.cookies.set('enrollment.plan.change-password', cookies);
    await visitor.post(action, { ...hidden, password: other, password_repeat: other });
    assert.equal(await present(), before);
    assert.equal((await signIn(new Visitor(testApp), bob.username ?? '')).status, 303);
  });

  it('users without a password set their first one soon after signing in, where the flow says so', async () => {
    const store = memoryUsers();
    const sso = await store.users.create(sampleAccount({ passwordHash: null }), sampleRedemption());
    const app = await openTestApp({
      users: store.users,
      redemptions: store.redemptions,
      flows: [changePasswordFlow(), changePasswordFlow({ slug: 'first', target: '/changed', firstPassword: true })],
      after: (express, enrollment) =>
        void express.post('/enter', async (req, res) => {
          await enrollment.signIn(req, res, sso);
          res.end();
        }),
    });
    try {
      const person = new Visitor(app);
      await person.client.post('/enter', {});
      assert.equal((await person.open(page)).status, 403);
      await person.open('/if/flow/first/');
      assert.equal(person.step, 'password 0');
      app.clock.advance(700_000);
      assert.equal((await person.submit({ password: other })).status, 403);
      assert.match((await person.open('/if/flow/first/')).text, /been a while since you signed in/);
      await person.client.post('/enter', {});
      await person.open('/if/flow/first/');
      assert.equal((await person.submit({ password: other })).location, '/changed');
      const written = await store.users.findById(sso.id);
      assert.ok(written !== null && (await store.users.passwordHash(written)) !== null);
    } finally {
      await app.close();
    }
  });

  it('a flow that changes passwords needs a login that can end other sessions', async () => {
    const login = { current: () => null, signIn: () => Promise.resolve(), signOut: () => Promise.resolve() };
    await assert.rejects(openTestApp({ login, flows: [changePasswordFlow()] }), /login\.endOtherSessions/);
  });
});
