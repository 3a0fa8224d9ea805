import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { Flow } from '../../lib/flow/flow.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, decide, flowOf, page } from '../support/executor/stages.js';

describe('a submission', () => {
  let scene: Scene;
  let visitor: ExecutorClient;
  let acts: string[];
  let flow: Flow;
  beforeEach(() => {
    scene = openScene();
    acts = [];
    const acting = act('acting', ({ enrollmentId }) => {
      acts.push(enrollmentId);
      return { type: 'completed' };
    });
    flow = flowOf([page('one'), page('two'), acting, page('three')]);
    visitor = new ExecutorClient(scene, flow);
  });

  const toItself = (notice: string | null) => ({
    type: 'redirect',
    to: { flow: 'walk' },
    done: false,
    notice: notice === null ? null : { id: notice },
    signIn: null,
    signOut: false,
    endSessions: null,
    reauthenticated: null,
    freshToken: false,
  });

  it('a first visit reads and stores nothing', async () => {
    const first = await visitor.open();
    assert.deepEqual([first.status, first.step, first.revision, first.view], [200, 'one', 0, 'pages/prompt']);
    assert.deepEqual([scene.plans.loads(), scene.plans.writes], [0, []]);
    assert.equal((await visitor.open()).revision, 0);
    assert.deepEqual(scene.plans.writes, []);
  });

  it('is for one step of a stage that is bound twice', async () => {
    const one = page('one');
    visitor = new ExecutorClient(scene, flowOf([one, { stage: one, key: 'one-more' }, page('two')]));
    const steps: string[] = [];
    for (const text of ['first', 'second']) {
      steps.push((await visitor.open()).step);
      await visitor.submit({ one: text });
    }
    assert.deepEqual(await visitor.submit({ one: 'third' }), toItself('notice.moved_on'));
    assert.deepEqual([...steps, (await visitor.open()).step], ['one', 'one-more', 'two']);
    assert.deepEqual((await visitor.stored())?.plan?.context.prompt_data, { one: 'second' });
  });

  it('that is accepted is stored once, as the next revision, and redirects to the page', async () => {
    await visitor.open();
    assert.deepEqual(await visitor.submit({ one: 'a' }), toItself(null));
    assert.deepEqual(
      scene.plans.writes.map(({ call, won }) => [call, won]),
      [['create', true]],
    );
    const next = await visitor.open();
    assert.deepEqual([next.step, next.revision], ['two', 1]);
    await visitor.submit({ two: 'b' });
    assert.deepEqual(
      scene.plans.writes.map(({ call }) => call),
      ['create', 'replace'],
    );
    assert.equal((await visitor.stored())?.rev, 2);
  });

  it('that is empty returns 422 with errors at every step, and stores nothing', async () => {
    for (const [step, revision] of [
      ['one', 0],
      ['two', 1],
      ['three', 2],
    ] as const) {
      await visitor.open();
      const writes = scene.plans.writes.length;
      const reply = await visitor.submit({});
      assert.equal(reply.type, 'stage');
      assert.deepEqual(
        [reply.status, reply.step, reply.revision, Object.keys(reply.errors)],
        [422, step, revision, [step]],
      );
      assert.equal(scene.plans.writes.length, writes);
      await visitor.submit({ [step]: 'x' });
    }
  });

  it('keeps the input for the page that is shown again', async () => {
    await visitor.open();
    const reply = await visitor.submit({ one: 'x'.repeat(1001), two: 'of a later stage' });
    assert.equal(reply.type, 'stage');
    assert.deepEqual(reply.typed, { one: 'x'.repeat(1001) });
  });

  it('reads only the fields of its own stage', async () => {
    await visitor.open();
    await visitor.submit({
      one: 'a',
      two: 'early',
      three: 'early',
      pending_user: 'mallory',
      invitation: 'x',
      prompt_data: 'x',
    });
    assert.deepEqual((await visitor.stored())?.plan?.context, { prompt_data: { one: 'a' } });
    await visitor.open();
    await visitor.submit({ one: 'late', two: 'b' });
    assert.deepEqual((await visitor.stored())?.plan?.context, { prompt_data: { one: 'a', two: 'b' } });
  });

  it('of an earlier page does nothing and redirects with a notice', async () => {
    await visitor.open();
    const early = visitor.form;
    await visitor.submit({ one: 'a' });
    await visitor.open();
    const later = visitor.form;
    await visitor.submit({ two: 'b' });
    const before = await scene.plans.contents();
    assert.deepEqual(await visitor.submit({ two: 'again' }, later), toItself('notice.moved_on'));
    // A page rendered before anything was stored cannot win either.
    assert.deepEqual(await visitor.submit({ one: 'again' }, early), toItself('notice.moved_on'));
    assert.deepEqual(await scene.plans.contents(), before);
    assert.equal(acts.length, 1);
  });

  it('for another step than the current one does nothing and redirects with a notice', async () => {
    await visitor.open();
    await visitor.submit({ one: 'a' });
    const before = await scene.plans.contents();
    for (const step of ['one', 'three', 'acting', 'nowhere', '']) {
      assert.deepEqual(
        await visitor.submit({ one: 'x', two: 'x', three: 'x' }, { step, revision: 1 }),
        toItself('notice.moved_on'),
        step,
      );
    }
    assert.deepEqual([await scene.plans.contents(), acts], [before, []]);
  });

  it('for another step stores nothing, not even decisions made before it', async () => {
    const deciding = new ExecutorClient(scene, flowOf([decide('look'), page('one'), page('two')]), 'plan-2');
    await deciding.open();
    assert.deepEqual(await deciding.submit({ two: 'x' }, { step: 'two', revision: 0 }), toItself('notice.moved_on'));
    assert.deepEqual(scene.plans.writes, []);
  });

  it('to a missing plan redirects to the start with a notice', async () => {
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
    scene.clock.advance(60 * 60 * 1000);
    assert.deepEqual(await visitor.submit({ two: 'b' }), toItself('notice.expired'));
    assert.equal(await visitor.stored(), null);
    const start = await visitor.open();
    assert.deepEqual([start.step, start.revision], ['one', 0]);
    assert.deepEqual(await visitor.submit({ one: 'a' }, { step: 'one', revision: 0 }), toItself(null));
  });

  it('to an unreadable plan restarts with a notice and a new plan token, and is reported', async () => {
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
    const changed = new ExecutorClient(scene, flowOf([page('one'), page('new')]));
    changed.hasCookie = true;
    for (const reply of [await changed.get(), await changed.submit({ one: 'b' }, visitor.form)]) {
      assert.deepEqual(reply, { ...toItself('notice.restarted'), freshToken: true });
    }
    assert.deepEqual(
      scene.emitted.map(({ name, facts }) => [name, facts['reason']]),
      [
        ['plan.unreadable', 'the flow has changed'],
        ['plan.unreadable', 'the flow has changed'],
      ],
    );
    assert.deepEqual(
      scene.plans.writes.length,
      1,
      'a plan of the other configuration may still be walked by an older process',
    );
  });

  it('of one flow does not affect another', async () => {
    const other = new ExecutorClient(scene, flowOf([page('one'), page('two')], { slug: 'other' }), 'plan-2');
    for (const one of [visitor, other]) await one.open();
    await visitor.submit({ one: 'a' });
    await other.submit({ one: 'z' });
    assert.deepEqual(
      [(await visitor.stored())?.plan?.context, (await other.stored())?.plan?.context],
      [{ prompt_data: { one: 'a' } }, { prompt_data: { one: 'z' } }],
    );
    // The first flow's plan is not read under the second flow's name.
    const crossed = new ExecutorClient(scene, other.flow, 'plan-1');
    crossed.hasCookie = true;
    assert.deepEqual(await crossed.get(), {
      ...toItself('notice.restarted'),
      to: { flow: 'other' },
      freshToken: true,
    });
  });

  it('fails with 503 when the store is down, and the plan continues afterwards', async () => {
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
    const away = Object.assign(new Error('down'), { code: 'ERR_ENROLLMENT_STORE_AWAY' });
    const down = {
      ...scene,
      context: { ...scene.context, plans: { ...scene.plans, replace: () => Promise.reject(away) } },
    };
    const unlucky = new ExecutorClient(down, flow);
    await assert.rejects(unlucky.submit({ two: 'b' }, visitor.form), { code: 'ERR_ENROLLMENT_STORE_AWAY' });
    assert.deepEqual(await visitor.submit({ two: 'b' }), toItself(null));
    assert.equal((await visitor.open()).step, 'three');
  });
});
