import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { enrolled } from '../../lib/executor/reply.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { flowOf, login, page } from '../support/executor/stages.js';

const minute = 60_000;

describe('a finished plan', () => {
  let scene: Scene;
  let visitor: ExecutorClient;
  beforeEach(async () => {
    scene = openScene();
    visitor = new ExecutorClient(scene, flowOf([page('one'), page('two'), login('login')]));
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
  });

  const end = (signIn: boolean) => ({
    type: 'redirect',
    to: { path: '/home' },
    done: true,
    notice: null,
    signIn: signIn ? { signIn: 'ann', rememberSeconds: 60 } : null,
    signOut: false,
    endSessions: null,
    reauthenticated: null,
    freshToken: false,
  });

  it('signs in, redirects, emits one event and leaves a completion receipt without answers', async () => {
    assert.deepEqual(await visitor.submit({ two: 'b' }), end(true));
    const stored = await visitor.stored();
    const form = stored?.receipt?.form;
    assert.match(form ?? '', /^[\w-]{22}$/);
    assert.deepEqual(stored, {
      rev: 2,
      plan: null,
      receipt: {
        v: 1,
        done: true,
        id: 'plan-1',
        flow: 'walk',
        build: visitor.flow.build,
        step: 'two',
        form,
        to: { path: '/home' },
        rememberSeconds: 60,
        finishedAt: scene.clock.now(),
        user: 'ann',
        authenticatedAt: scene.clock.now(),
        epoch: 1,
      },
    });
    assert.deepEqual(scene.emitted, [{ name: 'plan.finished', facts: { flow: 'walk', plan: 'plan-1', user: 'ann' } }]);
  });

  it('signs in again for its last form within two minutes', async () => {
    const last = visitor.form;
    await visitor.submit({ two: 'b' });
    scene.clock.advance(2 * minute - 1);
    const writes = scene.plans.writes.length;
    assert.deepEqual(await visitor.submit({ two: 'b' }, last), end(true));
    assert.equal(scene.plans.writes.length, writes);
    assert.equal(scene.emitted.length, 1);
  });

  it('signs in no user for its last form once its flow has another build', async () => {
    const last = visitor.form;
    await visitor.submit({ two: 'b' });
    const changed = new ExecutorClient(scene, { ...visitor.flow, build: 'another' });
    changed.hasCookie = true;
    const answer = await changed.submit({ two: 'b' }, last);
    assert.ok(answer.type === 'redirect', answer.type);
    assert.equal(answer.signIn, null);
  });

  it('does not sign in for its last form with other answers; the next person gets a new plan', async () => {
    const last = visitor.form;
    await visitor.submit({ two: 'b' });
    const answer = await visitor.submit({ two: 'something else' }, last);
    assert.deepEqual(answer, {
      ...end(false),
      to: { flow: 'walk' },
      done: false,
      notice: { id: 'notice.restarted' },
      freshToken: true,
    });
  });

  it('only redirects to the target for its last form after two minutes', async () => {
    const last = visitor.form;
    await visitor.submit({ two: 'b' });
    scene.clock.advance(2 * minute);
    assert.deepEqual(await visitor.submit({ two: 'b' }, last), end(false));
  });

  it('does not sign in for any other form', async () => {
    const [first, last] = visitor.forms;
    assert.ok(first && last);
    await visitor.submit({ two: 'b' });
    for (const form of [
      { ...last, revision: 2 },
      { ...last, step: 'one' },
      { ...last, step: 'login' },
    ])
      assert.deepEqual(await visitor.submit({ one: 'a', two: 'b' }, form), end(false));
    const replayed = await visitor.submit({ one: 'a' }, first);
    assert.equal(replayed.type === 'redirect' && replayed.signIn, null);
  });

  it('redirects a reload to the target, and starts over after two minutes', async () => {
    await visitor.submit({ two: 'b' });
    visitor.user = 'ann';
    assert.deepEqual(await visitor.get(), end(false));
    scene.clock.advance(2 * minute);
    assert.deepEqual(await visitor.get(), { ...end(false), to: { flow: 'walk' }, done: false, freshToken: true });
  });

  it('tells a visitor who is not signed in that the account exists', async () => {
    await visitor.submit({ two: 'b' });
    assert.deepEqual(await visitor.get(), enrolled({ user: 'ann' }));
  });

  it('its id is not reused for 24 hours, while a browser may still have its plan token', async () => {
    await visitor.submit({ two: 'b' });
    scene.clock.advance(24 * 60 * minute - 1);
    const next = await visitor.get();
    assert.equal(
      next.type === 'redirect' && next.freshToken,
      true,
      'the next person at this browser must get a plan of their own',
    );
    assert.notEqual(await visitor.stored(), null);
  });

  it('of one page signs in again, although its own sign-in makes the flow inapplicable', async () => {
    const single = new ExecutorClient(
      scene,
      flowOf([page('one'), login('login')], { authentication: 'require_unauthenticated' }),
      'plan-2',
    );
    await single.open();
    const form = single.form;
    await single.submit({ one: 'a' });
    single.user = 'ann';
    assert.deepEqual(await single.submit({ one: 'a' }, form), end(true));
    const stranger = new ExecutorClient(scene, single.flow, 'plan-3');
    stranger.user = 'ann';
    assert.equal((await stranger.submit({ one: 'a' }, form)).type, 'refusal');
  });

  it('stays finished for the signed-in user', async () => {
    const last = visitor.form;
    await visitor.submit({ two: 'b' });
    visitor.user = 'ann';
    assert.deepEqual(await visitor.get(), end(false));
    assert.deepEqual(await visitor.submit({ two: 'b' }, last), end(true));
  });
});
