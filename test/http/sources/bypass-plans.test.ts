import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import {
  defineFlow,
  definePolicy,
  inviteCode,
  promptStage,
  text,
  username,
  userLogin,
  userWrite,
  type Flow,
  type Policy,
} from '../../../lib/index.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { signup } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { assertNobody, assertPlainRefusal, atGate, gatePath, sourceAt } from '../../support/sources/bypass-tricks.js';

type Stored = Record<string, unknown> & {
  steps: { key: string; state: string }[];
  origin: Record<string, unknown>;
  context: Record<string, unknown>;
};

/** A flow whose author did not consider gates. */
const ungated = defineFlow({
  slug: 'ungated',
  title: 'Welcome',
  designation: 'enrollment',
  stages: [
    promptStage({ name: 'account', prompts: [username({ key: 'username', label: 'Username' })] }),
    userWrite({ name: 'user-write' }),
    userLogin({ name: 'user-login' }),
  ],
});

function leavingOut(policy: Policy, evaluateOnPlan: boolean): Flow {
  const code = promptStage({
    name: 'code',
    prompts: [text({ key: 'invite_code', label: 'Code', entryLink: true })],
    validation: [inviteCode()],
  });
  return defineFlow({
    slug: 'leaving-out',
    title: 'Welcome',
    designation: 'enrollment',
    stages: [
      { stage: code, policies: [policy], evaluateOnPlan, reEvaluatePolicies: !evaluateOnPlan },
      promptStage({ name: 'account', prompts: [username({ key: 'username', label: 'Username' })] }),
      userWrite({ name: 'user-write' }),
      userLogin({ name: 'user-login' }),
    ],
  });
}

describe('plans with an identity and no invitation', () => {
  let provider: OpenIdProvider;
  let redis: TestRedis;
  let store: Redis;
  let testApp: AcmeApp;
  before(async () => {
    [provider, redis] = await Promise.all([startAcme(), startRedis()]);
    store = redis.client();
  });
  after(() => Promise.all([provider.close(), redis.stop()]));
  beforeEach(async () => {
    await store.flushall();
    testApp = await openAcmeApp(provider, { flows: [signup], redis: redis.url, clock: { now: () => Date.now() } });
    await testApp.enrollment.ready();
  });
  afterEach(() => testApp.close());

  it('of a flow without a gate: an invite-only app does not start with it', async () => {
    await assert.rejects(openAcmeApp(provider, { flows: [signup, ungated] }), /no gate comes before this stage/);
  });

  it('of a flow whose gate a policy could skip for source users: no app starts with it', async () => {
    const strangers = definePolicy({ name: 'strangers-only', check: ({ context }) => context.is_sso !== true });
    for (const evaluateOnPlan of [true, false])
      await assert.rejects(
        openAcmeApp(provider, { flows: [leavingOut(strangers, evaluateOnPlan)] }),
        /could leave out the gate/,
      );
  });

  it('of a flow without a gate, with open registration: source users may register, too', async () => {
    const open = await openAcmeApp(provider, { flows: [ungated], registration: 'open' });
    try {
      const visitor = new Visitor(open);
      await visitor.get(open.page);
      const back = await open.by(visitor, 'ann', `${open.page}source/acme/`);
      assert.equal(back.location, open.page);
      await visitor.get(open.page);
      await visitor.submit({ username: 'ann' });
      assert.equal(await visitor.me(), 'ann');
      assert.equal(await open.connections.find(open.identityOf('ann')), open.members[0]?.id);
    } finally {
      await open.close();
    }
  });

  /** Rewrites the only stored plan, as an attacker with access to Redis could. */
  async function rewrite(change: (plan: Stored) => void): Promise<void> {
    const [key = '', ...others] = await store.keys('enrollment:plan:*');
    assert.deepEqual(others, []);
    const [, revision = '', text = ''] = /^(\d+):(.*)$/s.exec((await store.get(key)) ?? '') ?? [];
    const plan = JSON.parse(text) as Stored;
    change(plan);
    await store.set(key, `${revision}:${JSON.stringify(plan)}`);
  }

  /** Moves the plan to the write, as if a code had been accepted. */
  function past(plan: Stored, context: Readonly<Record<string, unknown>> = {}): void {
    const write = plan.steps.findIndex(({ key }) => key === 'user-write');
    plan.steps = plan.steps.map((step, at) => (at < write ? { ...step, state: 'passed' } : step));
    plan['at'] = write;
    Object.assign(plan.context, { prompt_data: { username: 'carl', email: 'carl@example.com' } }, context);
  }

  /** Changes the recognized identity; a plan stores it once, in its origin. */
  function otherwise({ origin, context }: Stored, change: object): void {
    const { identity } = { ...origin, ...context };
    assert.ok(typeof identity === 'object' && identity !== null);
    context['identity'] = { ...identity, ...change };
  }

  const forged: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['no invitation at all', {}],
    ['a rule that says none is needed', { invitation_rule: 'never' }],
    ['an invitation that there never was', { invitation: { id: 'A'.repeat(22), version: 1 } }],
    ['an account that is said to be made', { pending_user: '1', signed_in_recently: true, connect_to: '1' }],
  ];
  for (const [what, context] of forged) {
    it(`forged, with ${what}: refused at the write`, async () => {
      const visitor = await atGate(testApp, 'carl');
      await rewrite((plan) => past(plan, context));
      await visitor.get(gatePath);
      const answer = await visitor.submit({ invite_code: '', username: 'carl' });
      assert.ok([403, 422].includes(answer.status), answer.text);
      await assertNobody(testApp, visitor);
      assert.equal(await testApp.connections.find(testApp.identityOf('carl')), null);
    });
  }

  it('forged with an identity of an unknown source: refused at the write, whatever the code', async () => {
    const { id, code } = await testApp.enrollment.invitations.create();
    for (const change of [
      { source: 'gone' },
      { pendingSince: 0 },
      { pendingSince: Number.MAX_SAFE_INTEGER, source: 'gone' },
    ]) {
      const visitor = await atGate(testApp, 'carl');
      await visitor.follow(await visitor.submit({ invite_code: code }));
      await rewrite((plan) => otherwise(plan, change));
      assertPlainRefusal(await visitor.submit({ username: 'carl' }));
      await assertNobody(testApp, visitor);
      await store.del(...(await store.keys('enrollment:plan:*')), 'none');
    }
    const ledger = await testApp.enrollment.invitations.ledger(id);
    assert.ok(!ledger.some(({ kind }) => kind === 'redeemed'));
  });

  it('damaged: a fresh start with no identity', async () => {
    const changes: ((plan: Stored) => void)[] = [
      (plan) => void (plan.context['identity'] = 'ann'),
      (plan) => void (plan.context['is_sso'] = 'true'),
      (plan) => void (plan.context['invitation_rule'] = 'nobody'),
      (plan) => void (plan['at'] = 99),
      (plan) => void (plan['flow'] = 'invite'),
    ];
    for (const change of changes) {
      const visitor = await atGate(testApp, 'carl');
      const { hidden } = visitor.form;
      await rewrite(change);
      const answer = await visitor.client.post(gatePath, { ...hidden, invite_code: 'X' });
      assert.equal(answer.status, 303, answer.text);
      assert.equal((await visitor.get(gatePath)).status, 403);
      await assertNobody(testApp, visitor);
      await store.del(...(await store.keys('enrollment:plan:*')), 'none');
    }
  });

  it('of a source that needs no code: its plan is void for people of another source', async () => {
    await testApp.close();
    testApp = await openAcmeApp(provider, {
      flows: [signup],
      redis: redis.url,
      clock: { now: () => Date.now() },
      sources: [sourceAt(provider, 'acme'), sourceAt(provider, 'free', { invitation: 'never' })],
    });
    provider.allow(`${testApp.url}/source/free/callback`);
    const browser = new Visitor(testApp);
    // Recognized by the source that requires no invitation, then, in the middle of its plan, by the one that does.
    assert.equal((await testApp.by(browser, 'carl', '/source/free/login')).location, gatePath);
    await browser.get(gatePath);
    assert.match(browser.page.text, /Choose a username/);
    const { hidden } = browser.form;
    assert.equal((await testApp.by(browser, 'dora', `${gatePath}source/acme/`)).location, gatePath);
    await browser.client.post(gatePath, { ...hidden, username: 'carl' });
    await browser.get(gatePath);
    assert.match(browser.page.text, /name="invite_code"/);
    assert.equal((await browser.submit({ invite_code: '' })).status, 422);
    await assertNobody(testApp, browser);
  });
});
