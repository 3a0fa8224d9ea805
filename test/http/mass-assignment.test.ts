import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { hidden, inviteSignupFlow, staticText, text } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { storedPlans } from '../support/http/redis-snapshot.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const privileges = {
  is_superuser: 'true',
  isAdmin: 'true',
  role: 'admin',
  'roles[]': 'admin',
  groups: 'admins',
  type: 'internal',
  isActive: 'false',
  active: 'false',
  emailVerified: 'true',
  id: 'chosen',
  _id: 'chosen',
  passwordHash: 'chosen',
  password_hash: 'chosen',
  createdAt: '0',
  enrollmentId: 'chosen',
  enrollment_id: 'chosen',
  redemptionKey: 'chosen',
  pending_user: 'chosen',
  plan: 'pro',
  flow: 'other',
  data: 'x',
  'attributes.plan': 'pro',
  'attributes[plan]': 'pro',
  attributes: 'pro',
  'prompt_data[plan]': 'pro',
  'context.pending_user': 'chosen',
  invitation: 'chosen',
  redirect: 'https://evil.example',
  next: '//evil.example',
  step: 'user-login',
  at: '3',
  revision: '0',
  rev: '0',
};

describe('fields that no stage asks for', () => {
  let redis: TestRedis;
  let testApp: TestApp;
  let code: string;
  before(async () => {
    redis = await startRedis();
    const fields = [
      'username',
      'email',
      'password',
      text({ key: 'attributes.team', label: 'Team' }),
      hidden({ key: 'attributes.source', label: '', initial: 'website' }),
      staticText({ key: 'attributes.terms', label: 'Terms', initial: 'of 2026' }),
    ] as const;
    testApp = await openTestApp({
      redis: redis.url,
      clock: { now: () => Date.now() },
      flows: [inviteSignupFlow({ slug: 'invite', fields, target: '/welcome' })],
    });
    await testApp.enrollment.ready();
    ({ code } = await testApp.enrollment.invitations.create({ uses: 20 }));
  });
  after(async () => {
    await testApp.close();
    await redis.stop();
  });

  const wanted = (name: string): Record<string, string> => ({ ...accountOf(name), 'attributes.team': 'red' });

  it('privileges posted at every page do not affect the account', async () => {
    const visitor = new Visitor(testApp);
    await visitor.open();
    await visitor.follow(await visitor.submit({ invite_code: code, ...privileges }));
    assert.equal(visitor.step, 'account 1');
    assert.equal((await visitor.submit({ ...privileges, ...wanted('plain') })).location, '/welcome');
    const member = testApp.members.find(({ username }) => username === 'plain');
    assert.notEqual(member?.id, 'chosen');
    assert.deepEqual(
      [member?.active, member?.data],
      [true, { attributes: { team: 'red', source: 'website', terms: 'of 2026' } }],
    );
  });

  it('hidden and static values come from the server, whatever is posted for them', async () => {
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    await visitor.submit({ ...wanted('honest'), 'attributes.source': 'forged', 'attributes.terms': 'forged' });
    assert.deepEqual(testApp.members.at(-1)?.data, {
      attributes: { team: 'red', source: 'website', terms: 'of 2026' },
    });
  });

  it('fields of a later page are not read by an earlier one', async () => {
    const visitor = new Visitor(testApp);
    await visitor.open();
    await visitor.follow(await visitor.submit({ invite_code: code, ...wanted('too-soon') }));
    assert.equal(visitor.step, 'account 1');
    assert.ok(visitor.form.controls.every(({ value }) => value !== 'too-soon'));
    assert.equal((await visitor.submit({})).status, 422);
    for (const plan of await storedPlans(redis.client()))
      assert.ok(!plan.includes('too-soon') && !plan.includes('team'));
  });

  it('a field of an earlier page is not read by a later one', async () => {
    const { code: other, id } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    await visitor.submit({ ...wanted('same-code'), invite_code: other });
    const untouched = (await testApp.enrollment.invitations.list()).items.find((one) => one.id === id);
    assert.equal(untouched?.redeemed, 0);
  });

  it('unknown names are neither stored nor logged', async () => {
    const visitor = new Visitor(testApp);
    await visitor.open();
    const unknown = Object.fromEntries(
      Array.from({ length: 80 }, (_, index) => [`unheard-of-${index}`, `unseen-${index}`]),
    );
    await visitor.follow(await visitor.submit({ invite_code: code, ...unknown }));
    assert.equal(visitor.step, 'account 1');
    for (const plan of await storedPlans(redis.client())) assert.doesNotMatch(plan, /unheard-of|unseen/);
    assert.doesNotMatch(JSON.stringify([testApp.log, testApp.events]), /unheard-of|unseen/);
    assert.doesNotMatch(visitor.page.text, /unheard-of|unseen/);
  });

  it('a plan contains neither the code nor the password', async () => {
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    await visitor.submit({ ...wanted('p'), username: 'p p' });
    const plans = await storedPlans(redis.client());
    assert.ok(plans.length > 0);
    for (const plan of plans)
      assert.ok(
        !plan.toUpperCase().includes(code) && !plan.includes(code.replaceAll('-', '')) && !plan.includes('velvet'),
      );
  });
});
