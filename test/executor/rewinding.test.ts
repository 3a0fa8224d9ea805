import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { message, messageOf } from '../../lib/base/message.js';
import { definePolicy } from '../../lib/flow/policy.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, again, flowOf, page } from '../support/executor/stages.js';

const password = 'velvet tram over the harbour';

describe('a stage that asks again after its page was completed', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });

  describe('a username that is taken at the write', () => {
    let visitor: ExecutorClient;
    beforeEach(async () => {
      // The prompt's check runs just too early: the other account is written right after it.
      const { accounts } = scene.context.services;
      const late = {
        ...accounts,
        taken: async (...question: Parameters<typeof accounts.taken>) => {
          const answer = await accounts.taken(...question);
          if (question[1] === 'ann' && !answer)
            await scene.people.users.create(sampleAccount({ username: 'ann' }), sampleRedemption());
          return answer;
        },
      };
      const context = { ...scene.context, services: { ...scene.context.services, accounts: late } };
      visitor = new ExecutorClient(
        { ...scene, context },
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] }),
      );
      const { code } = await scene.invitations.manager.create({ uses: 1 });
      await visitor.open();
      await visitor.submit({ invite_code: code });
      await visitor.open();
    });
    const fields = (username: string) => ({ username, email: 'ann@example.com', password, password_repeat: password });

    it('shows the page with 422 and the input; the password is saved, and nothing is written', async () => {
      const before = await scene.plans.contents();
      const reply = await visitor.submit(fields('ann'));
      assert.equal(reply.type, 'stage');
      assert.deepEqual([reply.status, reply.step, reply.revision], [422, 'account', 1]);
      assert.deepEqual(reply.errors, { username: [message('prompt.username.taken')] });
      assert.deepEqual(reply.typed, { username: 'ann', email: 'ann@example.com' });
      assert.notEqual(reply.savedPassword, null);
      assert.deepEqual(await scene.plans.contents(), before);
    });

    it('releases the seat, so that another name can take it', async () => {
      await visitor.submit(fields('ann'));
      const reply = await visitor.submit(fields('anna'));
      assert.equal(reply.type === 'redirect' && reply.done, true);
      const user = await scene.people.users.findByLogin('username', 'anna');
      assert.equal(reply.type === 'redirect' && reply.signIn?.signIn, user?.id);
      await scene.invitations.idle();
      assert.equal((await scene.invitations.manager.list()).items[0]?.redeemed, 1);
    });
  });

  const demanding = (field: string, value: string) =>
    act('demanding', ({ context }) => (context.prompt_data?.[field] === value ? { type: 'completed' } : again(field)));

  it('rewinds to an earlier page: 422, next revision, answers shown, later pages asked again', async () => {
    const visitor = new ExecutorClient(
      scene,
      flowOf([page('one'), page('two'), page('three'), demanding('two', 'right')]),
    );
    for (const step of ['one', 'two', 'three']) {
      await visitor.open();
      if (step !== 'three') await visitor.submit({ [step]: step });
    }
    const reply = await visitor.submit({ three: 'three' });
    assert.equal(reply.type, 'stage');
    assert.deepEqual(
      [reply.status, reply.step, reply.revision, reply.errors, reply.typed],
      [422, 'two', 3, { two: [messageOf('again.here')] }, {}],
    );
    assert.equal((reply.challenge['fields'] as { initial_value: string }[])[0]?.initial_value, 'two');
    assert.deepEqual(
      (await visitor.stored())?.plan?.steps.map(({ state }) => state),
      ['passed', 'ahead', 'ahead', 'ahead'],
    );
    await visitor.submit({ two: 'right' });
    assert.equal((await visitor.open()).step, 'three');
    const last = await visitor.submit({ three: 'three' });
    assert.equal(last.type === 'redirect' && last.done, true);
  });

  it('goes to the last page with the field', async () => {
    const twice = flowOf([page('one'), { stage: page('two') }, demanding('one', 'right')]);
    const visitor = new ExecutorClient(scene, twice);
    await visitor.open();
    await visitor.submit({ one: 'wrong' });
    await visitor.open();
    const reply = await visitor.submit({ two: 'x' });
    assert.equal(reply.type === 'stage' && reply.step, 'one');
  });

  it('ends the plan when no page has the field', async () => {
    const visitor = new ExecutorClient(scene, flowOf([page('one'), page('two'), demanding('other', 'right')]));
    await visitor.open();
    await visitor.submit({ one: 'a' });
    await visitor.open();
    const reply = await visitor.submit({ two: 'b' });
    assert.deepEqual(
      [reply.type === 'refusal' && [reply.status, reply.messages], await visitor.stored()],
      [[403, [messageOf('again.here')]], null],
    );
  });

  it('re-evaluates the policies of skipped steps: other answers bring a stage back', async () => {
    const young = definePolicy({ name: 'young', check: ({ context }) => context.prompt_data?.['age'] === '12' });
    const visitor = new ExecutorClient(
      scene,
      flowOf([
        page('age'),
        { stage: page('consent'), policies: [young] },
        page('name'),
        act('write', ({ context }) =>
          context.prompt_data?.['name'] === 'free' ? { type: 'completed' } : again('age'),
        ),
      ]),
    );
    await visitor.open();
    await visitor.submit({ age: '30' });
    assert.equal((await visitor.open()).step, 'name', 'consent is left out for the old');
    const back = await visitor.submit({ name: 'taken' });
    assert.equal(back.type === 'stage' && back.step, 'age');
    await visitor.submit({ age: '12' });
    assert.equal((await visitor.open()).step, 'consent');
  });

  it('uses the answer of that page, even if its gate is already satisfied', async () => {
    const flow = inviteSignupFlow({ slug: 'invite', fields: ['username'] });
    const [code, account] = flow.bindings.map(({ stage }) => stage);
    assert.ok(code && account);
    let asked = 0;
    const visitor = new ExecutorClient(
      scene,
      flowOf([code, account, act('write', () => ((asked += 1) === 1 ? again('invite_code') : { type: 'completed' }))]),
    );
    const invitation = await scene.invitations.manager.create({});
    await visitor.open();
    await visitor.submit({ invite_code: invitation.code });
    await visitor.open();
    const reply = await visitor.submit({ username: 'ann' });
    assert.equal(reply.type === 'stage' && reply.step, 'invite-code');
    const other = await scene.invitations.manager.create({});
    const wrong = await visitor.submit({ invite_code: 'no such code' });
    assert.equal(wrong.type === 'stage' && wrong.status, 422);
    await visitor.submit({ invite_code: other.code });
    assert.equal((await visitor.stored())?.plan?.context.invitation?.id, other.id);
  });
});
