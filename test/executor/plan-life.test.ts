import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, again, flowOf, page } from '../support/executor/stages.js';

const minute = 60_000;

describe('the lifetime of a plan', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });

  it('is an hour from each save, and a read does not extend it', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('one'), page('two')]));
    await visitor.open();
    await visitor.submit({ one: 'a' });
    assert.deepEqual(
      scene.plans.writes.map(({ ttlSeconds }) => ttlSeconds),
      [3600],
    );
    scene.clock.advance(59 * minute);
    assert.equal((await visitor.open()).step, 'two');
    scene.clock.advance(minute);
    assert.equal((await visitor.open()).step, 'one');
  });

  it('is 24 hours from its start, however often it is saved', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('one'), page('two'), act('back', () => again('one'))]));
    await visitor.open();
    await visitor.submit({ one: 'a' });
    // Back and forth between two pages, with a save each time.
    const start = scene.clock.now();
    const day = 24 * 60 * minute;
    while (scene.clock.now() - start < day - 30 * minute) {
      scene.clock.advance(30 * minute);
      const { step } = await visitor.open();
      await visitor.submit({ [step]: 'x' });
    }
    const left = (start + day - scene.clock.now()) / 1000;
    assert.equal(scene.plans.writes.at(-1)?.ttlSeconds, left);
    scene.clock.advance(left * 1000 - 1);
    assert.ok((await visitor.open()).revision > 40);
    scene.clock.advance(1);
    assert.deepEqual([(await visitor.open()).step, visitor.form.revision], ['one', 0]);
  });

  it('is at least one second, even if it expired during the request', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('one'), page('two'), page('three')]));
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
    const late = { ...scene, clock: { ...scene.clock, now: () => scene.clock.now() + 25 * 60 * minute } };
    await new ExecutorClient(late, visitor.flow).submit({ two: 'b' }, visitor.form);
    assert.equal(scene.plans.writes.at(-1)?.ttlSeconds, 1);
  });

  it('ends with a coded error beyond 16 kB, and the stored plan remains', async () => {
    const growing = act(
      'growing',
      () => ({ type: 'completed', patch: { prompt_data: { more: 'x'.repeat(17_000) } } }),
      ['prompt_data'],
    );
    const visitor = new ExecutorClient(scene, flowOf([page('one'), page('two'), growing, page('three')]));
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
    const before = await scene.plans.contents();
    await assert.rejects(
      visitor.submit({ two: 'b' }),
      (error) => isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_PLAN_TOO_LARGE',
    );
    assert.deepEqual(await scene.plans.contents(), before);
  });

  it('stores ids and accepted answers, no codes or passwords, and a hash only while needed', async () => {
    const flow = inviteSignupFlow({ slug: 'invite', fields: ['username', 'password'] });
    const [code, account, write] = flow.bindings.map(({ stage }) => stage);
    assert.ok(code && account && write);
    const visitor = new ExecutorClient(scene, flowOf([code, account, page('between'), write, page('after')]));
    const invitation = await scene.invitations.manager.create({});
    const password = 'velvet tram over the harbour';
    const answers: Record<string, string> = {
      invite_code: invitation.code,
      username: 'ann',
      password,
      password_repeat: password,
      between: 'b',
      after: 'c',
    };
    for (const hash of [false, true, false]) {
      await visitor.open();
      await visitor.submit(answers);
      const text = [...(await scene.plans.contents()).values()].map((plan) => plan.text).join();
      assert.ok(
        !text.includes(password) &&
          !text.includes(invitation.code) &&
          !text.includes(invitation.code.replaceAll('-', '')),
      );
      assert.equal(text.includes('$argon2id$'), hash);
    }
    assert.ok((await visitor.stored())?.plan?.context.pending_user);
  });

  it('gives a policy only its own plan: each plan is stored under its own id', async () => {
    const [ann, bob] = ['a', 'b'].map((id) => new ExecutorClient(scene, flowOf([page('one'), page('two')]), id));
    assert.ok(ann && bob);
    for (const one of [ann, bob]) await one.open();
    await ann.submit({ one: 'ann' });
    assert.equal((await bob.open()).step, 'one');
    assert.deepEqual([...(await scene.plans.contents()).keys()], ['a']);
  });
});
