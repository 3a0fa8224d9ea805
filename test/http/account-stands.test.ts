import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import {
  defineFlow,
  definePolicy,
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
