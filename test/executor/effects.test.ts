import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { messageOf } from '../../lib/base/message.js';
import { defineStage } from '../../lib/flow/define-stage.js';
import { type StageOutcome } from '../../lib/flow/stage.js';
import { ExecutorClient, type ExecutorAnswer } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, flowOf, login, page } from '../support/executor/stages.js';

const logout = act('logout', () => ({ type: 'completed', effect: { signOut: true } }));
const effects = (reply: ExecutorAnswer): unknown =>
  reply.type === 'redirect' ? [reply.signIn?.signIn ?? null, reply.signOut] : reply.type;

describe('effects that stages request from http/', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });

  async function walk(visitor: ExecutorClient): Promise<ExecutorAnswer> {
    await visitor.open();
    return visitor.submit({ one: 'a' });
  }

  it('are those of the last stage', async () => {
    assert.deepEqual(effects(await walk(new ExecutorClient(scene, flowOf([page('one'), logout]), 'a'))), [null, true]);
    assert.deepEqual(effects(await walk(new ExecutorClient(scene, flowOf([page('one'), logout, login('l')]), 'b'))), [
      'ann',
      false,
    ]);
    assert.deepEqual(effects(await walk(new ExecutorClient(scene, flowOf([page('one'), login('l'), logout]), 'c'))), [
      null,
      true,
    ]);
  });

  it('signing out at the end leaves nothing: sent again, the form signs out again', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('one'), page('two'), logout]));
    await walk(visitor);
    assert.ok(await visitor.stored());
    await visitor.open();
    await visitor.submit({ two: 'b' });
    assert.equal(await visitor.stored(), null);

    const single = new ExecutorClient(scene, flowOf([page('one'), logout]), 'plan-2');
    assert.deepEqual(effects(await walk(single)), [null, true]);
    assert.deepEqual(effects(await single.submit({ one: 'a' })), [null, true]);
  });

  it('signing out mid-flow leaves the plan as it is', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('one'), logout, page('two')]));
    const reply = await walk(visitor);
    assert.deepEqual([effects(reply), reply.type === 'redirect' && reply.done], [[null, true], false]);
    assert.equal((await visitor.open()).step, 'two');
  });
});

describe('a flow of designation authentication', () => {
  const flow = flowOf([page('one'), page('two'), login('login')], {
    designation: 'authentication',
    authentication: 'require_unauthenticated',
  });
  let visitor: ExecutorClient;
  beforeEach(() => {
    visitor = new ExecutorClient(openScene(), flow);
  });
  const end = (to: object) => (reply: ExecutorAnswer) =>
    reply.type === 'redirect'
      ? assert.deepEqual([reply.to, reply.done, reply.signIn], [to, true, null])
      : assert.fail(reply.type);

  it('counts as completed for a signed-in user, before it began and mid-flow', async () => {
    visitor.user = 'ben';
    end({ path: '/home' })(await visitor.get());
    visitor.user = undefined;
    visitor.entryLink = { next: { path: '/next' } };
    await visitor.open();
    await visitor.submit({ one: 'a' });
    visitor.entryLink = {};
    await visitor.open();
    visitor.user = 'ben';
    end({ path: '/next' })(await visitor.get());
  });

  it('F1: refuses a form from a signed-in user with a message and without a redirect', async () => {
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
    visitor.user = 'ben';
    const reply = await visitor.submit({ two: 'b' });
    assert.deepEqual(reply.type === 'refusal' && [reply.status, reply.messages], [
      403,
      [{ id: 'flow.signed_in.authentication' }],
    ]);
  });

  it('F1: refuses other forms of a plan that is finished, lost or further along, with a message', async () => {
    const scene = openScene();
    const walk = async (...pages: readonly string[]): Promise<ExecutorClient> => {
      const one = new ExecutorClient(scene, flow, `plan-${pages.join('-')}-`);
      await one.open();
      for (const name of pages) {
        await one.submit({ [name]: 'a' });
        if (name === 'one') await one.open();
      }
      return one;
    };
    const [finished, further, lost] = [await walk('one', 'two'), await walk('one'), await walk()];
    const [first, last] = finished.forms;
    assert.ok(first && last);
    const sent: ExecutorAnswer[] = [];
    for (const user of ['ann', 'ben']) {
      for (const one of [finished, further, lost]) one.user = user;
      lost.entryLink = { next: { path: '/next' } };
      sent.push(
        await finished.submit({ two: 'other' }, last),
        await finished.submit({ one: 'other' }, first),
        await further.submit({ one: 'other' }, first),
        await lost.submit({ one: 'other' }, first),
        await lost.submit({ two: 'other' }, { step: 'two', revision: 1 }),
      );
    }
    for (const [at, reply] of sent.entries())
      assert.deepEqual(
        reply.type === 'refusal' && reply.messages,
        [{ id: 'flow.signed_in.authentication' }],
        String(at),
      );
    const same = await finished.submit({ two: 'a' }, last);
    assert.deepEqual(same.type === 'redirect' && [same.to, same.done], [{ path: '/home' }, true]);
  });

  it('starts over for a person who finished it and is no longer signed in', async () => {
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
    await visitor.submit({ two: 'b' });
    const reply = await visitor.get();
    assert.deepEqual(reply.type === 'redirect' && [reply.to, reply.done, reply.freshToken], [
      { flow: 'walk' },
      false,
      true,
    ]);
  });
});

describe('a stage with too many attempts', () => {
  const busy: StageOutcome = { type: 'invalid', errors: { '': [messageOf('later')] }, retryAfterSeconds: 60 };
  const stage = defineStage<object, Record<string, never>, Record<string, never>>({
    kind: 'busy',
    component: 'busy',
    view: 'pages/prompt',
    fields: () => ['one'],
    challenge: () => Promise.resolve({}),
    read: () => Promise.resolve({ ok: true, value: {} }),
    respond: () => Promise.resolve(busy),
  });

  for (const invalidResponseAction of ['retry', 'restart'] as const) {
    it(`is 429 with Retry-After, under ${invalidResponseAction}`, async () => {
      const visitor = new ExecutorClient(
        openScene(),
        flowOf([{ stage: stage({ name: 'one' }), invalidResponseAction }, login('login')]),
      );
      await visitor.open();
      const reply = await visitor.submit({ one: 'kept' });
      assert.ok(reply.type === 'stage');
      assert.deepEqual([reply.status, reply.retryAfterSeconds, reply.typed], [429, 60, { one: 'kept' }]);
    });
  }
});
