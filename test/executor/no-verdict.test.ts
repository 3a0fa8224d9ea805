import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { message } from '../../lib/base/message.js';
import type { PolicyBindingSpec } from '../../lib/flow/policy-set.js';
import { definePolicy, type Policy, type PolicyAnswer } from '../../lib/flow/policy.js';
import { deny } from '../../lib/stages/deny.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, flowOf, login, page } from '../support/executor/stages.js';

/** An answer that TypeScript rejects and plain JavaScript may return. */
const wrong = (answer: unknown): Policy => definePolicy({ name: 'banned', check: () => answer as PolicyAnswer });

const failures: readonly { readonly name: string; readonly policy: Policy; readonly cause: string }[] = [
  {
    name: 'throws',
    cause: 'exception',
    policy: definePolicy({
      name: 'banned',
      check: () => {
        throw new Error('no such column: banned');
      },
    }),
  },
  {
    name: 'rejects',
    cause: 'exception',
    policy: definePolicy({ name: 'banned', check: () => Promise.reject(new Error('away')) }),
  },
  { name: 'is late', cause: 'timeout', policy: wrong(new Promise(() => undefined)) },
  ...[
    undefined,
    null,
    0,
    1,
    '',
    [],
    {},
    { pass: 'true' },
    { pass: true, messages: ['no message'] },
    { pass: true, actions: [{ insert: 7 }] },
    { pass: true, actions: [{ redirect: '/x' }] },
  ].map((answer) => ({
    name: `returns ${JSON.stringify(answer) ?? 'undefined'}`,
    cause: 'wrong_type',
    policy: wrong(answer),
  })),
];

describe('a policy on a stage binding that gives no verdict', () => {
  let scene: Scene;
  let written: number;
  beforeEach(() => {
    scene = openScene();
    written = 0;
  });

  const write = () =>
    act('write', () => {
      written += 1;
      return { type: 'completed' };
    });
  const guarded = (bound: PolicyBindingSpec, more: object = {}) =>
    flowOf([page('name'), { stage: deny({ name: 'deny' }), policies: [bound], ...more }, write(), login('in')]);
  const quick = { timeoutSeconds: 0.005 };

  for (const { name, policy, cause } of failures) {
    it(`F10: refuses the flow instead of skipping its stage: ${name}`, async () => {
      const visitor = new ExecutorClient(scene, guarded({ policy, ...quick }));
      await visitor.open();
      const reply = await visitor.submit({ name: 'Mallory' });
      assert.equal(reply.type, 'refusal');
      assert.equal(reply.status, 403);
      assert.deepEqual(reply.messages, [message('policy.failed')]);
      assert.equal(written, 0);
      const [entry] = scene.logged;
      assert.match(entry?.text ?? '', new RegExp(`'banned'.*${cause}`));
      assert.deepEqual(
        scene.emitted.map(({ name: event, facts }) => [event, facts]),
        [['policy.failed', { flow: 'walk', step: 'deny', policy: 'banned', reference: reply.reference, cause }]],
      );
    });

    it(`F10: refuses the flow at planning, too: ${name}`, async () => {
      const planned = { evaluateOnPlan: true, reEvaluatePolicies: false };
      const visitor = new ExecutorClient(scene, guarded({ policy, ...quick }, planned));
      const reply = await visitor.get();
      assert.equal(reply.type === 'refusal' && reply.status, 403);
      assert.equal(scene.emitted[0]?.facts['cause'], cause);
    });

    it(`F10: counts as a pass under failureResult, so that a deny stage denies: ${name}`, async () => {
      const visitor = new ExecutorClient(scene, guarded({ policy, ...quick, failureResult: true }));
      await visitor.open();
      const reply = await visitor.submit({ name: 'Mallory' });
      assert.deepEqual(reply.type === 'refusal' && reply.messages, [message('stage.deny.denied')]);
      assert.equal(scene.logged.length, 1);
    });

    it(`F10: denies on a flow, whatever its denied action, and says so: ${name}`, async () => {
      const flow = flowOf([page('name')], { policies: [{ policy, ...quick }], deniedAction: 'continue' });
      const visitor = new ExecutorClient(scene, flow);
      visitor.entryLink = { next: { path: '/somewhere' } };
      const reply = await visitor.get();
      assert.equal(reply.type === 'refusal' && reply.status, 403);
      assert.match(reply.type === 'refusal' ? (reply.reference ?? '') : '', /^[2-9A-Z]{8}$/);
    });

    // A validation policy has 30 seconds.
    if (cause === 'timeout') continue;
    it(`F10: does not accept answers as a validation policy: ${name}`, async () => {
      const visitor = new ExecutorClient(scene, flowOf([page('name', policy), login('in')]));
      await visitor.open();
      const reply = await visitor.submit({ name: 'Mallory' });
      assert.equal(reply.type === 'stage' && reply.status, 422);
      assert.equal(scene.emitted[0]?.facts['cause'], cause);
    });
  }

  it('F10: only an explicit verdict skips a stage or keeps it', async () => {
    for (const [pass, outcome] of [
      [false, 'redirect'],
      [true, 'refusal'],
    ] as const) {
      const visitor = new ExecutorClient(
        openScene(),
        guarded({ policy: definePolicy({ name: 'banned', check: () => pass }) }),
      );
      await visitor.open();
      assert.equal((await visitor.submit({ name: 'Ann' })).type, outcome);
    }
  });

  it('F10: refuses if no other policy decides, and not if one has passed under any', async () => {
    const [{ policy: broken } = assert.fail()] = failures;
    const says = (pass: boolean): Policy => definePolicy({ name: `says-${String(pass)}`, check: () => pass });
    for (const [mode, other, denied] of [
      ['any', false, 'policy.failed'],
      ['all', true, 'policy.failed'],
      ['all', false, 'policy.failed'],
      ['any', true, 'stage.deny.denied'],
    ] as const) {
      const flow = flowOf([
        page('name'),
        { stage: deny({ name: 'deny' }), policies: [broken, says(other)], mode },
        login('in'),
      ]);
      const visitor = new ExecutorClient(openScene(), flow);
      await visitor.open();
      const reply = await visitor.submit({ name: 'Ann' });
      assert.deepEqual(
        reply.type === 'refusal' && reply.messages.map(({ id }) => id),
        [denied],
        `${mode} ${String(other)}`,
      );
    }
  });

  it('F10: the content of an invalid response is not logged', async () => {
    const visitor = new ExecutorClient(scene, guarded({ policy: wrong({ password: 'hunter2 hunter2' }) }));
    await visitor.open();
    await visitor.submit({ name: 'Ann' });
    assert.doesNotMatch(String(Reflect.get(scene.logged[0]?.fields ?? {}, 'err')), /hunter2/);
  });
});
