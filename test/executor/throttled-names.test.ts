import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { message } from '../../lib/base/message.js';
import { definePolicy } from '../../lib/flow/policy.js';
import type { FlowSpec } from '../../lib/flow/flow.js';
import { ExecutorClient, type ExecutorAnswer } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, again, flowOf, page, refused } from '../support/executor/stages.js';

describe('over the limit on looked-up names', () => {
  let scene: Scene;
  let rewarded: number;
  beforeEach(() => {
    rewarded = 0;
    const availability = {
      consume: async () => ({ over: true, retryAfterSeconds: 600 }) as const,
      reward: async () => void (rewarded += 1),
    };
    const opened = openScene();
    scene = { ...opened, context: { ...opened.context, availability } };
  });

  /** A free name, which counts as taken over the limit. */
  const looksUp = definePolicy({
    name: 'free',
    check: async ({ services, enrollmentId }) => !(await services.accounts.taken('username', 'free', enrollmentId)),
  });
  const write = (outcome: ReturnType<typeof again>) =>
    act('write', async (at) => {
      await at.services.accounts.taken('username', 'free', at.enrollmentId);
      return outcome;
    });
  const submitted = async (stages: FlowSpec['stages']): Promise<ExecutorAnswer> => {
    const visitor = new ExecutorClient(scene, flowOf(stages));
    await visitor.open();
    return visitor.submit({ one: 'typed' });
  };

  it('the page of the form asks again, with the limit’s message only', async () => {
    const reply = await submitted([page('one', looksUp)]);
    assert.ok(reply.type === 'stage', JSON.stringify(reply));
    assert.deepEqual([reply.status, reply.retryAfterSeconds, reply.typed], [429, 600, { one: 'typed' }]);
    assert.deepEqual(reply.errors, { '': [message('availability.throttled', { minutes: 10 })] });
  });

  it('the page that asked for the field does, where a silent stage looked the name up', async () => {
    const reply = await submitted([page('one'), write(again('one'))]);
    assert.ok(reply.type === 'stage', JSON.stringify(reply));
    assert.deepEqual([reply.step, reply.status, Object.keys(reply.errors)], ['one', 429, ['one']]);
  });

  for (const [cause, stages] of [
    ['where no page asked for the field', [page('one'), write(again('two'))]],
    ['where the stage denies', [page('one'), write(refused)]],
    ['where a policy skips the answered page', [{ stage: page('one'), policies: [looksUp] }, page('two')]],
  ] satisfies [string, FlowSpec['stages']][]) {
    it(`it is a refusal with the limit’s message, ${cause}`, async () => {
      const reply = await submitted(stages);
      assert.ok(reply.type === 'refusal', JSON.stringify(reply));
      assert.deepEqual([reply.status, reply.retryAfterSeconds], [429, 600]);
      assert.deepEqual(
        reply.messages.map(({ id }) => id),
        ['availability.throttled'],
      );
      assert.equal(rewarded, 0);
    });
  }
});
