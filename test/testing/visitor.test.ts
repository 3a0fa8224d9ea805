import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { visit } from '../../lib/testing/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';

describe('visit() of express-enrollment/testing', () => {
  let testApp: TestApp;
  let code: string;
  beforeEach(async () => {
    testApp = await openTestApp({
      mount: '/join',
      after: (app) => {
        app.get('/welcome', (_req, res) => void res.send('<body>Tea &amp; <b>books</b></body>'));
        app.get('/elsewhere', (_req, res) => res.redirect('https://id.acme.example/authorize?state=1'));
      },
    });
    ({ code } = await testApp.enrollment.invitations.create({ uses: 1 }));
  });
  afterEach(() => testApp.close());

  it('goes from the code to the account, signed in at the page behind it', async () => {
    const visitor = visit(testApp.url);
    await visitor.open('/join/if/flow/invite/');
    assert.deepEqual(
      visitor.fields.filter((name) => !name.startsWith('enrollment_')),
      ['invite_code'],
    );
    await visitor.submit({ invite_code: code });
    await visitor.submit(accountOf('ada'));
    assert.deepEqual([new URL(visitor.url).pathname, visitor.status], ['/welcome', 200]);
    assert.equal(visitor.text, 'Tea & books');
    await visitor.open('/me');
    assert.equal((JSON.parse(visitor.html) as { username: string }).username, 'ada');
  });

  it('describes the fields of a page', async () => {
    const visitor = visit(testApp.url);
    await visitor.open('/join/if/flow/invite/');
    assert.deepEqual(visitor.errors, {});
    await visitor.submit({ invite_code: 'no-such-code' });
    assert.match(visitor.errors['invite_code'] ?? '', /code/i);
    await visitor.submit({ invite_code: code });
    await visitor.submit({ ...accountOf('ada'), username: '' });
    assert.deepEqual(Object.keys(visitor.errors), ['username']);
    await visitor.submit({ ...accountOf('ada'), password_repeat: 'another one' });
    assert.deepEqual(Object.keys(visitor.errors), ['password']);
    assert.equal(testApp.members.length, 0);
  });

  it('has its own cookies', async () => {
    const [one, other] = [visit(testApp.url), visit(testApp.url)];
    await one.open('/join/if/flow/invite/');
    await one.submit({ invite_code: code });
    await other.open(one.url);
    assert.ok(one.fields.includes('username') && !other.fields.includes('username'));
  });

  it('stops when a redirect leaves the app', async () => {
    const visitor = await visit(testApp.url).open('/elsewhere');
    assert.deepEqual([visitor.status, visitor.url], [302, 'https://id.acme.example/authorize?state=1']);
  });

  it('names the fields of a missing form', async () => {
    const visitor = await visit(testApp.url).open('/welcome');
    await assert.rejects(visitor.submit({ invite_code: code }), /no form with invite_code at .*Tea & books/);
  });
});
