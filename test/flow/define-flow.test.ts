import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defineFlow, designations } from '../../lib/flow/flow.js';
import { definePolicy, type Verdict } from '../../lib/flow/policy.js';
import { textsOfFlows } from '../../lib/flow/flows.js';
import { inviteCode } from '../../lib/policies/invite-code.js';
import { username } from '../../lib/prompts/username.js';
import { deny } from '../../lib/stages/deny.js';
import { promptStage } from '../../lib/stages/prompt.js';
import { question } from '../support/prompts/question.js';

const yes = definePolicy({ name: 'yes', check: () => true });

describe('defineFlow', () => {
  it('has authentik’s defaults', () => {
    const flow = defineFlow({
      slug: 'join',
      title: 'Join',
      designation: 'authorization',
      stages: [deny({ name: 'no' })],
      policies: [yes],
    });
    const { name, layout, deniedAction, authentication, target, title, insertable } = flow;
    assert.deepEqual(
      [name, layout, deniedAction, authentication, target, title, insertable.size],
      ['join', null, 'message_continue', 'none', '/', { id: 'literal', values: { text: 'Join' } }, 0],
    );
    assert.deepEqual(flow.guard, {
      mode: 'any',
      modeGiven: false,
      bindings: [
        {
          policy: yes,
          order: 0,
          negate: false,
          enabled: true,
          timeoutSeconds: 30,
          failureResult: false,
          expires: null,
          dryRun: false,
        },
      ],
    });
    const [binding] = flow.bindings;
    assert.deepEqual(
      { ...binding, stage: null, guard: null },
      {
        key: 'no',
        stage: null,
        order: 10,
        guard: null,
        evaluateOnPlan: false,
        reEvaluatePolicies: true,
        invalidResponseAction: 'retry',
      },
    );
  });

  it('excludes signed-in users from enrollment and recovery by default', () => {
    const closed = designations.filter(
      (designation) =>
        defineFlow({ slug: 'x', title: 'x', designation, stages: [] }).authentication === 'require_unauthenticated',
    );
    assert.deepEqual(closed, ['enrollment', 'recovery']);
    assert.equal(
      defineFlow({ slug: 'x', title: 'x', designation: 'enrollment', authentication: 'none', stages: [] })
        .authentication,
      'none',
    );
  });

  it('sorts stages and policies by order', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => deny({ name }));
    assert.ok(a && b && c);
    const flow = defineFlow({
      slug: 'x',
      title: 'x',
      designation: 'enrollment',
      stages: [{ stage: a, order: 25 }, b, { stage: c, order: 5 }],
      mode: 'all',
      policies: [
        { policy: yes, order: 7 },
        { policy: { ...yes, name: 'first' }, order: 1 },
      ],
    });
    assert.deepEqual(
      flow.bindings.map(({ key, order }) => [key, order]),
      [
        ['c', 5],
        ['b', 20],
        ['a', 25],
      ],
    );
    assert.deepEqual(
      flow.guard.bindings.map(({ policy }) => policy.name),
      ['first', 'yes'],
    );
  });

  it('is immutable', () => {
    const stages = [deny({ name: 'a' })];
    const flow = defineFlow({ slug: 'x', title: 'x', designation: 'enrollment', stages, policies: [yes] });
    stages.push(deny({ name: 'b' }));
    assert.equal(flow.bindings.length, 1);
    const [binding] = flow.bindings;
    for (const part of [
      flow,
      flow.bindings,
      binding,
      binding?.stage,
      flow.guard,
      flow.guard.bindings,
      flow.guard.bindings[0],
      flow.messages,
      yes,
      yes.fields,
    ])
      assert.ok(Object.isFrozen(part));
  });

  it('contains the texts of all its parts', () => {
    const stage = promptStage({
      name: 'account',
      prompts: [username({ key: 'username', label: 'x' })],
      validation: [{ ...inviteCode(), messages: { 'my.policy': 'text' } }],
    });
    const flow = defineFlow({
      slug: 'x',
      title: 'x',
      designation: 'enrollment',
      messages: { 'my.flow': 'text' },
      stages: [{ stage, policies: [{ ...yes, messages: { 'my.bound': 'text' } }] }],
      insertable: [deny({ name: 'no' })],
      policies: [{ ...yes, messages: { 'my.guard': 'text' } }],
    });
    const texts = textsOfFlows([flow]);
    for (const id of ['my.flow', 'my.policy', 'my.bound', 'my.guard']) assert.equal(typeof texts[id], 'string', id);
  });
});

describe('definePolicy', () => {
  const ask = async (answer: unknown): Promise<Verdict> =>
    definePolicy({ name: 'asked', check: () => answer as boolean }).check({ ...question(), answers: {} });

  it('accepts true, a sentence, a message or a verdict', async () => {
    assert.deepEqual(await ask(true), { pass: true });
    assert.deepEqual(await ask('No.'), { pass: false, messages: [{ id: 'literal', values: { text: 'No.' } }] });
    assert.deepEqual(await ask({ id: 'my.no' }), { pass: false, messages: [{ id: 'my.no' }] });
    assert.deepEqual(await ask({ pass: true, patch: { pending_user: 'x' } }), {
      pass: true,
      patch: { pending_user: 'x' },
    });
    assert.deepEqual(await ask(Promise.resolve('Later.')), {
      pass: false,
      messages: [{ id: 'literal', values: { text: 'Later.' } }],
    });
    assert.deepEqual(await ask(Promise.resolve({ pass: true, actions: [{ insert: 'x' }] })), {
      pass: true,
      actions: [{ insert: 'x' }],
    });
  });

  it('treats anything else as no verdict', async () => {
    assert.deepEqual(await ask(false), { pass: false });
    for (const answer of [undefined, null, 0, 1, '', {}, [], Promise.resolve(undefined), Promise.resolve(1)])
      await assert.rejects(ask(answer), { code: 'ERR_ENROLLMENT_POLICY' });
  });
});
