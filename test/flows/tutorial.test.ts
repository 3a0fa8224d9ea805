import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { checkFlows } from '../../lib/flow/check-flow.js';
import {
  defineFlow,
  definePolicy,
  email,
  password,
  promptStage,
  text,
  userLogin,
  username,
  userWrite,
  type Flow,
} from '../../lib/index.js';
import { password as typedPassword } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

// The tutorial's dictionary: code → the end of its validity in Jakarta (UTC+7).
const allowed = new Map([
  ['TESCODEIFEXPIRE', '2025-12-31T23:59:59+07:00'],
  ['TESCODEFORTHISYEAR', '2026-12-31T23:59:59+07:00'],
]);
const unknown = 'Invalid invite code. Dude, are you sure you are invited? Check your code again.';
const late = 'This invite code has expired. You are too late, go get a new code.';

const inviteCodeCheck = definePolicy({
  name: 'invite-code-check',
  fields: ['invite_code'],
  consumes: ['invite_code'],
  check({ answers, facts }) {
    const expiry = allowed.get(String(answers['invite_code']).trim().toUpperCase());
    if (expiry === undefined) return unknown;
    return facts.now > Date.parse(expiry) ? late : true;
  },
});

const codeStage = promptStage({
  name: 'invite-code-stage',
  prompts: [text({ key: 'invite_code', label: 'Invite code', required: true })],
  validation: [inviteCodeCheck],
});
const accountStage = promptStage({
  name: 'invitation-create-account',
  prompts: [
    username({ key: 'username', label: 'Username', order: 0 }),
    email({ key: 'email', label: 'Email', order: 1 }),
    password({ key: 'password', label: 'Password', order: 2 }),
    password({ key: 'password_repeat', label: 'Password (repeat)', order: 3, repeats: true }),
  ],
});
const writeStage = userWrite({ name: 'invitation-enrollment-user-write-internal' });
const loginStage = userLogin({ name: 'invitation-enrollment-user-login' });

const invite = (stages: Parameters<typeof defineFlow>[0]['stages']): Flow =>
  defineFlow({
    slug: 'invite',
    title: 'Invite',
    designation: 'enrollment',
    authentication: 'require_unauthenticated',
    target: '/welcome',
    stages,
  });
const corrected = invite([
  { stage: codeStage, order: 10 },
  { stage: accountStage, order: 20 },
  { stage: writeStage, order: 25 },
  { stage: loginStage, order: 30 },
]);

describe('the tutorial, from its own words', () => {
  const opened: TestApp[] = [];
  after(() => Promise.all(opened.map((one) => one.close())));

  it('its bindings 10, 20, 20, 25, 30 are reported: an order given twice, and a stage bound twice', () => {
    const asWritten = invite([
      { stage: codeStage, order: 10 },
      { stage: accountStage, order: 20 },
      { stage: codeStage, order: 20 },
      { stage: writeStage, order: 25 },
      { stage: loginStage, order: 30 },
    ]);
    assert.deepEqual(checkFlows([asWritten], { registration: 'open' }), [
      'flows.invite.stages: the order 20 is given twice',
      "flows.invite.stages: the stage bound as 'invite-code-stage' is bound twice: each of its bindings needs a key of its own",
    ]);
    assert.deepEqual(checkFlows([corrected], { registration: 'open' }), []);
  });

  it('a policy of an app’s own is no invitation: with the default registration the app does not start', () => {
    assert.match(
      checkFlows([corrected], { registration: 'invite-only' }).join('\n'),
      /no gate comes before this stage/,
    );
  });

  it('an invalid code, an expired code, and a working code that leads to an account', async () => {
    const testApp = await openTestApp({ flows: [corrected], registration: 'open' });
    opened.push(testApp);
    testApp.clock.set(Date.parse('2026-06-01T00:00:00Z'));
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
    assert.equal((await visitor.submit({ invite_code: '' })).status, 422);
    await visitor.follow(await visitor.submit({ invite_code: '  tesCodeForThisYear ' }));
    assert.deepEqual(
      visitor.form.controls.map(({ name }) => name).filter((name) => !name.startsWith('enrollment_')),
      ['username', 'email', 'password', 'password_repeat'],
    );
    const account = { username: 'budi', email: 'budi@example.com', password: typedPassword };
    assert.equal((await visitor.submit({ ...account, password_repeat: 'another' })).status, 422);
    const answer = await visitor.submit({ ...account, password_repeat: typedPassword });
    assert.deepEqual([answer.status, answer.location], [303, '/welcome']);
    assert.equal(await visitor.me(), 'budi');
  });

  it('the last second of the year in Jakarta is still valid, the next one is not', async () => {
    const testApp = await openTestApp({ flows: [corrected], registration: 'open' });
    opened.push(testApp);
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
});
