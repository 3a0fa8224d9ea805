import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { messageOf } from '../../lib/base/message.js';
import { defineSilentStage } from '../../lib/flow/define-stage.js';
import { definePolicy } from '../../lib/flow/policy.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, again, flowOf, login, page, refused } from '../support/executor/stages.js';

const injected = { is_sso: true, source: 'acme', prompt_data: { name: 'Ann' } };

describe('a person just identified by a source', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });

  it('gets a plan that is stored at once, and is redirected to its page', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('color')]));
    const reply = await visitor.returnWith(injected);
    assert.deepEqual(reply.type === 'redirect' && [reply.to, reply.done], [{ flow: 'walk' }, false]);
    const stored = await visitor.stored();
    assert.deepEqual([stored?.rev, stored?.plan?.context, stored?.plan?.origin], [1, injected, injected]);
    assert.equal((await visitor.open()).step, 'color');
  });

  it('is signed in at once when no page is left, leaving a completion receipt', async () => {
    const visitor = new ExecutorClient(scene, flowOf([login('in')]));
    const reply = await visitor.returnWith(injected);
    assert.deepEqual(reply.type === 'redirect' && [reply.done, reply.signIn?.signIn], [true, 'ann']);
    assert.equal((await visitor.stored())?.receipt?.user, 'ann');
  });

  it('sees a button when a stage has side effects', async () => {
    const acted: string[] = [];
    const flow = flowOf([act('write', () => (acted.push('write'), { type: 'completed' }))]);
    const visitor = new ExecutorClient(scene, flow);
    const reply = await visitor.returnWith(injected, false);
    assert.deepEqual([reply.type === 'redirect' && reply.done, acted], [false, []]);
    assert.equal((await visitor.open()).view, 'pages/continue');
    await visitor.submit();
    assert.deepEqual(acted, ['write']);
  });

  it('continues an existing plan: responses stay, and the identity is added', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('color'), page('shape')]));
    await visitor.open();
    await visitor.submit({ color: 'red' });
    const reply = await visitor.returnWith(injected);
    assert.deepEqual(reply.type === 'redirect' && reply.to, { flow: 'walk' });
    const stored = await visitor.stored();
    assert.equal(stored?.rev, 2);
    assert.deepEqual(stored.plan?.context.prompt_data, { color: 'red', name: 'Ann' });
    assert.deepEqual(stored.plan.origin, injected);
    assert.equal((await visitor.open()).step, 'shape');
  });

  it('has no answer where the source knows none, also in place of what it knew of another person', async () => {
    const nameless = { ...injected, prompt_data: { name: 'Bob', username: null } };
    const visitor = new ExecutorClient(scene, flowOf([page('color'), page('shape')]));
    await visitor.returnWith(nameless);
    const first = await visitor.stored();
    assert.deepEqual(
      [first?.plan?.context.prompt_data, first?.plan?.origin.prompt_data],
      [{ name: 'Bob' }, { name: 'Bob' }],
    );
    await visitor.returnWith({ ...injected, prompt_data: { name: 'Ann', username: 'ann' } });
    await visitor.returnWith(nameless);
    const stored = await visitor.stored();
    assert.deepEqual(
      [stored?.plan?.context.prompt_data, stored?.plan?.origin.prompt_data],
      [{ name: 'Bob' }, { name: 'Bob' }],
    );
  });

  it('passes the gate again: an accepted code stays accepted, and nothing is retyped', async () => {
    const flow = inviteSignupFlow({ slug: 'invite', fields: ['username', 'email'] });
    const visitor = new ExecutorClient(scene, flow);
    const { code } = await scene.invitations.manager.create({ uses: 1 });
    await visitor.open();
    await visitor.submit({ invite_code: code });
    assert.equal((await visitor.open()).step, 'account');
    await visitor.returnWith(injected);
    const stored = await visitor.stored();
    assert.ok(stored?.plan?.context.invitation);
    assert.equal((await visitor.open()).step, 'account');
  });

  it('is asked for a code again when the accepted one is no longer valid', async () => {
    const visitor = new ExecutorClient(scene, inviteSignupFlow({ slug: 'invite', fields: ['username', 'email'] }));
    const { code, id } = await scene.invitations.manager.create({ uses: 1 });
    await visitor.open();
    await visitor.submit({ invite_code: code });
    await scene.invitations.manager.revoke(id);
    await visitor.returnWith(injected);
    assert.equal((await visitor.open()).step, 'invite-code');
  });

  it('is sent back to the page that a silent stage asks to complete again', async () => {
    let taken = false;
    const flow = flowOf([
      page('color'),
      act('write', () => (taken ? again('color') : { type: 'completed' })),
      page('last'),
    ]);
    const visitor = new ExecutorClient(scene, flow);
    await visitor.open();
    // The write of another plan happens first.
    taken = true;
    assert.equal((await visitor.submit({ color: 'red' })).type, 'stage');
    const reply = await visitor.returnWith(injected);
    assert.deepEqual(reply.type === 'redirect' && reply.to, { flow: 'walk' });
    assert.equal((await visitor.open()).step, 'color');
  });

  it('is refused by the flow or by a stage, with nothing stored', async () => {
    const closed = definePolicy({ name: 'closed', check: () => messageOf('closed') });
    for (const flow of [flowOf([page('color')], { policies: [closed] }), flowOf([act('write', () => refused)])]) {
      const visitor = new ExecutorClient(scene, flow, `plan of ${flow.bindings[0]?.key ?? ''}`);
      assert.equal((await visitor.returnWith(injected)).type, 'refusal');
      assert.equal(await visitor.stored(), null);
    }
  });

  it('a person who reaches a plan that made an account learns so, and is not signed in', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('color'), login('in')]));
    await visitor.open();
    await visitor.submit({ color: 'red' });
    assert.equal((await visitor.returnWith(injected)).type, 'enrolled');
    assert.equal((await visitor.stored())?.receipt?.user, 'ann');
  });

  it('a person who loses a race against a form sees the step that it reached', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('color'), page('shape'), page('size')]));
    await visitor.open();
    await visitor.submit({ color: 'red' });
    await visitor.open();
    const [posted, reply] = await Promise.all([visitor.submit({ shape: 'round' }), visitor.returnWith(injected)]);
    assert.ok(posted.type === 'redirect' && reply.type === 'redirect');
    assert.deepEqual([posted.to, reply.to], [{ flow: 'walk' }, { flow: 'walk' }]);
    assert.equal((await visitor.stored())?.rev, 2);
  });

  it('a stage that requires confirmation is not run by the button of the previous page', async () => {
    const acted: string[] = [];
    const own = defineSilentStage<object>({
      kind: 'own',
      hasSideEffects: true,
      requiresConfirmation: true,
      run: async () => (acted.push('own'), { type: 'completed' }),
    })({ name: 'own' });
    const visitor = new ExecutorClient(scene, flowOf([page('color'), own, page('last')]));
    await visitor.open();
    await visitor.submit({ color: 'red' });
    assert.deepEqual([acted, (await visitor.open()).view], [[], 'pages/continue']);
    await visitor.submit();
    assert.deepEqual([acted, (await visitor.open()).step], [['own'], 'last']);
    const known = new ExecutorClient(scene, flowOf([own]), 'plan-2');
    await known.returnWith(injected);
    assert.deepEqual(acted, ['own']);
  });
});
