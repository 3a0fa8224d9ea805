import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { memoryUsers } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { stuckLogin, stuckText } from '../support/http/stuck-login.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('a sign-in that fails after the account was created', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  it('shows that the account exists; the same click then signs in without another redemption', async () => {
    const { options, repair } = stuckLogin();
    testApp = await openTestApp(options);
    const { code, id } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const { action, hidden } = visitor.form;
    const answer = await visitor.submit(accountOf('stuck'));
    assert.equal(answer.status, 200);
    assert.match(answer.text, /You aren’t signed in yet/);
    assert.match(answer.text, /href="\/"/);
    assert.ok(!answer.text.includes(stuckText));
    assert.equal(await visitor.me(), null);
    const [problem] = testApp.log.filter(({ level }) => level === 'error');
    assert.match(problem?.text ?? '', /signing in failed after the account was made/);

    const again = await visitor.post(action, { ...hidden, ...accountOf('stuck') });
    assert.equal(again.status, 200);
    repair();
    const third = await visitor.post(action, { ...hidden, ...accountOf('stuck') });
    assert.deepEqual([third.status, third.location], [303, '/welcome']);
    assert.equal(await visitor.me(), 'stuck');
    const ledger = await testApp.enrollment.invitations.ledger(id);
    assert.deepEqual(
      ledger.map(({ kind }) => kind),
      ['issued', 'claimed', 'redeemed'],
    );
  });

  it('applies when the user cannot be read back', async () => {
    const store = memoryUsers();
    testApp = await openTestApp({
      users: { ...store.users, findById: () => Promise.reject(new Error('no such table')) },
      redemptions: store.redemptions,
    });
    const visitor = new Visitor(testApp);
    await visitor.enterCode((await testApp.enrollment.invitations.create()).code);
    const answer = await visitor.submit(accountOf('unread'));
    assert.equal(answer.status, 200);
    assert.match(answer.text, /Your account is ready/);
  });

  it('applies when the session store fails to save', async () => {
    const { default: session } = await import('express-session');
    const store = new session.MemoryStore();
    store.set = (_sid, _session, done) => done?.(new Error('disk full'));
    testApp = await openTestApp({
      session: (app) =>
        void app.use(session({ secret: 'x'.repeat(32), store, resave: false, saveUninitialized: false })),
    });
    const visitor = new Visitor(testApp);
    await visitor.enterCode((await testApp.enrollment.invitations.create()).code);
    const answer = await visitor.submit(accountOf('unsaved'));
    assert.equal(answer.status, 200);
    assert.match(answer.text, /Your account is ready/);
    assert.equal(testApp.members.length, 1);
  });
});
