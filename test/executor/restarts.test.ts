import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { definePolicy } from '../../lib/flow/policy.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, decide, flowOf, page, refused } from '../support/executor/stages.js';

const right = definePolicy({ name: 'right', fields: ['two'], check: ({ answers }) => answers['two'] === 'right' });

describe('restarting after an invalid response', () => {
  let scene: Scene;
  let visitor: ExecutorClient;
  beforeEach(() => {
    scene = openScene();
  });

  async function toTwo(): Promise<void> {
    await visitor.open();
    await visitor.submit({ one: 'kept?' });
    assert.equal((await visitor.open()).step, 'two');
  }

  const begun = {
    type: 'redirect',
    to: { flow: 'walk' },
    done: false,
    notice: { id: 'notice.restarted' },
    signIn: null,
    signOut: false,
    endSessions: null,
    reauthenticated: null,
    freshToken: false,
  };

  it('retry, the default, shows the page again', async () => {
    visitor = new ExecutorClient(scene, flowOf([page('one'), { stage: page('two', right) }]));
    await toTwo();
    const reply = await visitor.submit({ two: 'wrong' });
    assert.deepEqual([reply.type === 'stage' && reply.status, (await visitor.stored())?.plan?.restarts], [422, 0]);
  });

  it('restart drops the answers and keeps the origin and the plan', async () => {
    visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), { stage: page('two', right), invalidResponseAction: 'restart' }]),
    );
    visitor.entryLink = { next: { path: '/next' } };
    await toTwo();
    assert.deepEqual(await visitor.submit({ two: 'wrong' }), begun);
    const stored = await visitor.stored();
    assert.deepEqual(
      [stored?.rev, stored?.plan?.restarts, stored?.plan?.at, stored?.plan?.context],
      [2, 1, 0, { redirect: { path: '/next' } }],
    );
    assert.deepEqual(
      stored?.plan?.steps.map(({ state }) => state),
      ['ahead', 'ahead'],
    );
    const page1 = await visitor.open();
    assert.deepEqual([page1.step, page1.revision], ['one', 2]);
  });

  it('restart keeps a next parameter that was given mid-flow', async () => {
    visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), { stage: page('two', right), invalidResponseAction: 'restart' }]),
    );
    await toTwo();
    visitor.entryLink = { next: { path: '/next' } };
    await visitor.submit({ two: 'wrong' });
    visitor.entryLink = {};
    await toTwo();
    const reply = await visitor.submit({ two: 'right' });
    assert.deepEqual(reply.type === 'redirect' && reply.to, { path: '/next' });
  });

  it('restart_with_context keeps the context', async () => {
    visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), { stage: page('two', right), invalidResponseAction: 'restart_with_context' }]),
    );
    await toTwo();
    assert.deepEqual(await visitor.submit({ two: 'wrong' }), begun);
    assert.deepEqual((await visitor.stored())?.plan?.context, { prompt_data: { one: 'kept?' } });
  });

  it('applies to unreadable responses and to stages that deny, too', async () => {
    visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), { stage: page('two'), invalidResponseAction: 'restart' }]),
    );
    await toTwo();
    assert.deepEqual(await visitor.submit({}), begun);
    visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), page('two'), { stage: act('write', () => refused), invalidResponseAction: 'restart' }]),
      'plan-2',
    );
    await toTwo();
    assert.deepEqual(await visitor.submit({ two: 'x' }), begun);
  });

  it('stops after five times: the page is shown again, and a denial ends the plan', async () => {
    visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), { stage: page('two', right), invalidResponseAction: 'restart' }]),
    );
    for (let time = 1; time <= 5; time += 1) {
      await toTwo();
      assert.deepEqual(await visitor.submit({ two: 'wrong' }), begun);
      assert.equal((await visitor.stored())?.plan?.restarts, time);
    }
    await toTwo();
    const reply = await visitor.submit({ two: 'wrong' });
    assert.deepEqual([reply.type === 'stage' && reply.status, (await visitor.stored())?.plan?.restarts], [422, 5]);

    visitor = new ExecutorClient(
      scene,
      flowOf([
        page('one'),
        page('two'),
        { stage: act('write', () => refused), invalidResponseAction: 'restart_with_context' },
      ]),
      'plan-2',
    );
    for (let time = 1; time <= 5; time += 1) {
      await toTwo();
      await visitor.submit({ two: 'x' });
    }
    await toTwo();
    assert.equal((await visitor.submit({ two: 'x' })).type, 'refusal');
    assert.equal(await visitor.stored(), null);
  });

  it('never happens on a GET', async () => {
    visitor = new ExecutorClient(
      scene,
      flowOf([{ stage: decide('look', () => refused), invalidResponseAction: 'restart' }, page('one')]),
    );
    assert.equal((await visitor.get()).type, 'refusal');
    assert.deepEqual(scene.plans.writes, []);
  });

  it('does not hide too many attempts: 429, and the plan remains', async () => {
    const throttled = definePolicy({
      name: 'throttled',
      fields: ['two'],
      check: () => ({ pass: false, retryAfterSeconds: 90 }),
    });
    visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), { stage: page('two', throttled), invalidResponseAction: 'restart' }]),
    );
    await toTwo();
    const reply = await visitor.submit({ two: 'x' });
    assert.deepEqual(
      [reply.type === 'stage' && [reply.status, reply.retryAfterSeconds], (await visitor.stored())?.plan?.restarts],
      [[429, 90], 0],
    );
  });

  it('forgets inserted steps and asks again for steps that were left out', async () => {
    const adding = definePolicy({
      name: 'adding',
      fields: ['one'],
      check: ({ answers }) => (answers['one'] === 'kept?' ? { pass: true, actions: [{ insert: 'extra' }] } : true),
    });
    const first = definePolicy({ name: 'first', check: ({ context }) => context.prompt_data?.['one'] === 'other' });
    const flow = flowOf(
      [
        page('one', adding),
        { stage: page('only-other'), policies: [first] },
        { stage: page('two', right), invalidResponseAction: 'restart' },
      ],
      { insertable: [page('extra')] },
    );
    visitor = new ExecutorClient(scene, flow);
    await visitor.open();
    await visitor.submit({ one: 'kept?' });
    assert.equal((await visitor.open()).step, 'extra');
    await visitor.submit({ extra: 'x' });
    assert.equal((await visitor.open()).step, 'two');
    assert.deepEqual(await visitor.submit({ two: 'wrong' }), begun);
    await visitor.open();
    await visitor.submit({ one: 'other' });
    assert.equal((await visitor.open()).step, 'only-other');
  });
});
