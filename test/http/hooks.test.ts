import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { waitUntil } from '../support/wait-until.js';

const broken = (): never => {
  throw new Error('a canary in a hook');
};

describe('functions of the app that throw', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  async function firstPage(options: TestAppOptions): Promise<{ status: number; text: string }> {
    testApp = await openTestApp(options);
    const answer = await new Visitor(testApp).get(testApp.page);
    assert.ok(!answer.text.replace(/The cause, shown in development only: [^<]*/, '').includes('canary'));
    assert.equal((await new Visitor(testApp).get('/if/flow/other/')).status < 501, true);
    return answer;
  }

  it('locals: the page is still shown, and the error is logged', async () => {
    const { status, text } = await firstPage({ locals: broken });
    assert.ok([200, 500].includes(status));
    assert.match(text, /<h1/);
    assert.ok(
      testApp.log.some(({ level, fields }) => level === 'error' && (fields['err'] as Error).message.includes('canary')),
    );
  });

  it('events: the request continues whether it throws or rejects, and the error is logged', async () => {
    const rejecting: unknown = () => Promise.reject(new Error('a canary in a hook'));
    for (const events of [broken, rejecting as () => void]) {
      testApp = await openTestApp({ events });
      const visitor = new Visitor(testApp);
      await visitor.open();
      assert.equal((await visitor.submit({ invite_code: 'WRONG-WORD' })).status, 422);
      await visitor.signUp((await testApp.enrollment.invitations.create()).code, 'unheard');
      assert.ok(testApp.log.some(({ fields }) => fields['event'] === 'invitation.redeemed'));
      await testApp.close();
    }
  });

  it('client: the code is not looked up when the client is unknown, and the plan does not move', async () => {
    await firstPage({ clientKey: broken });
    const visitor = new Visitor(testApp);
    await visitor.open();
    const { code } = await testApp.enrollment.invitations.create();
    const answer = await visitor.submit({ invite_code: code });
    assert.ok([422, 500].includes(answer.status));
    assert.ok(!answer.text.replace(/The cause, shown in development only: [^<]*/, '').includes('canary'));
    await visitor.open();
    assert.equal(visitor.step, 'invite-code 0');
  });

  it('current and ready of the login: a page with 500 and a reference', async () => {
    for (const login of [
      { current: broken, signIn: () => Promise.resolve() },
      { current: () => Promise.reject(new Error('a canary in a hook')), signIn: () => Promise.resolve() },
      { current: () => null, signIn: () => Promise.resolve(), ready: broken },
    ]) {
      const { status, text } = await firstPage({ login });
      assert.equal(status, 500);
      assert.match(text, /Reference: \w{8}/);
      await testApp.close();
    }
  });

  it('onEnrolled: the account remains, the user is signed in, and the error is logged', async () => {
    testApp = await openTestApp({ onEnrolled: broken });
    await new Visitor(testApp).signUp((await testApp.enrollment.invitations.create()).code, 'enrolled');
    await waitUntil(
      () => (testApp.log.some(({ text }) => text === 'onEnrolled failed') ? true : undefined),
      () => 'nothing was logged',
    );
    assert.equal(testApp.members.length, 1);
  });

  it('onEnrolled receives the user, the invitation and the flow', async () => {
    const emitted: unknown[] = [];
    testApp = await openTestApp({
      onEnrolled: ({ user, invitation, flow }) => emitted.push([user.username, invitation, flow]),
    });
    const { code, id } = await testApp.enrollment.invitations.create();
    await new Visitor(testApp).signUp(code, 'told');
    await waitUntil(
      () => (emitted.length > 0 ? true : undefined),
      () => 'nobody was told',
    );
    assert.deepEqual(emitted, [['told', { id }, 'invite']]);
  });

  it('a view that fails is replaced by a plain 500 page; development shows why', async () => {
    const views = temporaryFolder();
    mkdirSync(join(views, 'pages'));
    writeFileSync(join(views, 'pages', 'prompt.ejs'), '<p>half a page <%= locals.app.canary.of.a.view %></p>');
    testApp = await openTestApp({ views, locals: () => ({}) });
    const answer = await new Visitor(testApp).get(testApp.page);
    assert.equal(answer.status, 500);
    assert.match(answer.text, /Reference: \w{8}/);
    const [shown = '', details = ''] = answer.text.split('<pre');
    assert.doesNotMatch(shown, /half a page|canary/);
    assert.match(details, /prompt\.ejs:1: Cannot read/);
    assert.ok(testApp.log.some(({ text }) => text.startsWith('a view failed: ')));
  });

  it('a password hash that cannot be made now is 503, and the same tab continues', async () => {
    let busy = true;
    const { argon2Passwords, EnrollmentError } = await import('../../lib/index.js');
    const quick = argon2Passwords({ memoryKiB: 64, passes: 1 });
    testApp = await openTestApp({
      passwords: {
        ...quick,
        hash: (password) =>
          busy
            ? Promise.reject(new EnrollmentError('ERR_ENROLLMENT_STORE_AWAY', 'too many wait', { status: 503 }))
            : quick.hash(password),
      },
    });
    const visitor = new Visitor(testApp);
    await visitor.enterCode((await testApp.enrollment.invitations.create()).code);
    assert.equal((await visitor.submit(accountOf('hashed'))).status, 503);
    busy = false;
    assert.equal((await visitor.submit(accountOf('hashed'))).location, '/welcome');
  });
});
