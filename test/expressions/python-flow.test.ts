import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { packageRoot } from '#package-root';
import { defineFlow, email, password, promptStage, text, userLogin, username, userWrite } from '../../lib/index.js';
import { pythonPolicy } from '../../lib/python.js';
import { password as typedPassword } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { inviteCodeCheck, passwordsMatch } from '../support/python/policies.js';

const unknown = 'Invalid invite code. Dude, are you sure you are invited? Check your code again.';
const late = 'This invite code has expired. You are too late, go get a new code.';

const flow = defineFlow({
  slug: 'invite',
  title: 'Invite',
  designation: 'enrollment',
  authentication: 'require_unauthenticated',
  target: '/welcome',
  stages: [
    promptStage({
      name: 'invite-code-stage',
      prompts: [text({ key: 'invite_code', label: 'Invite code', required: true })],
      validation: [
        pythonPolicy(inviteCodeCheck, {
          name: 'invite-code-check',
          fields: ['invite_code'],
          consumes: ['invite_code'],
        }),
      ],
    }),
    promptStage({
      name: 'invitation-create-account',
      prompts: [
        username({ key: 'username', label: 'Username' }),
        email({ key: 'email', label: 'Email' }),
        password({ key: 'password', label: 'Password' }),
        password({ key: 'password_repeat', label: 'Password (repeat)', repeats: true }),
      ],
      validation: [pythonPolicy(passwordsMatch, { name: 'passwords', fields: ['password', 'password_repeat'] })],
    }),
    userWrite({ name: 'write' }),
    userLogin({ name: 'login' }),
  ],
});

describe('expression policies of authentik in a flow', () => {
  let testApp: TestApp;
  before(async () => {
    testApp = await openTestApp({ flows: [flow], registration: 'open' });
    testApp.clock.set(Date.parse('2026-06-01T00:00:00Z'));
  });
  after(() => testApp.close());

  it('the tutorial’s policy refuses unknown and expired codes, and a working one leads to an account', async () => {
    const visitor = new Visitor(testApp);
    await visitor.open();
    for (const [typed, said] of [
      ['NOT-INVITED', unknown],
      ['__proto__', unknown],
      ['tescodeifexpire', late],
    ] as const) {
      const answer = await visitor.submit({ invite_code: typed });
      assert.equal(answer.status, 422);
      assert.ok(answer.text.includes(said), typed);
    }
    await visitor.follow(await visitor.submit({ invite_code: '  tesCodeForThisYear ' }));
    const account = { username: 'budi', email: 'budi@example.com', password: typedPassword };
    assert.equal((await visitor.submit({ ...account, password_repeat: 'another' })).status, 422);
    const answer = await visitor.submit({ ...account, password_repeat: typedPassword });
    assert.deepEqual([answer.status, answer.location], [303, '/welcome']);
    assert.equal(await visitor.me(), 'budi');
  });

  it('the last second of the year in Jakarta is still valid, the next one is not', async () => {
    for (const [now, status] of [
      ['2026-12-31T23:59:59+07:00', 303],
      ['2027-01-01T00:00:00+07:00', 422],
    ] as const) {
      testApp.clock.set(Date.parse(now));
      const visitor = new Visitor(testApp);
      await visitor.open();
      assert.equal((await visitor.submit({ invite_code: 'TESCODEFORTHISYEAR' })).status, status);
    }
  });

  const sources = join(packageRoot, '../shared/sources');
  it('both policies have the words of their pages, which lost the indentation', function () {
    // The pages are not part of the project.
    if (!existsSync(sources)) return this.skip();
    const words = (value: string): string =>
      value
        .split('\n')
        .map((line) => line.trim())
        .join('\n');
    const pages = readdirSync(sources).map((name) => words(readFileSync(join(sources, name), 'utf8')));
    for (const policy of [inviteCodeCheck, passwordsMatch])
      assert.ok(
        pages.some((page) => page.includes(words(policy).trim())),
        policy.slice(0, 60),
      );
  });
});
