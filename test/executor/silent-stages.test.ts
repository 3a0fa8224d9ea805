import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { messageOf } from '../../lib/base/message.js';
import { defineStage } from '../../lib/flow/define-stage.js';
import { definePolicy } from '../../lib/flow/policy.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, again, decide, flowOf, login, page, refused } from '../support/executor/stages.js';

const no = definePolicy({ name: 'no', check: () => false });

describe('a silent stage', () => {
  let scene: Scene;
  let acts: string[];
  beforeEach(() => {
    scene = openScene();
    acts = [];
  });
  const acting = (name: string) =>
    act(name, ({ facts }) => {
      acts.push(`${name} ${facts.act ? 'by a form' : 'by itself'}`);
      return { type: 'completed' };
    });

  it('that acts shows a page with a button on GET, and acts on POST', async () => {
    const visitor = new ExecutorClient(scene, flowOf([acting('mail'), page('code')]));
    const shown = await visitor.open();
    assert.deepEqual(
      [shown.status, shown.view, shown.component, shown.step, shown.challenge],
      [200, 'pages/continue', 'ak-stage-autosubmit', 'mail', {}],
    );
    assert.deepEqual(acts, []);
    const reply = await visitor.submit();
    assert.deepEqual([reply.type === 'redirect' && reply.to, acts], [{ flow: 'walk' }, ['mail by a form']]);
    assert.equal((await visitor.open()).step, 'code');
  });

  it('runs in the request that completed the previous page', async () => {
    const visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), acting('write'), decide('look'), acting('mail'), page('two')]),
    );
    await visitor.open();
    await visitor.submit({ one: 'a' });
    assert.deepEqual([acts, scene.plans.writes.length], [['write by a form', 'mail by a form'], 1]);
    assert.equal((await visitor.open()).step, 'two');
  });

  it('that decides before the first page does not block that page', async () => {
    const visitor = new ExecutorClient(scene, flowOf([decide('look'), page('one'), decide('look-again'), page('two')]));
    for (const [step, revision] of [
      ['one', 0],
      ['two', 1],
    ] as const) {
      const shown = await visitor.open();
      assert.deepEqual([shown.step, shown.revision], [step, revision]);
      const reply = await visitor.submit({ [step]: 'a' });
      assert.equal(reply.type === 'redirect' && reply.notice, null);
    }
    assert.notEqual((await visitor.stored())?.receipt, null);
  });

  it('that decides before one that acts keeps its button working', async () => {
    const visitor = new ExecutorClient(scene, flowOf([decide('look'), acting('mail')]));
    assert.equal((await visitor.open()).step, 'mail');
    const reply = await visitor.submit();
    assert.deepEqual([reply.type === 'redirect' && reply.done, acts], [true, ['mail by a form']]);
  });

  it('that acts never acts on a form of a later step', async () => {
    const visitor = new ExecutorClient(scene, flowOf([acting('mail'), page('code')]));
    await visitor.open();
    const reply = await visitor.submit({ code: 'a' }, { step: 'code', revision: 0 });
    assert.deepEqual(
      [reply.type === 'redirect' && reply.notice?.id, acts, scene.plans.writes],
      ['notice.moved_on', [], []],
    );
  });

  it('a page that is satisfied is skipped on GET and POST alike', async () => {
    const known = defineStage({
      kind: 'known',
      component: 'x',
      view: 'pages/prompt',
      fields: () => ['known'],
      satisfied: async () => true,
      challenge: async () => ({}),
      read: async (input) => ({ ok: true, value: input }),
      respond: async () => ({ type: 'completed' as const }),
    })({ name: 'known' });
    const visitor = new ExecutorClient(scene, flowOf([known, page('one')]));
    assert.equal((await visitor.open()).step, 'one');
    const reply = await visitor.submit({ one: 'a' });
    assert.equal(reply.type === 'redirect' && reply.done, true);
  });

  it('signs in once, even if pages follow it', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('one'), login('login'), page('profile')]));
    await visitor.open();
    const reply = await visitor.submit({ one: 'a' });
    assert.deepEqual(reply, {
      type: 'redirect',
      to: { flow: 'walk' },
      done: false,
      notice: null,
      signIn: { signIn: 'ann', rememberSeconds: 60 },
      signOut: false,
      endSessions: null,
      reauthenticated: null,
      freshToken: false,
    });
    await visitor.open();
    const last = await visitor.submit({ profile: 'b' });
    assert.deepEqual([last.type === 'redirect' && last.done, last.type === 'redirect' && last.signIn], [true, null]);
  });

  it('that asks again or refuses on a GET shows its button, so that the rewind can be stored', async () => {
    let skip = false;
    const wayward = definePolicy({ name: 'wayward', check: () => !skip });
    for (const [name, outcome] of [
      ['asks', again('one')],
      ['refuses', refused],
    ] as const) {
      skip = false;
      const visitor = new ExecutorClient(
        scene,
        flowOf([page('one'), { stage: page('two'), policies: [wayward] }, decide('look', () => outcome)]),
        name,
      );
      await visitor.open();
      await visitor.submit({ one: 'a' });
      skip = true;
      const shown = await visitor.open();
      assert.deepEqual([shown.view, shown.step, shown.revision], ['pages/continue', 'look', 1]);
      const reply = await visitor.submit();
      if (name === 'asks') {
        assert.deepEqual(
          [reply.type === 'stage' && [reply.status, reply.step, reply.revision], (await visitor.stored())?.rev],
          [[422, 'one', 2], 2],
        );
      } else {
        assert.deepEqual([reply.type === 'refusal' && reply.status, await visitor.stored()], [403, null]);
      }
    }
  });

  it('writes only the context keys that it declared', async () => {
    const untyped = act(
      'untyped',
      () => ({ type: 'completed', patch: { fixed_data: { a: 1 }, pending_user: 'mallory' } }),
      ['fixed_data'],
    );
    const visitor = new ExecutorClient(scene, flowOf([page('one'), untyped, page('two')]));
    await visitor.open();
    await visitor.submit({ one: 'a' });
    assert.deepEqual((await visitor.stored())?.plan?.context, { prompt_data: { one: 'a' }, fixed_data: { a: 1 } });
  });

  it('that a policy leaves out is skipped without a message', async () => {
    const visitor = new ExecutorClient(
      scene,
      flowOf([{ stage: acting('mail'), policies: [no] }, { stage: page('one'), policies: [no] }, page('two')]),
    );
    assert.equal((await visitor.open()).step, 'two');
    await visitor.submit({ two: 'b' });
    assert.deepEqual(acts, []);
  });

  it('context written by a stage is immutable for policies and stages', async () => {
    const tries: unknown[] = [];
    const meddle = (context: object): void => {
      const data = Reflect.get(context, 'prompt_data') as object;
      tries.push(
        Reflect.set(context, 'pending_user', 'mallory'),
        Reflect.set(data, 'one', 'mallory'),
        Reflect.set(Reflect.get(data, 'deep') as object, 'x', 1),
      );
    };
    const prying = definePolicy({
      name: 'prying',
      check: (question) => {
        meddle(question.context);
        tries.push(
          Reflect.set(question, 'context', {}),
          Reflect.set(question.facts, 'user', 'mallory'),
          Reflect.set(question.answers, 'one', 'mallory'),
          Reflect.set(question.flow, 'target', '/x'),
        );
        return true;
      },
    });
    const writing = act(
      'writing',
      () => ({ type: 'completed', patch: { prompt_data: { one: 'a', deep: { y: 1 } } } }),
      ['prompt_data'],
    );
    const stage = act('prying-stage', ({ context }) => {
      meddle(context);
      return { type: 'completed' };
    });
    const visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), writing, { stage, policies: [prying] }, page('two')]),
    );
    await visitor.open();
    await visitor.submit({ one: 'a' });
    assert.deepEqual((await visitor.stored())?.plan?.context, { prompt_data: { one: 'a', deep: { y: 1 } } });
    assert.deepEqual(tries, Array(10).fill(false));
  });

  it('shows the messages of its policies on the next page', async () => {
    const informing = definePolicy({ name: 'informing', check: () => ({ pass: true, messages: [messageOf('info')] }) });
    const shown = await new ExecutorClient(scene, flowOf([{ stage: page('one'), policies: [informing] }])).open();
    assert.deepEqual(shown.messages, [messageOf('info')]);
  });
});
