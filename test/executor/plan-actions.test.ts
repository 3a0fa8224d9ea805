import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { definePolicy, type Policy, type PlanAction } from '../../lib/flow/policy.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, decide, flowOf, login, page } from '../support/executor/stages.js';

const turning = (...actions: PlanAction[]): Policy =>
  definePolicy({ name: 'turning', check: () => ({ pass: true, actions: actions }) });
const no = definePolicy({ name: 'no', check: () => false });

describe('a policy with plan actions', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });

  /** The steps of the pages shown until the end. */
  async function walk(visitor: ExecutorClient): Promise<string[]> {
    const seen: string[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      const { step } = await visitor.open();
      seen.push(step);
      const reply = await visitor.submit({ [step]: 'x' });
      if (reply.type === 'redirect' && reply.done) return seen;
    }
    return [...seen, 'no end'];
  }

  const insertable = [page('extra'), page('more')];

  it('inserts a step right after its own, and appends one at the end, after validation', async () => {
    const flow = flowOf([page('one', turning({ insert: 'extra' }, { append: 'more' })), page('two')], { insertable });
    assert.deepEqual(await walk(new ExecutorClient(scene, flow)), ['one', 'extra', 'two', 'more']);
  });

  it('does so when it is bound to the stage, too', async () => {
    const flow = flowOf(
      [{ stage: page('one'), policies: [turning({ insert: 'extra' }, { append: 'more' })] }, page('two')],
      { insertable },
    );
    assert.deepEqual(await walk(new ExecutorClient(scene, flow)), ['one', 'extra', 'two', 'more']);
  });

  it('inserts after its own step, even if earlier steps were left out', async () => {
    const planned = { policies: [no], evaluateOnPlan: true, reEvaluatePolicies: false };
    const asked = { policies: [no] };
    for (const how of [planned, asked]) {
      const flow = flowOf(
        [
          { stage: page('zero'), ...how },
          { stage: page('nought'), ...how },
          { stage: page('one'), policies: [turning({ insert: 'extra' })] },
          page('two'),
        ],
        { insertable },
      );
      assert.deepEqual(await walk(new ExecutorClient(scene, flow, how === planned ? 'planned' : 'asked')), [
        'one',
        'extra',
        'two',
      ]);
    }
  });

  it('inserts after a silent stage, which continues to it', async () => {
    const flow = flowOf(
      [page('one'), { stage: decide('look'), policies: [turning({ insert: 'extra' })] }, login('login')],
      { insertable },
    );
    assert.deepEqual(await walk(new ExecutorClient(scene, flow)), ['one', 'extra']);
  });

  for (const turn of [{ insert: 'extrra' }, { append: 'extrra' }]) {
    it(`F10: a stage that is not in the flow refuses and is not skipped: ${JSON.stringify(turn)}`, async () => {
      const flow = flowOf([page('one', turning(turn)), page('two')], { insertable });
      const visitor = new ExecutorClient(scene, flow);
      await visitor.open();
      const reply = await visitor.submit({ one: 'x' });
      assert.equal(reply.type === 'stage' && reply.status, 422);
      assert.equal((await visitor.open()).step, 'one');
      assert.match(
        String(Object.values(scene.logged[0]?.fields ?? {})[0]),
        /inserts the stage 'extrra'.*did you mean "extra"\?/,
      );
      assert.equal(scene.emitted[0]?.facts['cause'], 'wrong_type');
    });
  }

  it('adds a step once, however often it is requested, and not if it exists', async () => {
    const policies = [turning({ insert: 'extra' }, { insert: 'extra' }, { append: 'extra' }, { insert: 'two' })];
    const visitor = new ExecutorClient(scene, flowOf([{ stage: page('one'), policies }, page('two')], { insertable }));
    await visitor.open();
    await visitor.open();
    await visitor.submit({});
    assert.deepEqual(await walk(visitor), ['one', 'extra', 'two']);
  });

  it('an inserted step has its own policies, which may leave it out', async () => {
    const flow = flowOf([page('one', turning({ insert: 'extra' })), page('two')], {
      insertable: [{ stage: page('extra'), policies: [no] }],
    });
    assert.deepEqual(await walk(new ExecutorClient(scene, flow)), ['one', 'two']);
  });

  it('a failing policy changes nothing', async () => {
    const failing = definePolicy({
      name: 'failing',
      check: () => ({ pass: false, actions: [{ insert: 'extra' }, { redirect: { path: '/away' } }] }),
    });
    const flow = flowOf([{ stage: page('one'), policies: [failing] }, page('two')], { insertable });
    assert.deepEqual(await walk(new ExecutorClient(scene, flow)), ['two']);
  });

  it('redirects elsewhere and keeps the plan', async () => {
    let away = false;
    const wayward = definePolicy({
      name: 'wayward',
      check: () => (away ? { pass: true, actions: [{ redirect: { path: '/away' } }] } : true),
    });
    const acts: string[] = [];
    const acting = act('acting', () => {
      acts.push('acted');
      return { type: 'completed' };
    });
    const visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), { stage: page('two'), policies: [wayward] }, acting]),
    );
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
    away = true;
    for (const reply of [await visitor.get(), await visitor.submit({ two: 'b' })])
      assert.deepEqual(
        [reply.type === 'redirect' && reply.to, reply.type === 'redirect' && reply.done],
        [{ path: '/away' }, false],
      );
    assert.deepEqual(acts, []);
    away = false;
    const shown = await visitor.open();
    assert.equal(shown.step, 'two');
    const end = await visitor.submit({ two: 'b' });
    assert.deepEqual([end.type === 'redirect' && end.done, acts], [true, ['acted']]);
  });

  it('a stage may redirect elsewhere without losing an earlier sign-in', async () => {
    const leaving = act('leaving', () => ({ type: 'redirected', to: { path: '/away' } }));
    const visitor = new ExecutorClient(scene, flowOf([page('one'), login('login'), leaving]));
    await visitor.open();
    const reply = await visitor.submit({ one: 'a' });
    assert.deepEqual(reply.type === 'redirect' && [reply.to, reply.done, reply.signIn?.signIn], [
      { path: '/away' },
      false,
      'ann',
    ]);
    assert.deepEqual(
      (await visitor.stored())?.plan?.steps.map(({ state }) => state),
      ['passed', 'passed', 'ahead'],
    );
  });
});
