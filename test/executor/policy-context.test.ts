import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { Json } from '../../lib/base/json.js';
import { definePolicy } from '../../lib/flow/policy.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { flowOf, page } from '../support/executor/stages.js';

describe('what a policy decides by', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });

  it('T9: is what it sees now: no result is kept, also of a signed-in user', async () => {
    let asked = 0;
    const right = definePolicy({
      name: 'right',
      check: ({ answers }) => {
        asked += 1;
        return answers['one'] === 'right';
      },
    });
    const visitor = new ExecutorClient(scene, flowOf([page('one', right), page('two')]));
    visitor.user = 'ann';
    await visitor.open();
    for (const [typed, status] of [
      ['wrong', 422],
      ['right', 303],
    ] as const) {
      const reply = await visitor.submit({ one: typed });
      assert.equal(reply.type === 'redirect' ? 303 : reply.type === 'stage' && reply.status, status, typed);
    }
    assert.equal(asked, 2);
  });

  it('T10: in a validation policy, earlier pages too, which it cannot change', async () => {
    const seen: (Json | undefined)[] = [];
    const comparing = definePolicy({
      name: 'comparing',
      check: ({ answers, context }) => {
        const data = context.prompt_data ?? {};
        seen.push(data['one'], Reflect.set(data, 'one', 'forged'));
        return answers['two'] !== data['one'];
      },
    });
    const visitor = new ExecutorClient(scene, flowOf([page('one'), page('two', comparing), page('three')]));
    await visitor.open();
    await visitor.submit({ one: 'red' });
    await visitor.open();
    const same = await visitor.submit({ two: 'red' });
    assert.equal(same.type === 'stage' && same.status, 422);
    assert.equal((await visitor.submit({ two: 'blue' })).type, 'redirect');
    assert.deepEqual(seen, ['red', false, 'red', false]);
    assert.deepEqual((await visitor.stored())?.plan?.context.prompt_data, { one: 'red', two: 'blue' });
  });
});
