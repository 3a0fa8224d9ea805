import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { defineFlow, definePolicy, identification, userLogin } from '../../lib/index.js';
import type { StageBindingSpec } from '../../lib/flow/flow.js';
import type { Policy } from '../../lib/flow/policy.js';
import { conditionalPolicy, ifNoAuthenticator } from '../../lib/policies.js';
import { dummyStage, totpSetup, validateAuthenticator } from '../../lib/stages.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { password } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const factor = validateAuthenticator({ name: 'second-factor', required: true });
const setUp: StageBindingSpec = {
  stage: totpSetup({ name: 'set-up' }),
  policies: [ifNoAuthenticator(undefined, { step: 'second-factor' })],
};
const never = definePolicy({ name: 'never', check: () => false });
const always = definePolicy({ name: 'always', check: () => true });
const broken = definePolicy({
  name: 'broken',
  check: () => {
    throw new Error('out of order');
  },
});
const brokenOnce = (): Policy => {
  let asked = 0;
  return definePolicy({
    name: 'broken-once',
    check: () => {
      asked += 1;
      if (asked === 1) throw new Error('out of order');
      return true;
    },
  });
};
/** At planning, no account is known. */
const isKnown = definePolicy({ name: 'known', check: ({ context }) => context.pending_user !== undefined });

describe('a second factor that is required, for a user who has none', () => {
  const authenticators = memoryAuthenticators();

  async function withApp<Value>(
    stages: readonly StageBindingSpec[],
    act: (app: TestApp, visitor: Visitor) => Promise<Value>,
  ): Promise<Value> {
    const flow = defineFlow({
      ...{ slug: 'staff', title: 'Sign in', designation: 'authentication', target: '/inside' },
      authentication: 'require_unauthenticated',
      stages: [identification({ name: 'who', password: true }), ...stages, userLogin({ name: 'login' })],
    });
    const app = await openTestApp({ authenticators, flows: [flow, signup] });
    try {
      return await act(app, new Visitor(app));
    } finally {
      await app.close();
    }
  }

  async function begin(visitor: Visitor): Promise<string> {
    await visitor.open('/if/flow/staff/');
    const answer = await visitor.submit({ uid_field: 'ann', password });
    if (answer.location === '/inside') return 'signed in';
    if (answer.status === 403) return /doesn’t have one yet/.test(answer.text) ? 'refused' : 'no verdict';
    await visitor.follow(answer);
    return visitor.step.replace(/\W*\d*$/, '');
  }

  it('refuses them, where it asked for a code that they cannot have', async () => {
    await withApp([{ stage: factor }], async (app, visitor) => {
      await member(app, 'ann');
      assert.equal(await begin(visitor), 'refused');
      assert.equal(await visitor.me(), null);
    });
  });

  it('refuses them whatever they have set up, or proved, before: only deviceClasses count', async () => {
    const keys = validateAuthenticator({ name: 'keys', deviceClasses: ['webauthn'], required: true });
    const apps = validateAuthenticator({ name: 'apps', deviceClasses: ['totp'], required: true });
    const app = { stage: totpSetup({ name: 'set-up' }), policies: [ifNoAuthenticator()] };
    await withApp([app, { stage: apps }, { stage: keys }], async (testApp, visitor) => {
      const { id } = await member(testApp, 'ann');
      const now = (): number => Math.floor(testApp.clock.now() / 1000);
      assert.equal(await begin(visitor), 'set-up');
      const secret = /secret=([A-Z2-7]+)/.exec(visitor.page.text)?.[1] ?? '';
      const sets = await visitor.submit({ code: generateSync({ secret, epoch: now() }) });
      assert.deepEqual([sets.status, /doesn’t have one yet/.test(sets.text)], [403, true]);
      assert.deepEqual(
        (await authenticators.list(id)).map(({ type }) => type),
        ['totp'],
      );
      testApp.clock.advance(60_000);
      const other = new Visitor(testApp);
      assert.equal(await begin(other), 'apps');
      const proves = await other.submit({ code: generateSync({ secret, epoch: now() }) });
      assert.deepEqual([proves.status, /doesn’t have one yet/.test(proves.text)], [403, true]);
      assert.deepEqual([await visitor.me(), await other.me()], [null, null]);
      // Once they have one that counts, the other one is enough.
      const times = { createdAt: testApp.clock.now(), lastUsedAt: null, version: '1' };
      await authenticators.add({ id: 'k', userId: id, type: 'webauthn', name: 'Key', ...times, data: {} });
      testApp.clock.advance(60_000);
      assert.equal(await begin(other), 'apps');
      const signsIn = await other.submit({ code: generateSync({ secret, epoch: now() }) });
      assert.deepEqual([signsIn.location, await other.me()], ['/inside', 'ann']);
    });
  });

  it('takes what was proved before by a type that counts, though they have it no more, as a last recovery code', async () => {
    const [first, second] = [['totp'], ['totp', 'recovery_codes']] as const;
    const asking = (name: string, deviceClasses: readonly ('totp' | 'recovery_codes')[]) =>
      ({ stage: validateAuthenticator({ name, deviceClasses, required: true }) }) as const;
    const app = { stage: totpSetup({ name: 'set-up' }), policies: [ifNoAuthenticator()] };
    for (const [later, met] of [
      [second, ['/inside', 'ann']],
      [['recovery_codes'], ['', null]],
    ] as const)
      await withApp(
        [app, asking('first', first), { stage: dummyStage({ name: 'page' }) }, asking('second', later)],
        async (testApp, visitor) => {
          const { id } = await member(testApp, 'ann');
          assert.equal(await begin(visitor), 'set-up');
          const secret = /secret=([A-Z2-7]+)/.exec(visitor.page.text)?.[1] ?? '';
          const code = generateSync({ secret, epoch: Math.floor(testApp.clock.now() / 1000) });
          await visitor.follow(await visitor.submit({ code }));
          assert.match(visitor.step, /^page/);
          for (const { id: own } of await authenticators.list(id)) await authenticators.remove(id, own);
          const answer = await visitor.submit({});
          assert.deepEqual([answer.location, await visitor.me()], met);
        },
      );
  });

  it('takes no proof of a set-up that a policy inserted, of a type that does not count', async () => {
    const inserts = definePolicy({ name: 'inserts', check: () => ({ pass: true, actions: [{ insert: 'set-up' }] }) });
    const codes = (name: string, required: boolean) =>
      validateAuthenticator({ name, deviceClasses: ['recovery_codes'], required });
    const flow = defineFlow({
      ...{ slug: 'staff', title: 'Sign in', designation: 'authentication', target: '/inside' },
      authentication: 'require_unauthenticated',
      stages: [
        identification({ name: 'who', password: true }),
        codes('first', false),
        { stage: dummyStage({ name: 'page' }), policies: [inserts] },
        codes('second', true),
        userLogin({ name: 'login' }),
      ],
      insertable: [totpSetup({ name: 'set-up' })],
    });
    const app = await openTestApp({ authenticators, flows: [flow, signup] });
    try {
      await member(app, 'ann');
      const visitor = new Visitor(app);
      assert.equal(await begin(visitor), 'page');
      await visitor.follow(await visitor.submit({}));
      assert.match(visitor.step, /^set-up/);
      const secret = /secret=([A-Z2-7]+)/.exec(visitor.page.text)?.[1] ?? '';
      const code = generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
      assert.deepEqual([(await visitor.submit({ code })).status, await visitor.me()], [403, null]);
    } finally {
      await app.close();
    }
  });

  it('refuses them where they removed it elsewhere and open the page anew', async () => {
    await withApp([{ stage: factor }], async (app, visitor) => {
      const { id } = await member(app, 'ann');
      const times = { createdAt: app.clock.now(), lastUsedAt: null, version: '1' };
      await authenticators.add({ id: 'c', userId: id, type: 'totp', name: 'App', ...times, data: {} });
      assert.equal(await begin(visitor), 'second-factor');
      await authenticators.remove(id, 'c');
      await visitor.open('/if/flow/staff/');
      assert.doesNotMatch(visitor.page.text, /name="code"/);
      const refused = await visitor.submit({});
      assert.equal(refused.status, 403);
      assert.match(refused.text, /needs a second factor but doesn’t have one yet/);
    });
  });

  it('is set up, with othersProved, for users who have none of any type or proved one, and for no others', async () => {
    const narrow = {
      stage: totpSetup({ name: 'set-up' }),
      policies: [ifNoAuthenticator('totp', { othersProved: true })],
    };
    const stages = [
      narrow,
      { stage: validateAuthenticator({ name: 'second-factor', deviceClasses: ['totp'], required: true }) },
    ];
    const met = await withApp(stages, async (app, visitor) => {
      const { id } = await member(app, 'ann');
      const before = await begin(visitor);
      const times = { createdAt: app.clock.now(), lastUsedAt: null, version: '1' };
      await authenticators.add({ id: 'r', userId: id, type: 'webauthn', name: 'Key', ...times, data: {} });
      return [before, await begin(new Visitor(app))];
    });
    assert.deepEqual(met, ['set-up', 'refused']);
  });

  it('is decided by a policy that asks the one about the later step, too; no step decides itself', async () => {
    const asking = (step: string): Policy =>
      conditionalPolicy(
        { version: 2, actions: [{ type: 'condition', condition: { type: 'policy', policy: 'none' } }] },
        { policies: { none: ifNoAuthenticator(undefined, { step }) } },
      );
    const results: string[] = [];
    for (const step of ['second-factor', 'hint'])
      results.push(
        await withApp(
          [{ stage: dummyStage({ name: 'hint' }), policies: [asking(step)] }, { stage: factor }],
          async (app, visitor) => {
            await member(app, 'ann');
            return begin(visitor);
          },
        ),
      );
    assert.deepEqual(results, ['hint', 'refused']);
  });

  it('judges each later step once in an evaluation, however many policies ask about it', async () => {
    const key = (at: number): string => (at === 7 ? 'second-factor' : `step-${String(at)}`);
    let judged = 0;
    const counting = definePolicy({
      name: 'counting',
      check: () => {
        judged += 1;
        return false;
      },
    });
    const asking = Array.from({ length: 7 }, (_, at): StageBindingSpec => ({
      stage: dummyStage({ name: key(at) }),
      mode: 'all',
      policies: Array.from({ length: 3 }, () => ifNoAuthenticator(undefined, { step: key(at + 1) })),
    }));
    await withApp([...asking, { stage: factor, policies: [counting] }], async (app, visitor) => {
      await member(app, 'ann');
      assert.equal(await begin(visitor), 'signed in');
    });
    // For each of the seven steps, and at last for itself.
    assert.equal(judged, 8);
  });

  it('sets one up where the step that asks for it is in the plan and its policies pass, and nowhere else', async () => {
    const results: Record<string, string> = {};
    const cases: Record<string, Omit<StageBindingSpec, 'stage'>> = {
      none: {},
      pass: { policies: [always] },
      skip: { policies: [never] },
      negated: { policies: [{ policy: never, negate: true }] },
      disabled: { policies: [{ policy: never, enabled: false }] },
      any: { policies: [never, always], mode: 'any' },
      all: { policies: [never, always], mode: 'all' },
      broken: { policies: [broken] },
      'broken once': { policies: [brokenOnce()] },
      'broken, counts as a pass': { policies: [{ policy: broken, failureResult: true }] },
      'left out of the plan': { policies: [isKnown], evaluateOnPlan: true, reEvaluatePolicies: false },
      'in the plan': {
        policies: [{ policy: isKnown, negate: true }],
        evaluateOnPlan: true,
        reEvaluatePolicies: false,
      },
    };
    for (const [name, guard] of Object.entries(cases))
      results[name] = await withApp([setUp, { stage: factor, ...guard }], async (app, visitor) => {
        await member(app, 'ann');
        return begin(visitor);
      });
    assert.deepEqual(results, {
      none: 'set-up',
      pass: 'set-up',
      skip: 'signed in',
      negated: 'set-up',
      disabled: 'set-up',
      any: 'set-up',
      all: 'signed in',
      broken: 'no verdict',
      'broken once': 'no verdict',
      'broken, counts as a pass': 'set-up',
      'left out of the plan': 'signed in',
      'in the plan': 'set-up',
    });
  });
});
