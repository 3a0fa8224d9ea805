import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { message, messageOf } from '../../lib/base/message.js';
import { definePolicy } from '../../lib/flow/policy.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { inviteCode } from '../../lib/policies/invite-code.js';
import { text } from '../../lib/prompts/text.js';
import { deny } from '../../lib/stages/deny.js';
import { promptStage } from '../../lib/stages/prompt.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, flowOf, page, refused } from '../support/executor/stages.js';

const gate = definePolicy({
  name: 'gate',
  gate: true,
  fields: ['code'],
  consumes: ['code'],
  writes: ['invitation'],
  check: () => ({ pass: true, patch: { invitation: { id: 'i', version: 1 } } }),
});

describe('a refusal', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });

  it('releases the seat that was reserved for the plan', async () => {
    const { code, id } = await scene.invitations.manager.create({ uses: 1, reserve: '15m' });
    const asks = promptStage({
      name: 'code',
      prompts: [text({ key: 'invite_code', label: 'Code', entryLink: true })],
      validation: [inviteCode()],
    });
    const visitor = new ExecutorClient(scene, flowOf([asks, page('one'), act('write', () => refused)]));
    await visitor.open();
    await visitor.submit({ invite_code: code });
    assert.equal((await scene.invitations.manager.get(id))?.state, 'held');
    await visitor.open();
    assert.equal((await visitor.submit({ one: 'a' })).type, 'refusal');
    assert.equal((await scene.invitations.manager.get(id))?.state, 'open');
  });

  it('after a response: 403 with a reference, the plan ends, and the next visit starts over', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('one'), page('two'), act('write', () => refused)]));
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
    const reply = await visitor.submit({ two: 'b' });
    assert.equal(reply.type, 'refusal');
    assert.deepEqual(
      [reply.status, reply.messages, reply.reference, reply.flow?.slug],
      [403, [messageOf('refused.here')], 'REF23456', 'walk'],
    );
    assert.equal(await visitor.stored(), null);
    assert.deepEqual([(await visitor.open()).step, visitor.form.revision], ['one', 0]);
  });

  it('by the stage whose button was pressed ends the plan as well', async () => {
    let skip = false;
    const wayward = definePolicy({ name: 'wayward', check: () => !skip });
    const visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), { stage: page('two'), policies: [wayward] }, act('write', () => refused)]),
    );
    await visitor.open();
    await visitor.submit({ one: 'a' });
    skip = true;
    assert.equal((await visitor.open()).step, 'write');
    assert.equal((await visitor.submit()).type, 'refusal');
    assert.equal(await visitor.stored(), null);
  });

  it('on the first page stores nothing', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('one'), deny({ name: 'closed' })]));
    await visitor.open();
    const reply = await visitor.submit({ one: 'a' });
    assert.deepEqual(
      [reply.type === 'refusal' && reply.messages, scene.plans.writes],
      [[message('stage.deny.denied')], []],
    );
  });

  it('on a GET changes nothing', async () => {
    const visitor = new ExecutorClient(
      scene,
      flowOf([deny({ name: 'closed', message: 'Closed on Sundays.' }), page('one')]),
    );
    const reply = await visitor.get();
    assert.deepEqual(
      [reply.type === 'refusal' && [reply.status, reply.messages], scene.plans.writes],
      [[403, [message('literal', { text: 'Closed on Sundays.' })]], []],
    );
  });

  it('a code revoked in the meantime is refused at the write, with a reference for explain', async () => {
    const visitor = new ExecutorClient(scene, inviteSignupFlow({ slug: 'invite', fields: ['username'] }));
    const invitation = await scene.invitations.manager.create({});
    await visitor.open();
    await visitor.submit({ invite_code: invitation.code });
    await visitor.open();
    await scene.invitations.manager.revoke(invitation.id);
    const reply = await visitor.submit({ username: 'ann' });
    assert.equal(reply.type, 'refusal');
    assert.equal(await visitor.stored(), null);
    await scene.invitations.idle();
    assert.equal((await scene.invitations.manager.explain(reply.reference ?? ''))?.cause, 'revoked');
    assert.equal(await scene.people.users.findByLogin('username', 'ann'), null);
  });

  it('no account is created without an invitation, whatever the flow lacks', async () => {
    const [, account, write] = inviteSignupFlow({ slug: 'invite', fields: ['username'] }).bindings.map(
      ({ stage }) => stage,
    );
    assert.ok(account && write);
    const visitor = new ExecutorClient(scene, flowOf([account, write]));
    await visitor.open();
    const reply = await visitor.submit({ username: 'ann' });
    assert.deepEqual(reply.type === 'refusal' && reply.messages, [message('users.invitation_needed')]);
    assert.equal(await scene.people.users.findByLogin('username', 'ann'), null);
  });

  describe('by a policy at a gate never skips the gate', () => {
    const policies = {
      fails: definePolicy({ name: 'fails', check: () => 'Not now.' }),
      throws: definePolicy({
        name: 'throws',
        check: () => {
          throw new Error('broken');
        },
      }),
      'is late': definePolicy({ name: 'late', check: () => new Promise<boolean>(() => undefined) }),
    };
    for (const [name, policy] of Object.entries(policies)) {
      for (const when of ['before each page', 'at planning'] as const) {
        it(`that ${name}, evaluated ${when}`, async () => {
          const planned = when === 'at planning';
          const flow = flowOf([
            {
              stage: page('code', gate),
              policies: [{ policy, timeoutSeconds: 0.005 }],
              evaluateOnPlan: planned,
              reEvaluatePolicies: !planned,
            },
            act('write'),
          ]);
          const visitor = new ExecutorClient(scene, flow);
          for (const reply of [
            await visitor.get(),
            await visitor.submit({ code: 'x' }, { step: 'code', revision: 0 }),
            await visitor.submit({}, { step: 'write', revision: 0 }),
          ]) {
            assert.equal(reply.type === 'refusal' && reply.status, 403);
          }
          assert.deepEqual(scene.plans.writes, []);
        });
      }
    }
  });
});
