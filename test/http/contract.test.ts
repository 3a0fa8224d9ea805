import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountOf, password } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('the pages of a flow', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let code: string;
  before(async () => {
    testApp = await openTestApp({ mount: '/join' });
  });
  beforeEach(async () => {
    visitor = new Visitor(testApp);
    ({ code } = await testApp.enrollment.invitations.create({ uses: 50 }));
  });
  after(() => testApp.close());

  it('a stage is shown with 200, a signed form, and a cookie of its own path', async () => {
    const answer = await visitor.get(testApp.page);
    assert.equal(answer.status, 200);
    assert.match(visitor.signature, /^0\.invite-code\.[\w-]{22}$/);
    const cookies = answer.headers['set-cookie'] ?? [];
    assert.equal(cookies.length, 1);
    assert.match(
      cookies[0] ?? '',
      /^enrollment\.plan\.invite=[^;]+; Path=\/join\/if\/flow\/invite\/; HttpOnly; SameSite=Lax$/,
    );
  });

  it('a completed stage redirects to the same address, with 303', async () => {
    await visitor.open();
    const answer = await visitor.submit({ invite_code: code });
    assert.deepEqual([answer.status, answer.location, answer.text], [303, '/join/if/flow/invite/', '']);
  });

  it('invalid responses come back with 422, the input and the errors, but never the password', async () => {
    await visitor.enterCode(code);
    const before = visitor.step;
    const answer = await visitor.submit({
      username: 'an n',
      email: 'ann@example.com',
      password,
      password_repeat: 'something else entirely',
    });
    assert.equal(answer.status, 422);
    assert.equal(visitor.step, before);
    assert.deepEqual(
      visitor.form.controls
        .filter(({ name }) => !name.startsWith('enrollment_'))
        .map(({ name, value }) => [name, value]),
      [
        ['username', 'an n'],
        ['email', 'ann@example.com'],
        ['password', ''],
        ['password_repeat', ''],
      ],
    );
    assert.match(answer.text, /role="alert"[\s\S]*href="#field-username"/);
    assert.match(answer.text, /id="field-username-error"[\s\S]*Use letters, digits/);
    assert.ok(!answer.text.includes(password) && !answer.text.includes('something else entirely'));
  });

  it('an empty form never completes any stage', async () => {
    await visitor.open();
    assert.equal((await visitor.submit({})).status, 422);
    assert.equal(visitor.step, 'invite-code 0');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal((await visitor.submit({})).status, 422);
    assert.equal(visitor.step, 'account 1');
    assert.equal(
      (
        visitor.page.text.match(
          /(?:Enter (?:your username|your email address|a password)|Confirm your password)\.\s*</g,
        ) ?? []
      ).length,
      8,
      'each is said beside its field and in the summary',
    );
  });

  it('a finished flow redirects to a given next parameter, or else to its target', async () => {
    await visitor.open(`${testApp.page}?next=${encodeURIComponent('/courses?page=2#top')}`);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal((await visitor.submit(accountOf('with-next'))).location, '/courses?page=2#top');
    assert.equal((await new Visitor(testApp).signUp(code, 'without-next')).location, '/welcome');
  });

  it('a form of an earlier step changes nothing, and says who is signed in', async () => {
    await visitor.enterCode(code);
    const { action, hidden } = visitor.form;
    await visitor.submit(accountOf('stale'));
    const other = new Visitor(testApp);
    await other.enterCode(code);
    const early = other.form;
    await other.follow(await other.submit({ username: 'x' }));
    // Another visitor's signature of the same step is not valid here.
    assert.equal((await other.post(action, { ...hidden, ...accountOf('forged') })).status, 403);
    assert.equal((await other.submit(accountOf('first'))).status, 303);
    const late = await other.post(early.action, { ...early.hidden, ...accountOf('second') });
    // The form's owner is unknown, so the form does not continue into the signed-in account.
    assert.equal(late.status, 403);
    assert.match(late.text, /signed in as first\./);
    assert.ok(!testApp.members.some(({ username }) => username === 'second' || username === 'forged'));
  });

  it('a code that ends before the write is refused with 403 and a reference and ends the plan', async () => {
    const short = await testApp.enrollment.invitations.create({ expires: testApp.clock.now() + 60_000 });
    await visitor.enterCode(short.code);
    const members = testApp.members.length;
    testApp.clock.advance(60_000);
    const answer = await visitor.submit(accountOf('late'));
    assert.equal(answer.status, 403);
    assert.match(answer.text, /has expired/);
    const [, reference = ''] = /Reference: (\w{8})/.exec(answer.text) ?? [];
    const explained = await testApp.enrollment.invitations.explain(reference);
    assert.deepEqual([explained?.cause, explained?.invitation?.id], ['expired', short.id]);
    assert.equal(testApp.members.length, members);
    await visitor.open();
    assert.equal(visitor.step, 'invite-code 0');
  });

  it('a plan left for an hour starts over, with a notice, and shows none of the input', async () => {
    await visitor.enterCode(code);
    testApp.clock.advance(60 * 60 * 1000);
    const answer = await visitor.submit(accountOf('sleeper'));
    assert.deepEqual([answer.status, answer.location], [303, testApp.page]);
    const page = await visitor.follow(answer);
    assert.match(page.text, /session expired/);
    assert.equal(visitor.step, 'invite-code 0');
    assert.ok(!page.text.includes('sleeper'));
    // The notice is shown once.
    assert.doesNotMatch((await visitor.open()).text, /session expired/);
  });

  it('a plan that is kept active ends 24 hours after it began', async () => {
    await visitor.enterCode(code);
    testApp.clock.advance(59 * 60 * 1000);
    await visitor.open();
    assert.equal(visitor.step, 'account 1');
    testApp.clock.advance(2 * 60 * 1000);
    await visitor.open();
    assert.equal(visitor.step, 'invite-code 0', 'a GET must not lengthen a life');
  });

  it('an unknown flow is a 404 page', async () => {
    for (const path of [
      '/join/if/flow/other/',
      '/join/if/flow/other',
      '/join/if/flow/invite/more/',
      '/join/if/flow/Invite/',
    ]) {
      assert.equal((await visitor.get(path)).status, 404, path);
    }
  });

  it('other addresses belong to the app', async () => {
    for (const path of ['/join/if/', '/join/if/flow', '/if/flow/invite/', '/joining/if/flow/invite/']) {
      const answer = await visitor.client.get(path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.headers['x-frame-options'], undefined, path);
    }
  });
});
