import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { messageOf } from '../../lib/base/message.js';
import { definePolicy } from '../../lib/flow/policy.js';
import { defineSilentStage } from '../../lib/flow/define-stage.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, again, flowOf, login, page, refused } from '../support/executor/stages.js';
import { Visitor } from '../support/executor/visitor.js';

const brought = { is_sso: true, source: 'acme', prompt_data: { name: 'Ann' } };

describe('a person just identified by a source', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });

  it('gets a plan that is stored at once, and is redirected to its page', async () => {
    const visitor = new Visitor(scene, flowOf([page('color')]));
    const reply = await visitor.bring(brought);
    assert.deepEqual(reply.type === 'redirect' && [reply.to, reply.done], [{ flow: 'walk' }, false]);
    const stored = await visitor.stored();
    assert.deepEqual([stored?.rev, stored?.plan?.context, stored?.plan?.origin], [1, brought, brought]);
    assert.equal((await visitor.page()).step, 'color');
  });

  it('is signed in at once when no page is left, leaving a completion receipt', async () => {
    const visitor = new Visitor(scene, flowOf([login('in')]));
    const reply = await visitor.bring(brought);
    assert.deepEqual(reply.type === 'redirect' && [reply.done, reply.signIn?.signIn], [true, 'ann']);
    assert.equal((await visitor.stored())?.receipt?.user, 'ann');
  });

  it('sees a button when a stage has side effects', async () => {
    const acted: string[] = [];
    const flow = flowOf([act('write', () => (acted.push('write'), { type: 'completed' }))]);
    const visitor = new Visitor(scene, flow);
    const reply = await visitor.bring(brought, false);
    assert.deepEqual([reply.type === 'redirect' && reply.done, acted], [false, []]);
    assert.equal((await visitor.page()).view, 'pages/continue');
    await visitor.post();
    assert.deepEqual(acted, ['write']);
  });

  it('continues an existing plan: responses stay, and the identity is added', async () => {
    const visitor = new Visitor(scene, flowOf([page('color'), page('shape')]));
    await visitor.page();
    await visitor.post({ color: 'red' });
    const reply = await visitor.bring(brought);
    assert.deepEqual(reply.type === 'redirect' && reply.to, { flow: 'walk' });
    const stored = await visitor.stored();
    assert.equal(stored?.rev, 2);
    assert.deepEqual(stored.plan?.context.prompt_data, { color: 'red', name: 'Ann' });
    assert.deepEqual(stored.plan.origin, brought);
    assert.equal((await visitor.page()).step, 'shape');
  });

  it('passes the gate again: an accepted code stays accepted, and nothing is retyped', async () => {
    const flow = inviteSignupFlow({ slug: 'invite', fields: ['username', 'email'] });
    const visitor = new Visitor(scene, flow);
    const { code } = await scene.invitations.manager.create({ uses: 1 });
    await visitor.page();
    await visitor.post({ invite_code: code });
    assert.equal((await visitor.page()).step, 'account');
    await visitor.bring(brought);
    const stored = await visitor.stored();
    assert.ok(stored?.plan?.context.invitation);
    assert.equal((await visitor.page()).step, 'account');
  });

  it('is asked for a code again when the accepted one is no longer valid', async () => {
    const visitor = new Visitor(scene, inviteSignupFlow({ slug: 'invite', fields: ['username', 'email'] }));
    const { code, id } = await scene.invitations.manager.create({ uses: 1 });
    await visitor.page();
    await visitor.post({ invite_code: code });
    await scene.invitations.manager.revoke(id);
    await visitor.bring(brought);
    assert.equal((await visitor.page()).step, 'invite-code');
  });

  it('is sent back to the page that a silent stage asks to complete again', async () => {
    let taken = false;
    const flow = flowOf([
      page('color'),
      act('write', () => (taken ? again('color') : { type: 'completed' })),
      page('last'),
    ]);
    const visitor = new Visitor(scene, flow);
    await visitor.page();
    // The write of another plan happens first.
    taken = true;
    assert.equal((await visitor.post({ color: 'red' })).type, 'stage');
    const reply = await visitor.bring(brought);
    assert.deepEqual(reply.type === 'redirect' && reply.to, { flow: 'walk' });
    assert.equal((await visitor.page()).step, 'color');
  });

  it('is refused by the flow or by a stage, with nothing stored', async () => {
    const closed = definePolicy({ name: 'closed', check: () => messageOf('closed') });
    for (const flow of [flowOf([page('color')], { policies: [closed] }), flowOf([act('write', () => refused)])]) {
      const visitor = new Visitor(scene, flow, `plan of ${flow.bindings[0]?.key ?? ''}`);
      assert.equal((await visitor.bring(brought)).type, 'refusal');
      assert.equal(await visitor.stored(), null);
    }
  });

  it('a person who reaches a plan that made an account learns so, and is not signed in', async () => {
    const visitor = new Visitor(scene, flowOf([page('color'), login('in')]));
    await visitor.page();
    await visitor.post({ color: 'red' });
    assert.equal((await visitor.bring(brought)).type, 'enrolled');
    assert.equal((await visitor.stored())?.receipt?.user, 'ann');
  });

  it('a person who loses a race against a form sees the step that it reached', async () => {
    const visitor = new Visitor(scene, flowOf([page('color'), page('shape'), page('size')]));
    await visitor.page();
    await visitor.post({ color: 'red' });
    await visitor.page();
    const [posted, reply] = await Promise.all([visitor.post({ shape: 'round' }), visitor.bring(brought)]);
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
    const visitor = new Visitor(scene, flowOf([page('color'), own, page('last')]));
    await visitor.page();
    await visitor.post({ color: 'red' });
    assert.deepEqual([acted, (await visitor.page()).view], [[], 'pages/continue']);
    await visitor.post();
    assert.deepEqual([acted, (await visitor.page()).step], [['own'], 'last']);
    const known = new Visitor(scene, flowOf([own]), 'plan-2');
    await known.bring(brought);
    assert.deepEqual(acted, ['own']);
  });
});
