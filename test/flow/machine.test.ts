import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { currentBinding, leaveStep, patchContext, startPlan } from '../../lib/flow/machine/advance.js';
import { addStep, askerOf, restartPlan, rewindTo } from '../../lib/flow/machine/change-steps.js';
import { definePolicy } from '../../lib/flow/policy.js';
import type { Plan, Step } from '../../lib/flow/plan.js';
import { flowOf, page } from '../support/executor/stages.js';

const no = definePolicy({ name: 'no', check: () => false });
const planned = { policies: [no], evaluateOnPlan: true, reEvaluatePolicies: false };
const flow = flowOf([{ stage: page('a'), ...planned }, page('b'), { stage: page('c'), policies: [no] }, page('d')], {
  insertable: [page('x'), page('y')],
});
const start = (...leftOut: string[]): Plan =>
  startPlan(flow, { id: 'plan-1', enrollmentId: 'plan-1', origin: {}, now: 7, leftOut: new Set(leftOut) });

/** `a- b+ c` stands for: a skipped, b passed, c ahead; `>` marks the current step. */
function drawn({ steps, at }: Plan): string {
  const marks: Record<Step['state'], string> = { ahead: '', passed: '+', skipped: '-' };
  return [
    ...steps.map(({ key, state }, index) => `${index === at ? '>' : ''}${key}${marks[state]}`),
    ...(at === steps.length ? ['>'] : []),
  ].join(' ');
}

describe('a plan', () => {
  it('starts at the first step that planning keeps', () => {
    assert.equal(drawn(start()), '>a b c d');
    assert.equal(drawn(start('a', 'c')), 'a- >b c- d');
    assert.equal(drawn(start('a', 'b', 'c', 'd')), 'a- b- c- d- >');
  });

  it('leaves a step and goes to the next one ahead', () => {
    const second = leaveStep(start('b'), 'passed');
    assert.equal(drawn(second), 'a+ b- >c d');
    assert.equal(currentBinding(second, flow)?.key, 'c');
    const done = leaveStep(leaveStep(second, 'skipped'), 'passed');
    assert.equal(drawn(done), 'a+ b- c- d+ >');
    assert.deepEqual([currentBinding(done, flow), leaveStep(done, 'passed')], [null, done]);
  });

  it('adds an insertable step next or last, once each, and no other', () => {
    const plan = start('a');
    const both = addStep(addStep(plan, flow, 'x', 'next'), flow, 'y', 'last');
    assert.equal(drawn(both), 'a- >b x c d y');
    for (const where of ['next', 'last'] as const)
      for (const key of ['x', 'b', 'nowhere', 'constructor']) assert.equal(addStep(both, flow, key, where), both);
    const done = leaveStep(leaveStep(leaveStep(leaveStep(start(), 'passed'), 'passed'), 'passed'), 'passed');
    assert.equal(drawn(addStep(done, flow, 'x', 'next')), 'a+ b+ c+ d+ >x');
  });

  it('rewinds to a step; steps left out by planning stay out, skipped steps may come back', () => {
    const on = leaveStep(leaveStep(leaveStep(start('a'), 'passed'), 'skipped'), 'passed');
    assert.equal(drawn(on), 'a- b+ c- d+ >');
    assert.equal(drawn(rewindTo(on, flow, 'b')), 'a- >b c d');
    assert.equal(drawn(rewindTo(on, flow, 'd')), 'a- b+ c- >d');
    for (const key of ['a', 'c', 'x', 'nowhere']) assert.equal(rewindTo(on, flow, key), on);
  });

  it('finds the last completed step with a given field', () => {
    const on = leaveStep(leaveStep(start(), 'passed'), 'skipped');
    assert.deepEqual(
      [
        askerOf(on, flow, ['a']),
        askerOf(on, flow, ['z', 'a']),
        askerOf(on, flow, ['b']),
        askerOf(on, flow, ['c']),
        askerOf(on, flow, []),
      ],
      ['a', 'a', null, null, null],
    );
    const added = leaveStep(leaveStep(addStep(start(), flow, 'x', 'next'), 'passed'), 'passed');
    assert.deepEqual([askerOf(added, flow, ['x']), askerOf(added, flow, ['a', 'x'])], ['x', 'x']);
  });

  it('restarts five times at most, without inserted steps', () => {
    let plan: Plan = {
      ...patchContext(addStep(leaveStep(leaveStep(start('a'), 'passed'), 'skipped'), flow, 'y', 'last'), {
        pending_user: 'ann',
      }),
      origin: { redirect: { path: '/x' } },
    };
    assert.equal(drawn(plan), 'a- b+ c- >d y');
    const kept = restartPlan(plan, flow, true);
    assert.deepEqual([kept === null || drawn(kept), kept?.context], ['a- >b c d', { pending_user: 'ann' }]);
    for (let time = 1; time <= 5; time += 1) {
      const again = restartPlan(plan, flow, false);
      assert.ok(again);
      assert.deepEqual(
        [drawn(again), again.restarts, again.context],
        ['a- >b c d', time, { redirect: { path: '/x' } }],
      );
      plan = again;
    }
    assert.equal(restartPlan(plan, flow, false), null);
  });

  it('merges records of answers recursively and replaces everything else', () => {
    const known = patchContext(start(), {
      prompt_data: { a: { x: 1, y: 1 } },
      fixed_data: { f: 1 },
      invitation: { id: 'i', version: 1 },
      pending_user: 'ann',
    });
    const more = patchContext(
      known,
      {
        prompt_data: { a: { y: 2 }, b: 3 },
        fixed_data: { g: 2 },
        invitation: { id: 'j', version: 2 },
        password_hash: 'h',
      },
      ['pending_user'],
    );
    assert.deepEqual(more.context, {
      prompt_data: { a: { x: 1, y: 2 }, b: 3 },
      fixed_data: { f: 1, g: 2 },
      invitation: { id: 'j', version: 2 },
      password_hash: 'h',
    });
    assert.deepEqual(known.context.prompt_data, { a: { x: 1, y: 1 } }, 'a plan is never changed in place');
    assert.equal(patchContext(more, undefined), more);
  });

  it('auth_method is dropped with the user who signed in by it', () => {
    const byPassword = patchContext(start(), { pending_user: 'ann', auth_method: 'password' });
    const methodAfter = (patch: Parameters<typeof patchContext>[1]) =>
      patchContext(byPassword, patch).context.auth_method;
    assert.equal(methodAfter({ pending_user: 'ann', is_sso: true }), 'password');
    assert.equal(methodAfter({ prompt_data: {} }), 'password');
    assert.equal(methodAfter({ pending_user: 'bob', is_sso: true }), undefined);
    assert.equal(methodAfter({ pending_user: 'bob', auth_method: 'auth_mfa' }), 'auth_mfa');
  });
});
