import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { StageReply } from '../../lib/executor/reply.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene } from '../support/executor/scene.js';
import { act, flowOf, login, page } from '../support/executor/stages.js';

describe('two submissions at once', () => {
  it('of the same page: one is stored, and the other sees the next step', async () => {
    const scene = openScene();
    const visitor = new ExecutorClient(scene, flowOf([page('one'), page('two'), page('three')]));
    for (const [field, revision] of [
      ['one', 0],
      ['two', 1],
    ] as const) {
      await visitor.open();
      const form = visitor.form;
      const replies = await Promise.all([
        visitor.submit({ [field]: 'first' }, form),
        visitor.submit({ [field]: 'second' }, form),
      ]);
      for (const reply of replies)
        assert.deepEqual([reply.type, reply.type === 'redirect' && reply.to], ['redirect', { flow: 'walk' }]);
      // What the loser sent is dropped, and a notice says so.
      const notices = replies.map((reply) => reply.type === 'redirect' && reply.notice?.id);
      assert.deepEqual(notices.filter((notice) => notice === 'notice.moved_on').length, 1);
      const stored = await visitor.stored();
      assert.equal(stored?.rev, revision + 1);
      assert.match(String(stored?.plan?.context.prompt_data?.[field]), /^(first|second)$/);
    }
    assert.deepEqual(scene.plans.writes.map(({ won }) => won).sort(), [false, false, true, true]);
  });

  it('of the last page both sign in and redirect, and emit one event', async () => {
    const scene = openScene();
    for (const stages of [
      [page('one'), login('login')],
      [page('zero'), page('one'), login('login')],
    ]) {
      const visitor = new ExecutorClient(scene, flowOf(stages), `plan-${stages.length}`);
      while ((await visitor.open()).step !== 'one') await visitor.submit({ zero: 'x' });
      const form = visitor.form;
      const replies = await Promise.all([visitor.submit({ one: 'a' }, form), visitor.submit({ one: 'a' }, form)]);
      const end = {
        type: 'redirect',
        to: { path: '/home' },
        done: true,
        notice: null,
        signIn: { signIn: 'ann', rememberSeconds: 60 },
        signOut: false,
        endSessions: null,
        reauthenticated: null,
        freshToken: false,
      };
      assert.deepEqual(replies, [end, end]);
    }
    assert.deepEqual(
      scene.emitted.map(({ name }) => name),
      ['plan.finished', 'plan.finished'],
    );
  });

  it('of the last page of a flow without sign-in both redirect to the target', async () => {
    const visitor = new ExecutorClient(openScene(), flowOf([page('one'), page('two')]));
    visitor.entryLink = { next: { path: '/next' } };
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
    const form = visitor.form;
    for (const reply of await Promise.all([visitor.submit({ two: 'b' }, form), visitor.submit({ two: 'b' }, form)])) {
      assert.deepEqual(
        [reply.type === 'redirect' && reply.done, reply.type === 'redirect' && reply.to],
        [true, { path: '/next' }],
      );
    }
  });

  it('of the last page, one of them slow: it responds like the winner', async () => {
    const scene = openScene();
    let release: (() => void) | undefined;
    let slow = true;
    const waiting = act('waiting', async () => {
      if (slow) {
        slow = false;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return { type: 'completed' };
    });
    const visitor = new ExecutorClient(scene, flowOf([page('one'), waiting, login('login')]));
    await visitor.open();
    const late = visitor.submit({ one: 'a' });
    await new Promise(setImmediate);
    const first = await visitor.submit({ one: 'a' });
    assert.equal(first.type === 'redirect' && first.signIn?.signIn, 'ann');
    release?.();
    const reply = await late;
    assert.deepEqual(
      [reply.type === 'redirect' && reply.done, reply.type === 'redirect' && reply.signIn?.signIn],
      [true, 'ann'],
    );
    assert.deepEqual(
      scene.plans.writes.map(({ won }) => won),
      [true, false],
    );
  });

  it('a double click on the account page makes one account and signs the same user in twice', async () => {
    const scene = openScene();
    const visitor = new ExecutorClient(scene, inviteSignupFlow({ slug: 'invite', fields: ['username', 'password'] }));
    const { code } = await scene.invitations.manager.create({ uses: 1 });
    await visitor.open();
    await visitor.submit({ invite_code: code });
    await visitor.open();
    const form = visitor.form;
    const fields = {
      username: 'ann',
      password: 'velvet tram over the harbour',
      password_repeat: 'velvet tram over the harbour',
    };
    const [first, second] = await Promise.all([visitor.submit(fields, form), visitor.submit(fields, form)]);
    const user = await scene.people.users.findByLogin('username', 'ann');
    assert.ok(user);
    for (const reply of [first, second])
      assert.deepEqual(
        [reply.type === 'redirect' && reply.done, reply.type === 'redirect' && reply.signIn?.signIn],
        [true, user.id],
      );
    await scene.invitations.idle();
    const [invitation] = (await scene.invitations.manager.list()).items;
    assert.equal(invitation?.redeemed, 1);
  });

  it('a page that asks again is signed for its stored revision and yields to the first write', async () => {
    const scene = openScene();
    const demanding = act('demanding', ({ context }) =>
      context.prompt_data?.['one'] === 'b'
        ? { type: 'completed' }
        : { type: 'invalid', errors: { one: [{ id: 'x' }] } },
    );
    const visitor = new ExecutorClient(scene, flowOf([page('one'), page('two'), demanding]));
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
    const form = visitor.form;
    const replies = await Promise.all([visitor.submit({ two: 'x' }, form), visitor.submit({ two: 'x' }, form)]);
    const [shown] = replies.filter((reply): reply is StageReply => reply.type === 'stage');
    assert.deepEqual([shown?.status, shown?.step, shown?.revision], [422, 'one', 2]);
    assert.deepEqual(replies.filter(({ type }) => type === 'redirect').length, 1);
    assert.equal((await visitor.stored())?.rev, 2);
  });
});
