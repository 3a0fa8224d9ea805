import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { message, messageOf } from '../../lib/base/message.js';
import { type deniedActions, type FlowSpec } from '../../lib/flow/flow.js';
import { definePolicy } from '../../lib/flow/policy.js';
import { ExecutorClient, type ExecutorAnswer } from '../support/executor/executor-client.js';
import { openScene } from '../support/executor/scene.js';
import { act, flowOf, page } from '../support/executor/stages.js';

const full = definePolicy({ name: 'full', check: () => 'The club is full.' });
const next = { path: '/next' };

/** The replies to a GET and a POST of a flow's first page; both must be the same. */
async function visit(more: Partial<FlowSpec>, arriving: boolean, user?: string): Promise<ExecutorAnswer> {
  const scene = openScene();
  const visitor = new ExecutorClient(scene, flowOf([page('one')], more));
  visitor.user = user;
  if (arriving) visitor.entryLink = { next };
  const reply = await visitor.get();
  const posted = await visitor.submit({ one: 'a' }, { step: 'one', revision: 0 });
  // A form sent while another user is signed in is refused, so that its sender does not end up in that account.
  if (user === undefined) assert.deepEqual(posted, reply);
  else
    assert.deepEqual(summary(posted), [
      403,
      [more.designation === 'enrollment' ? 'flow.signed_in' : 'flow.signed_in.other'],
    ]);
  assert.deepEqual(scene.plans.writes, []);
  return reply;
}

const summary = (reply: ExecutorAnswer) =>
  reply.type === 'redirect'
    ? [reply.to, reply.done]
    : reply.type === 'refusal'
      ? [reply.status, reply.messages.map(({ id }) => id)]
      : reply.type === 'stage'
        ? reply.step
        : reply.type;

describe('a flow that does not apply', () => {
  // authentik's FlowDeniedAction, with and without a `next`.
  const rows: [(typeof deniedActions)[number], boolean, unknown][] = [
    ['message_continue', false, [403, ['literal']]],
    ['message_continue', true, [next, true]],
    ['message', false, [403, ['literal']]],
    ['message', true, [403, ['literal']]],
    ['continue', false, [{ path: '/home' }, true]],
    ['continue', true, [next, true]],
  ];
  for (const [deniedAction, arriving, expected] of rows) {
    it(`by its policies: ${deniedAction} ${arriving ? 'with' : 'without'} a next`, async () => {
      assert.deepEqual(summary(await visit({ policies: [full], deniedAction }, arriving)), expected);
    });
  }

  it('shows a message even when its policies give none', async () => {
    const mute = definePolicy({ name: 'mute', check: () => false });
    assert.deepEqual(summary(await visit({ policies: [mute] }, false)), [403, ['flow.not_applicable']]);
  });

  it('shows the reference of a failed policy, and none of its text', async () => {
    const scene = openScene();
    const broken = definePolicy({
      name: 'broken',
      check: () => {
        throw new Error('SELECT');
      },
    });
    const reply = await new ExecutorClient(scene, flowOf([page('one')], { policies: [broken] })).get();
    assert.equal(reply.type, 'refusal');
    assert.deepEqual([reply.status, reply.messages], [403, [message('policy.failed')]]);
    assert.equal(reply.reference, Reflect.get(scene.logged[0]?.fields ?? {}, 'reference'));
    assert.doesNotMatch(JSON.stringify(reply.messages), /SELECT/);
  });

  it('returns 429 with Retry-After when a policy counts attempts', async () => {
    const counting = definePolicy({
      name: 'counting',
      check: () => ({ pass: false, messages: [messageOf('slow')], retryAfterSeconds: 30 }),
    });
    const reply = await new ExecutorClient(openScene(), flowOf([page('one')], { policies: [counting] })).get();
    assert.deepEqual(reply.type === 'refusal' && [reply.status, reply.retryAfterSeconds, reply.messages], [
      429,
      30,
      [messageOf('slow')],
    ]);
  });

  it('enrollment does not apply to a signed-in user, unless the flow says so', async () => {
    assert.deepEqual(summary(await visit({ designation: 'enrollment' }, false, 'ann')), [403, ['flow.signed_in']]);
    assert.deepEqual(summary(await visit({ designation: 'enrollment' }, true, 'ann')), [next, true]);
    assert.deepEqual(
      summary(await visit({ authentication: 'require_unauthenticated', deniedAction: 'message' }, true, 'ann')),
      [403, ['flow.signed_in.other']],
    );
    const open = new ExecutorClient(
      openScene(),
      flowOf([page('one')], { designation: 'enrollment', authentication: 'none' }),
    );
    open.user = 'ann';
    assert.equal((await open.open()).step, 'one');
  });

  it('require_authenticated applies to signed-in users', async () => {
    assert.deepEqual(summary(await visit({ authentication: 'require_authenticated' }, false)), [
      403,
      ['flow.signed_out'],
    ]);
    const signedIn = new ExecutorClient(
      openScene(),
      flowOf([page('one')], { authentication: 'require_authenticated' }),
    );
    signedIn.user = 'ann';
    assert.equal((await signedIn.open()).step, 'one');
  });

  it('checks again mid-flow who is signed in, and accepts the user whom the plan signed in', async () => {
    const scene = openScene();
    const write = act('write', () => ({
      type: 'completed',
      patch: { pending_user: 'ann' },
      effect: { signIn: 'ann', rememberSeconds: null },
      evidence: { type: 'account_written', user: 'ann' },
    }));
    const visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), write, page('two')], { authentication: 'require_unauthenticated' }),
    );
    await visitor.open();
    await visitor.submit({ one: 'a' });
    visitor.user = 'bob';
    const before = await scene.plans.contents();
    for (const reply of [await visitor.get(), await visitor.submit({ two: 'b' }, { step: 'two', revision: 1 })])
      assert.deepEqual(summary(reply), [403, ['flow.signed_in.other']]);
    assert.deepEqual(await scene.plans.contents(), before);
    visitor.user = 'ann';
    assert.equal((await visitor.open()).step, 'two');
  });

  it('evaluates its own policies at the start and not later', async () => {
    let open = true;
    const opening = definePolicy({ name: 'opening', check: () => open });
    const visitor = new ExecutorClient(openScene(), flowOf([page('one'), page('two')], { policies: [opening] }));
    await visitor.open();
    await visitor.submit({ one: 'a' });
    open = false;
    assert.equal((await visitor.open()).step, 'two');
  });

  it('a flow without remaining steps finishes at once, and stores nothing', async () => {
    const scene = openScene();
    for (const flow of [
      flowOf([]),
      flowOf([{ stage: page('one'), policies: [full] }]),
      flowOf([{ stage: page('one'), policies: [full], evaluateOnPlan: true, reEvaluatePolicies: false }]),
    ]) {
      const visitor = new ExecutorClient(scene, flow);
      for (const reply of [await visitor.get(), await visitor.submit({}, { step: 'one', revision: 0 })])
        assert.deepEqual(summary(reply), [{ path: '/home' }, true]);
    }
    assert.deepEqual(scene.plans.writes, []);
  });
});
