import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { storeAway } from '../../lib/base/error.js';
import { evaluate, type Judgement } from '../../lib/executor/policy-engine.js';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { defineFlow } from '../../lib/flow/flow.js';
import { policySetOf, type PolicyBindingSpec } from '../../lib/flow/policy-set.js';
import { definePolicy, type Policy, type PolicyAnswer } from '../../lib/flow/policy.js';
import { inGroup } from '../../lib/policies/in-group.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { flowOf, page } from '../support/executor/stages.js';

const named = (name: string, check: () => PolicyAnswer | Promise<PolicyAnswer>): Policy =>
  definePolicy({ name, writes: ['fixed_data'], check });
const pass = named('pass', () => true);
const fail = named('fail', () => false);

const midnight = Date.parse('2026-12-31T17:00:00Z');
const expires = { local: '2027-01-01 00:00:00', zone: 'Asia/Jakarta' };

async function judge(
  policies: readonly (PolicyBindingSpec | Policy)[],
  { now = midnight, mode = 'all', scene = openScene() }: { now?: number; mode?: 'any' | 'all'; scene?: Scene } = {},
): Promise<Judgement> {
  return evaluate(scene.context, policySetOf({ policies, mode }), {
    facts: Object.freeze({ act: true, address: '192.0.2.1', locale: 'en', now, entryLink: {} }),
    flow: flowOf([page('name')], { insertable: [page('more')] }),
    enrollmentId: 'plan-1',
    step: 'name',
    context: {},
    services: scene.context.services,
    signal: new AbortController().signal,
  });
}

describe('a policy binding that expires', () => {
  it('grants nothing from its instant on, not a millisecond before', async () => {
    assert.equal((await judge([{ policy: pass, expires }], { now: midnight - 1 })).pass, true);
    assert.equal((await judge([{ policy: pass, expires }])).pass, false);
    assert.equal((await judge([{ policy: pass, expires: '2027-01-01T00:00:00+07:00' }])).pass, false);
    assert.equal((await judge([{ policy: pass, expires: null }])).pass, true);
  });

  it('fails where it is the only one, negated, or one of all; of any, the others count', async () => {
    assert.equal((await judge([{ policy: fail, negate: true, expires }], { now: midnight - 1 })).pass, true);
    assert.equal((await judge([{ policy: fail, negate: true, expires }])).pass, false);
    assert.equal((await judge([pass, { policy: pass, expires }])).pass, false);
    assert.equal((await judge([pass, { policy: pass, expires }], { mode: 'any' })).pass, true);
    assert.equal((await judge([fail, { policy: pass, expires }], { mode: 'any' })).pass, false);
  });

  it('is an explicit fail, without a message, and its policy is not asked', async () => {
    let asked = 0;
    const counting = named('counting', () => {
      asked += 1;
      return { pass: true, patch: { fixed_data: { late: true } } };
    });
    const { undecided, messages, patch } = await judge([{ policy: counting, expires, failureResult: true }]);
    assert.deepEqual([undecided, messages, patch, asked], [false, [], {}, 0]);
  });

  it('takes instants only', () => {
    const flow = (wrong: unknown) => () =>
      flowOf([page('name')], { policies: [{ policy: pass, expires: wrong as number }] });
    assert.throws(flow('7d'), /expires.*'7d' is not a date and time with its zone/);
    assert.throws(flow({ local: '2027-01-01', zone: 'Nowhere' }), /'Nowhere' is not an IANA time zone/);
    assert.throws(flow({}), /is not an instant/);
  });
});

describe('a policy binding in a dry run', () => {
  const dry = (policy: Policy, more: Partial<PolicyBindingSpec> = {}): PolicyBindingSpec => ({
    policy,
    dryRun: true,
    ...more,
  });
  const results = ({ emitted }: Scene): unknown =>
    emitted.filter(({ name }) => name === 'policy.dry_run').map(({ facts }) => facts);

  it('is evaluated, logged and emitted, and does not count', async () => {
    const scene = openScene();
    assert.equal((await judge([dry(fail)], { scene })).pass, true);
    assert.equal((await judge([fail, dry(pass)], { mode: 'any', scene })).pass, false);
    assert.equal((await judge([pass, dry(fail, { negate: true })], { scene })).pass, true);
    await new Promise(setImmediate);
    const facts = { flow: 'walk', step: 'name' };
    assert.deepEqual(results(scene), [
      { ...facts, policy: 'fail', result: 'fail' },
      { ...facts, policy: 'pass', result: 'pass' },
      { ...facts, policy: 'fail', result: 'pass' },
    ]);
    assert.deepEqual(
      scene.logged.map(({ text }) => text),
      [
        "the policy 'fail', a dry run: fail",
        "the policy 'pass', a dry run: pass",
        "the policy 'fail', a dry run: pass",
      ],
    );
  });

  it('has no messages, patch and actions', async () => {
    const eager = named('eager', () => ({
      pass: true,
      messages: [{ id: 'own', values: {} }],
      patch: { fixed_data: { dry: true } },
      actions: [{ insert: 'more' }],
    }));
    const { messages, patch, actions, failed } = await judge([dry(eager)]);
    assert.deepEqual([messages, patch, actions, failed], [[], {}, [], []]);
  });

  it('keeps no visitor waiting, and what it throws reaches none', async () => {
    const scene = openScene();
    let answer: (value: boolean) => void = () => undefined;
    const slow = named('slow', () => new Promise<boolean>((resolve) => (answer = resolve)));
    const broken = named('broken', () => {
      throw new Error('SELECT 1');
    });
    const away = named('away', () => Promise.reject(storeAway('redis', new Error('gone'))));
    assert.equal((await judge([dry(slow), dry(broken), dry(away)], { scene })).pass, true);
    answer(true);
    await new Promise(setImmediate);
    assert.deepEqual(
      Object.fromEntries(
        scene.emitted.flatMap(({ name, facts }) =>
          name === 'policy.dry_run' ? [[facts['policy'], facts['result']]] : [],
        ),
      ),
      { slow: 'pass', broken: 'no_verdict', away: 'no_verdict' },
    );
  });

  it('is left out where it is disabled or expired', async () => {
    const scene = openScene();
    await judge([dry(fail, { enabled: false }), dry(fail, { expires })], { scene });
    await new Promise(setImmediate);
    assert.deepEqual(results(scene), []);
  });

  it('may stand on a gate, and replaces no policy that a check requires', () => {
    const gate = page('code', definePolicy({ name: 'gate', gate: true, check: () => true }));
    const issues = (bound: PolicyBindingSpec) =>
      checkFlows(
        [
          defineFlow({
            slug: 'walk',
            title: 'Walk',
            designation: 'authorization',
            stages: [{ stage: gate, policies: [bound] }],
          }),
        ],
        { registration: 'open' },
      ).filter((issue) => issue.includes('leave out the gate'));
    assert.deepEqual(issues(dry(inGroup('staff'))), []);
    assert.equal(issues({ policy: inGroup('staff') }).length, 1);
  });
});
