import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Secret } from '../../lib/base/secret.js';
import type { Context } from '../../lib/flow/context.js';
import { definePolicy, type Answers, type Verdict } from '../../lib/flow/policy.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { inviteCode } from '../../lib/policies/invite-code.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { flowOf } from '../support/executor/stages.js';
import { question } from '../support/prompts/question.js';

describe('inviteCode', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });
  const check = async (answers: Answers, context: Context = {}): Promise<Verdict> =>
    inviteCode().check({ ...question(context, scene), answers });

  it('is a gate that consumes the code', () => {
    const { gate, fields, consumes } = inviteCode();
    assert.deepEqual([gate, fields, consumes], [true, ['invite_code'], ['invite_code']]);
    assert.deepEqual(inviteCode({ field: 'code' }).consumes, ['code']);
  });

  it('puts the invitation into the plan and claims nothing', async () => {
    const { id, code } = await scene.invitations.manager.create({ uses: 1 });
    for (const typed of [code, code.toLowerCase(), ` ${code.replaceAll('-', ' ')} `, new Secret(code)]) {
      assert.deepEqual(await check({ invite_code: typed }), {
        pass: true,
        patch: { invitation: { id, version: 1, data: {} }, inviter_name: null, fixed_data: { email: null } },
      });
    }
    const [invitation] = (await scene.invitations.manager.list()).items;
    assert.equal(invitation?.state, 'open');
  });

  it('neither stores nor shows the code', async () => {
    const { code } = await scene.invitations.manager.create({});
    const verdicts = [await check({ invite_code: code }), await check({ invite_code: 'SPRING-CANARY' })];
    assert.doesNotMatch(JSON.stringify(verdicts), new RegExp(`${code}|${code.replaceAll('-', '')}|CANARY`));
  });

  it('fails with a message and a reference for a wrong code', async () => {
    const verdict = await check({ invite_code: 'no-such-word' });
    assert.deepEqual(
      [verdict.pass, verdict.messages?.map(({ id }) => id), verdict.patch, typeof verdict.reference],
      [false, ['invitation.unknown'], undefined, 'string'],
    );
  });

  it('fails without a reference for text that cannot be a code, which is not looked up', async () => {
    for (const answers of [{ invite_code: '' }, {}, { invite_code: 7 }, { invite_code: { $ne: '' } }]) {
      const verdict = await check(answers);
      assert.deepEqual(
        [verdict.pass, verdict.messages?.map(({ id }) => id), verdict.patch, verdict.reference],
        [false, ['invitation.unreadable'], undefined, undefined],
        JSON.stringify(answers),
      );
    }
  });

  it('fixes the address that the invitation is bound to', async () => {
    const { code } = await scene.invitations.manager.create({ email: 'Ann@Example.com' });
    assert.deepEqual((await check({ invite_code: code })).patch?.fixed_data, { email: 'ann@example.com' });
  });

  it('compares the address with the one from this page or an earlier one', async () => {
    const { code } = await scene.invitations.manager.create({ email: 'ann@example.com' });
    assert.equal((await check({ invite_code: code, email: 'eve@example.com' })).pass, false);
    assert.equal((await check({ invite_code: code, email: 'ann@example.com' })).pass, true);
    assert.equal((await check({ invite_code: code }, { prompt_data: { email: 'eve@example.com' } })).pass, false);
    assert.equal(
      (await check({ invite_code: code, email: 'ann@example.com' }, { prompt_data: { email: 'eve@example.com' } }))
        .pass,
      true,
    );
  });

  it('redirects to the next of the link, or else to that of the invitation', async () => {
    const { code } = await scene.invitations.manager.create({ redirect: '/welcome' });
    assert.deepEqual((await check({ invite_code: code })).patch?.redirect, { path: '/welcome' });
    assert.deepEqual((await check({ invite_code: code }, { redirect: { path: '/next' } })).patch?.redirect, {
      path: '/next',
    });
  });

  it('returns 429 with a wait after too many wrong codes, even for the right one', async () => {
    const { code } = await scene.invitations.manager.create({});
    const visitor = new ExecutorClient(scene, inviteSignupFlow({ slug: 'invite', fields: ['username'] }));
    await visitor.open();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const reply = await visitor.submit({ invite_code: 'no-such-word' });
      assert.equal(reply.type === 'stage' && reply.status, 422);
    }
    for (const typed of ['no-such-word', code]) {
      const reply = await visitor.submit({ invite_code: typed });
      assert.deepEqual(reply.type === 'stage' && [reply.status, reply.retryAfterSeconds], [429, 600]);
    }
    scene.clock.advance(600_000);
    assert.equal((await visitor.submit({ invite_code: code })).type, 'redirect');
  });

  it('another code replaces one that ended, including its address', async () => {
    const bound = await scene.invitations.manager.create({
      email: 'ann@example.com',
      expires: scene.clock.now() + 60_000,
    });
    const open = await scene.invitations.manager.create({});
    const [code, account] = inviteSignupFlow({ slug: 'invite', fields: ['email'] }).bindings.map(({ stage }) => stage);
    assert.ok(code && account);
    let stops = 1;
    const restart = { ...account, validation: [definePolicy({ name: 'stop', check: () => (stops -= 1) < 0 })] };
    const visitor = new ExecutorClient(
      scene,
      flowOf([code, { stage: restart, invalidResponseAction: 'restart_with_context' }]),
    );
    const send = async (typed: string) => {
      await visitor.open();
      const reply = await visitor.submit({ email: typed });
      return reply.type === 'redirect' && (reply.done ? 'done' : reply.notice?.id);
    };
    await visitor.open();
    await visitor.submit({ invite_code: bound.code });
    assert.equal(await send('ann@example.com'), 'notice.restarted');
    scene.clock.advance(60_000);
    assert.equal((await visitor.open()).step, 'invite-code', 'the invitation has expired');
    await visitor.submit({ invite_code: open.code });
    assert.equal(
      await send('bob@example.com'),
      'done',
      'the address of the first invitation is not asked for any more',
    );
  });
});
