import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import {
  defineFlow,
  definePolicy,
  email,
  inviteCode,
  memoryUsers,
  password,
  promptStage,
  signInFlow,
  text,
  userLogin,
  username,
  userWrite,
} from '../../lib/index.js';
import type { FlowSpec } from '../../lib/flow/flow.js';
import { dummyStage } from '../../lib/stages.js';
import { createMemoryPlanStore } from '../../lib/stores/memory/plan-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { accountOf } from '../support/account.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const accepted = definePolicy({
  name: 'accepted',
  fields: ['terms'],
  consumes: ['terms'],
  check: ({ answers }) => answers['terms'] === 'yes',
});

const flow = defineFlow({
  slug: 'invite',
  title: 'Sign up',
  designation: 'enrollment',
  target: '/welcome',
  stages: [
    promptStage({
      name: 'account',
      prompts: [
        text({ key: 'invite_code', label: 'Code', entryLink: true }),
        username({ key: 'username', label: 'Name' }),
        password({ key: 'password', label: 'Password' }),
        password({ key: 'password_repeat', label: 'Again' }),
      ],
      validation: [inviteCode()],
    }),
    userWrite({ name: 'user-write' }),
    promptStage({ name: 'terms', prompts: [text({ key: 'terms', label: 'Terms' })], validation: [accepted] }),
    userLogin({ name: 'user-login' }),
  ],
});

describe('a page behind the account', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let count = 0;
  before(async () => {
    testApp = await openTestApp({ mount: '/join', flows: [flow, signInFlow({ slug: 'sign-in' })] });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    const { code } = await testApp.enrollment.invitations.create();
    visitor = new Visitor(testApp);
    await visitor.open();
    await visitor.follow(await visitor.submit({ ...accountOf(`stands-${(count += 1)}`), invite_code: code }));
    assert.equal(visitor.step.split(' ')[0], 'terms', visitor.page.text);
  });

  const saysThatItStands = async (answer: Awaited<ReturnType<Visitor['get']>>): Promise<void> => {
    assert.equal(answer.status, 200, answer.location);
    assert.match(answer.text, /Your account is ready/);
    assert.match(answer.text, /href="\/join\/if\/flow\/sign-in\/[^"]*"/);
    assert.equal(await visitor.me(), null);
  };

  it('F28: sent after its plan expired, says that the account is ready and links to sign-in', async () => {
    testApp.clock.advance(61 * 60_000);
    const { action, hidden } = visitor.form;
    for (let times = 0; times < 2; times += 1)
      await saysThatItStands(await visitor.post(action, { ...hidden, terms: 'yes' }));
  });

  it('F28: opened after its plan expired says so once, and then starts over', async () => {
    testApp.clock.advance(61 * 60_000);
    await saysThatItStands(await visitor.get(testApp.page));
    await visitor.open();
    assert.equal(visitor.step, 'account 0');
  });

  it('F28: canceled says that the account is ready, before and after expiry', async () => {
    await visitor.get(`${testApp.page}cancel/`);
    const { action, hidden } = visitor.form;
    const cookie = visitor.client.cookies.get('enrollment.plan.invite') ?? '';
    await saysThatItStands(await visitor.post(action, hidden));
    // The second of two clicks sends the same cookie as the first.
    visitor.client.cookies.set('enrollment.plan.invite', cookie, testApp.page);
    await saysThatItStands(await visitor.post(action, hidden));
  });

  it('F1: does not sign in a person who was signed in as another user and signs out first', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const other = new Visitor(testApp);
    await other.open();
    await other.follow(await other.submit({ ...accountOf(`stands-${(count += 1)}`), invite_code: code }));
    await other.submit({ terms: 'yes' });
    // In another tab of the same browser.
    visitor.client.cookies.set('enrollment.sid', other.client.cookies.get('enrollment.sid') ?? '');
    const page = await visitor.open();
    assert.match(page.text, />Sign out and continue</);
    // The user who signs out has proven nothing about the account that another visitor created here.
    await saysThatItStands(await visitor.submit({}));
    await visitor.open();
    assert.equal(visitor.step.split(' ')[0], 'account', visitor.page.text);
    assert.equal(await visitor.me(), null);
  });
});

describe('a sign-up that is repeated', () => {
  it('after the sessions of its account were ended, says that the account is ready', async () => {
    const testApp = await openTestApp({ flows: [signup, signInFlow({ slug: 'sign-in' })] });
    try {
      const visitor = new Visitor(testApp);
      await visitor.enterCode((await testApp.enrollment.invitations.create()).code);
      const { action, hidden } = visitor.form;
      const send = () => visitor.post(action, { ...hidden, ...accountOf('ann') });
      assert.equal((await send()).status, 303);
      const ann = await testApp.users.findByLogin('username', 'ann');
      await testApp.enrollment.sessions.endAll(ann?.id ?? '');
      const { status, text: said } = await send();
      assert.equal(status, 200);
      assert.match(said, /Your account is ready/);
      assert.match(said, />Sign in</);
      assert.doesNotMatch(said, /active yet/);
      assert.equal(await visitor.me(), null);
    } finally {
      await testApp.close();
    }
  });
});

describe('a sign-up whose answer was lost, sent again with another password', () => {
  const fields = [
    username({ key: 'username', label: 'Username' }),
    email({ key: 'email', label: 'Email' }),
    password({ key: 'password', label: 'Password' }),
  ];
  const open = (slug: string, stages: FlowSpec['stages']) =>
    defineFlow({ slug, title: 'Sign up', designation: 'enrollment', target: '/welcome', stages });
  const account = promptStage({ name: 'account', prompts: fields });
  const [write, login] = [userWrite({ name: 'user-write' }), userLogin({ name: 'user-login' })];
  const flows = [
    open('one-page', [account, write, login]),
    open('no-login', [account, write]),
    open('page-behind', [account, write, dummyStage({ name: 'news', title: 'News' }), login]),
    signInFlow({ slug: 'sign-in' }),
  ];
  let testApp: TestApp;
  let visitor: Visitor;
  before(async () => {
    testApp = await openTestApp({ registration: 'open', flows });
  });
  after(() => testApp.close());
  beforeEach(() => {
    visitor = new Visitor(testApp);
  });

  for (const slug of ['one-page', 'no-login', 'page-behind'])
    it(`says that the account is ready, with the first password, and signs in no user: ${slug}`, async () => {
      await visitor.open(`/if/flow/${slug}/`);
      const { action, hidden } = visitor.form;
      const again = new Visitor(testApp);
      for (const name of visitor.client.cookies.names())
        again.client.cookies.set(name, visitor.client.cookies.get(name) ?? '');
      const send = (by: Visitor, changed: object = {}) =>
        by.post(action, { ...hidden, ...accountOf(slug), ...changed });
      assert.equal((await send(visitor)).status, 303);
      testApp.clock.advance(10 * 60_000);
      const other = { password: 'another lantern beneath the quiet bridge' };
      const { status, text } = await send(again, other);
      assert.deepEqual([status, await again.me()], [200, null]);
      assert.match(text, /Your account is ready/);
      assert.match(text, /with different answers/);
      // Another person at the same browser signs up for themselves, and is told nothing.
      const others = await again.follow(await send(again, { ...other, username: `${slug}-2` }));
      assert.doesNotMatch(others.text, /Your account is ready/);
      // Without the plan's token, the form is not its own.
      assert.equal((await send(new Visitor(testApp), other)).status, 403);
    });
});

describe('a sign-up whose process died after it had written the account', () => {
  const { users, redemptions } = memoryUsers();
  const plans = createMemoryPlanStore({ clock: fakeClock() });
  let isDead = false;
  const dying: typeof plans = {
    ...plans,
    create: (...given) => (isDead ? Promise.reject(new Error('the process ended')) : plans.create(...given)),
    replace: (...given) => (isDead ? Promise.reject(new Error('the process ended')) : plans.replace(...given)),
  };
  let testApp: TestApp;
  let count = 0;
  before(async () => {
    const flows = [signup, signInFlow({ slug: 'sign-in' })];
    testApp = await openTestApp({ flows, users, redemptions, stores: { plans: dying } });
  });
  after(() => testApp.close());

  /** Sends the same form with other answers once the process is there again. */
  async function again(more: Readonly<Record<string, string>>, meanwhile = async (_name: string) => undefined) {
    const visitor = new Visitor(testApp);
    await visitor.enterCode((await testApp.enrollment.invitations.create()).code);
    const { action, hidden } = visitor.form;
    const account = accountOf(`died-${(count += 1)}`);
    isDead = true;
    await visitor.post(action, { ...hidden, ...account });
    isDead = false;
    testApp.clock.advance(20_000);
    await meanwhile(account.username ?? '');
    return visitor.post(action, { ...hidden, ...account, ...more });
  }

  it('says with the same answers that the account is ready', async () => {
    const { text: said } = await again({});
    assert.match(said, /Your account is ready/);
    assert.match(said, /You aren’t signed in yet/);
  });

  it('says with another password that the earlier one may be the right one', async () => {
    const { text: said } = await again({ password: 'another long password', password_repeat: 'another long password' });
    assert.match(said, /Your account is ready/);
    assert.match(said, /If you can’t sign in, use what you entered before/);
    assert.match(said, />Sign in</);
  });

  it('says where the account was removed meanwhile that it is no more, and leads to no sign-in', async () => {
    const { status, text: said } = await again({}, async (name) => {
      const user = await users.findByLogin('username', name);
      if (user !== null) await users.remove(user);
      return undefined;
    });
    assert.equal(status, 403);
    assert.match(said, /This account no longer exists/);
    assert.doesNotMatch(said, /account is ready|>Sign in</);
  });
});

describe('an account that is removed before its user is signed in', () => {
  it('is not said to be ready', async () => {
    const store = memoryUsers();
    const { redemptions } = store;
    const testApp = await openTestApp({
      flows: [flow, signInFlow({ slug: 'sign-in' })],
      users: store.users,
      redemptions,
    });
    try {
      const visitor = new Visitor(testApp);
      const { code } = await testApp.enrollment.invitations.create();
      await visitor.open();
      await visitor.follow(await visitor.submit({ ...accountOf('ann'), invite_code: code }));
      const ann = await store.users.findByLogin('username', 'ann');
      assert.ok(ann !== null);
      await store.users.remove(ann);
      const { status, text: said } = await visitor.submit({ terms: 'yes' });
      assert.equal(status, 403);
      assert.match(said, /This account no longer exists/);
      assert.doesNotMatch(said, /account is ready|>Sign in</);
    } finally {
      await testApp.close();
    }
  });
});

describe('an account that is not active yet', () => {
  it('F28: is also reported to a later visit, and to the form when it is sent later', async () => {
    const store = memoryUsers();
    const toProfile: typeof store.users.toProfile = (user) => ({ ...store.users.toProfile(user), active: false });
    const users = { ...store.users, toProfile };
    const { redemptions } = store;
    const testApp = await openTestApp({ flows: [signup, signInFlow({ slug: 'sign-in' })], users, redemptions });
    try {
      const visitor = new Visitor(testApp);
      await visitor.enterCode((await testApp.enrollment.invitations.create()).code);
      const { action, hidden } = visitor.form;
      const send = () => visitor.post(action, { ...hidden, ...accountOf('ann') });
      const answers = [await send(), await visitor.open(), await send()];
      testApp.clock.advance(3 * 60_000);
      answers.push(await send());
      for (const { text: said } of answers) {
        assert.match(said, /It isn’t active yet/);
        assert.doesNotMatch(said, /account is ready|>Sign in</);
      }
    } finally {
      await testApp.close();
    }
  });
});
