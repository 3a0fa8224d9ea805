import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import {
  defineFlow,
  email,
  inviteCode,
  passwordsMatch,
  password as passwordPrompt,
  promptStage,
  text,
  userLogin,
  userWrite,
  username,
} from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const code = text({ key: 'invite_code', label: 'Code', entryLink: true });
const login = userLogin({ name: 'user-login' });
const write = userWrite({ name: 'user-write', attributes: ['motto'] });

describe('a flow of one page', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let fields: Record<string, string>;
  let count = 0;
  const sid = 'enrollment.sid';
  before(async () => {
    const prompts = [
      code,
      username({ key: 'username', label: 'Name' }),
      email({ key: 'email', label: 'Email' }),
      passwordPrompt({ key: 'password', label: 'Password' }),
      passwordPrompt({ key: 'password_repeat', label: 'Again', repeats: true }),
    ];
    testApp = await openTestApp({
      flows: [
        defineFlow({
          slug: 'one',
          title: 'Join',
          designation: 'enrollment',
          target: '/in',
          stages: [promptStage({ name: 'all', prompts, validation: [inviteCode(), passwordsMatch()] }), write, login],
        }),
      ],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    visitor = new Visitor(testApp);
    fields = { ...accountOf(`one-${(count += 1)}`), invite_code: (await testApp.enrollment.invitations.create()).code };
    await visitor.open();
  });

  const made = (): number => testApp.members.filter(({ username: name }) => name === fields['username']).length;

  it('goes from nothing to signed in with one form', async () => {
    assert.equal(visitor.step, 'all 0');
    assert.equal((await visitor.submit(fields)).location, '/in');
    assert.equal(await visitor.me(), fields['username']);
  });

  it('reports all mistakes at once, and keeps what it may', async () => {
    const answer = await visitor.submit({ ...fields, username: 'a b', email: 'nowhere' });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /Use letters, digits[\s\S]*Enter an email address/);
    assert.equal(made(), 0);
    assert.equal((await visitor.submit(fields)).location, '/in');
  });

  it('sent twice at once by a browser with no response yet, signs in twice, makes one account', async () => {
    const planToken = visitor.client.cookies.get('enrollment.plan.one') ?? '';
    const { action, hidden } = visitor.form;
    const tabs = [new Visitor(testApp), new Visitor(testApp), new Visitor(testApp)];
    const answers = await Promise.all(
      tabs.map((tab) => {
        tab.client.cookies.set('enrollment.plan.one', planToken, testApp.page);
        return tab.post(action, { ...hidden, ...fields });
      }),
    );
    assert.deepEqual(
      answers.map(({ location }) => location),
      ['/in', '/in', '/in'],
    );
    for (const tab of tabs) assert.equal(await tab.me(), fields['username']);
    assert.equal(made(), 1);
  });

  it('sent again within two minutes ends the same way, with or without its session', async () => {
    const { action, hidden } = visitor.form;
    await visitor.submit(fields);
    const again = await visitor.post(action, { ...hidden, ...fields });
    assert.deepEqual([again.status, again.location], [303, '/in'], again.text);
    visitor.client.cookies.set(sid, 'lost');
    assert.equal((await visitor.post(action, { ...hidden, ...fields })).location, '/in');
    assert.equal(await visitor.me(), fields['username']);
    assert.equal(made(), 1);
  });

  for (const minutes of [3, 90, 23 * 60]) {
    it(`sent again after ${minutes} minutes does not sign in and makes no second account`, async () => {
      const { action, hidden } = visitor.form;
      await visitor.submit(fields);
      testApp.clock.advance(minutes * 60_000);
      visitor.client.cookies.set(sid, 'lost');
      const answer = await visitor.post(action, { ...hidden, ...fields });
      assert.ok(answer.status < 500);
      assert.equal(await visitor.me(), null);
      assert.equal(made(), 1);
    });
  }
});
