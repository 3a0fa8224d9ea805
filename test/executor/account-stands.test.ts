import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { cancelPlan } from '../../lib/executor/cancel.js';
import { enrolled } from '../../lib/executor/reply.js';
import { defineFlow, type Flow, type FlowSpec } from '../../lib/flow/flow.js';
import { definePolicy } from '../../lib/flow/policy.js';
import { userLogin } from '../../lib/stages/user-login.js';
import { userWrite } from '../../lib/stages/user-write.js';
import { ExecutorClient, type ExecutorAnswer } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, again, page, refused } from '../support/executor/stages.js';

const minute = 60_000;
const failing = definePolicy({
  name: 'failing',
  check: () => {
    throw new Error('not today');
  },
});

/** A flow that asks for a name, creates the account, and continues with `after`. */
function flowWith(after: FlowSpec['stages'], title = 'Walk'): Flow {
  return defineFlow({
    slug: 'walk',
    title,
    designation: 'enrollment',
    target: '/home',
    stages: [page('username'), userWrite({ name: 'write' }), ...after, userLogin({ name: 'login' })],
  });
}

describe('an account that was written remains', () => {
  let scene: Scene;
  beforeEach(() => {
    const opened = openScene();
    const { services } = opened.context;
    let written = 0;
    const accounts: typeof services.accounts = {
      ...services.accounts,
      // The first call for an enrollment writes; each later one finds the account.
      enroll: async () =>
        (written += 1) === 1
          ? { type: 'written', userId: 'ann' }
          : { type: 'written_before', userId: 'ann', sameDetails: true, agoMs: minute },
    };
    scene = { ...opened, context: { ...opened.context, services: { ...services, accounts } } };
  });

  /** At the page after the account page. */
  async function atTerms(flow = flowWith([page('terms')])): Promise<ExecutorClient> {
    const visitor = new ExecutorClient(scene, flow);
    await visitor.open();
    await visitor.submit({ username: 'ann' });
    assert.equal((await visitor.open()).step, 'terms');
    return visitor;
  }

  /** The replies to two simultaneous POSTs of the latest form; the browser keeps its cookie in between. */
  async function twice(
    visitor: ExecutorClient,
    fields: Readonly<Record<string, string>>,
  ): Promise<readonly [ExecutorAnswer, ExecutorAnswer]> {
    const { form, planId } = visitor;
    const first = await visitor.submit(fields, form);
    visitor.planId = planId;
    return [first, await visitor.submit(fields, form)];
  }

  describe('a plan that expired after the account was written', () => {
    it('F28: answers its form with a ready account each time and never signs in', async () => {
      const visitor = await atTerms();
      scene.clock.advance(60 * minute);
      assert.deepEqual(await twice(visitor, { terms: 'yes' }), [enrolled({ user: 'ann' }), enrolled({ user: 'ann' })]);
      scene.clock.advance(22 * 60 * minute);
      assert.deepEqual(await visitor.submit({ terms: 'yes' }), enrolled({ user: 'ann' }));
    });

    it('F28: is reported once to a visit, which gets a new plan token for the next person', async () => {
      const visitor = await atTerms();
      scene.clock.advance(60 * minute);
      assert.deepEqual(await visitor.get(), enrolled({ user: 'ann', freshToken: true }));
    });

    it('F28: redirects a user signed in to that account to the target', async () => {
      const visitor = await atTerms();
      scene.clock.advance(60 * minute);
      visitor.user = 'ann';
      const reply = await visitor.submit({ terms: 'yes' });
      assert.deepEqual(reply.type === 'redirect' && [reply.done, reply.to, reply.signIn], [
        true,
        { path: '/home' },
        null,
      ]);
    });

    it('F28: is reported when the person cancels', async () => {
      const { planId, enrollmentId, flow } = await atTerms();
      scene.clock.advance(60 * minute);
      const who = { planId, enrollmentId, address: '192.0.2.1' };
      assert.deepEqual(await cancelPlan(scene.context, flow, who), { account: 'ann' });
    });

    it('F28: expires as usual when no account was written', async () => {
      const visitor = new ExecutorClient(
        scene,
        defineFlow({
          slug: 'walk',
          title: 'Walk',
          designation: 'enrollment',
          stages: [page('one'), page('two'), page('username'), userWrite({ name: 'write' })],
        }),
      );
      await visitor.open();
      await visitor.submit({ one: 'a' });
      await visitor.open();
      scene.clock.advance(60 * minute);
      const reply = await visitor.submit({ two: 'b' });
      assert.deepEqual(reply.type === 'redirect' && reply.notice, { id: 'notice.expired' });
    });

    it('F28: needs no look-up on a first page or on a page of an existing plan', async () => {
      const visitor = await atTerms();
      const before = scene.plans.loads();
      await visitor.open();
      assert.equal(scene.plans.loads(), before + 1);
      const other = new ExecutorClient(scene, visitor.flow, 'plan-2');
      other.hasCookie = true;
      await other.open();
      assert.equal(scene.plans.loads(), before + 2);
    });
  });

  describe('a plan whose flow has changed after the account was written', () => {
    it('F28: is reported to a form and to a visit, and does not start over', async () => {
      const { planId, form } = await atTerms();
      const deployed = new ExecutorClient(scene, flowWith([page('rules'), page('terms')], 'Walk on'), planId);
      Object.assign(deployed, { hasCookie: true, enrollmentId: 'plan-1' });
      assert.deepEqual(await deployed.submit({ terms: 'yes' }, form), enrolled({ user: 'ann' }));
      assert.deepEqual(await deployed.get(), enrolled({ user: 'ann', freshToken: true }));
    });

    it('F28: is reported even when the stored plan cannot be read', async () => {
      const visitor = await atTerms();
      await scene.plans.replace(visitor.planId, visitor.form.revision, 'junk', 3600);
      assert.deepEqual(await visitor.submit({ terms: 'yes' }), enrolled({ user: 'ann' }));
      const who = { planId: visitor.planId, enrollmentId: visitor.enrollmentId, address: '192.0.2.1' };
      assert.deepEqual(await cancelPlan(scene.context, visitor.flow, who), { account: 'ann' });
    });
  });

  describe('a plan that is refused after the account was written', () => {
    for (const [why, after] of Object.entries({
      'a stage refuses': act('mail', () => refused),
      'a policy fails': { stage: act('mail'), policies: [failing] },
      'a stage asks again for what the account was made of': act('mail', () => again('username')),
    }))
      for (const pages of [[], [page('terms')]])
        it(`F28: answers both of two clicks alike: ${why}, ${pages.length} page(s) behind the account`, async () => {
          const visitor = new ExecutorClient(scene, flowWith([...pages, after]));
          await visitor.open();
          if (pages.length > 0) {
            await visitor.submit({ username: 'ann' });
            await visitor.open();
          }
          const [first, second] = await twice(visitor, { username: 'ann', terms: 'yes' });
          assert.ok(first.type === 'enrolled', JSON.stringify(first));
          assert.deepEqual(
            [first.problem, first.reference === null],
            ['refused', first.messages[0]?.id === 'again.here'],
          );
          assert.deepEqual(second, first);
        });

    it('F28: reports a stage that throws alike to both of two clicks and to a visit', async () => {
      const broken = act('mail', () => {
        throw new Error('broken');
      });
      const visitor = new ExecutorClient(scene, flowWith([broken]));
      await visitor.open();
      const [first, second] = await twice(visitor, { username: 'ann' });
      assert.equal(first.type === 'enrolled' && first.problem, 'refused');
      assert.deepEqual(second, first);
      assert.deepEqual(await visitor.get(), enrolled({ user: 'ann', problem: 'refused' }));
    });

    it('F28: reports to a visit and to another form that it was refused, without the message', async () => {
      const visitor = await atTerms(flowWith([page('terms'), act('mail', () => refused)]));
      const { form } = visitor;
      await visitor.submit({ terms: 'yes' });
      assert.deepEqual(await visitor.get(), enrolled({ user: 'ann', problem: 'refused' }));
      assert.deepEqual(
        await visitor.submit({ username: 'ann' }, { step: 'username', revision: 1 }),
        enrolled({ user: 'ann', problem: 'refused' }),
      );
      scene.clock.advance(2 * minute);
      assert.deepEqual(await visitor.submit({ terms: 'yes' }, form), enrolled({ user: 'ann', problem: 'refused' }));
    });

    it('F28: is refused, not restarted, when its stage asks for a restart', async () => {
      const mail = { stage: act('mail', () => refused), invalidResponseAction: 'restart' as const };
      const visitor = await atTerms(flowWith([page('terms'), mail]));
      const reply = await visitor.submit({ terms: 'yes' });
      assert.equal(reply.type === 'enrolled' && reply.problem, 'refused');
      assert.equal((await visitor.stored())?.receipt?.user, 'ann');
    });
  });

  describe('a response that never arrived', () => {
    it('F28: is reported to a browser that still has the first plan token', async () => {
      const visitor = new ExecutorClient(scene, flowWith([page('terms')]));
      await visitor.open();
      const { planId, form } = visitor;
      await visitor.submit({ username: 'ann' });
      visitor.planId = planId;
      assert.deepEqual(await visitor.get(), enrolled({ freshToken: true }));
      scene.clock.advance(2 * minute);
      assert.deepEqual(await visitor.submit({ username: 'ann' }, form), enrolled());
    });
  });

  it('F28: a plan canceled after the account was written reports it, each time', async () => {
    const { planId, enrollmentId, flow } = await atTerms();
    const who = { planId, enrollmentId, address: '192.0.2.1' };
    assert.deepEqual(await cancelPlan(scene.context, flow, who), { account: 'ann' });
    assert.deepEqual(await cancelPlan(scene.context, flow, who), { account: 'ann' });
  });
});
