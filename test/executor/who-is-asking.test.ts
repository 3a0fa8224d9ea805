import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { messageOf } from '../../lib/base/message.js';
import { Secret } from '../../lib/base/secret.js';
import { defineFlow, type Flow } from '../../lib/flow/flow.js';
import { definePolicy } from '../../lib/flow/policy.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { signInFlow } from '../../lib/flows/sign-in.js';
import { inviteCode } from '../../lib/policies/invite-code.js';
import { password } from '../../lib/prompts/password.js';
import { text } from '../../lib/prompts/text.js';
import { username } from '../../lib/prompts/username.js';
import { promptStage } from '../../lib/stages/prompt.js';
import { userLogin } from '../../lib/stages/user-login.js';
import { userWrite } from '../../lib/stages/user-write.js';
import { sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { ExecutorClient, type ExecutorAnswer } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, login, page, flowOf } from '../support/executor/stages.js';

const phrase = { ann: 'velvet tram over the harbour', bob: 'nine quiet lamps in the rain' } as const;
type Name = keyof typeof phrase;

const account = (name: Name) => ({ username: name, password: phrase[name], password_repeat: phrase[name] });
const signedIn = (reply: ExecutorAnswer): string | null =>
  reply.type === 'redirect' && reply.signIn !== null ? reply.signIn.signIn : null;

/** A promise that another part of the test settles. */
function deferred(): { readonly promise: Promise<undefined>; readonly resolve: (value: undefined) => void } {
  let resolve: (value: undefined) => void = () => undefined;
  const promise = new Promise<undefined>((end) => (resolve = end));
  return { promise, resolve };
}

/** Code and account on one page; `more`: pages after the account. */
function onePage(...more: readonly string[]): Flow {
  return defineFlow({
    slug: 'walk',
    title: 'Walk',
    designation: 'enrollment',
    target: '/home',
    stages: [
      promptStage({
        name: 'account',
        prompts: [
          text({ key: 'invite_code', label: 'Code' }),
          username({ key: 'username', label: 'Name' }),
          password({ key: 'password', label: 'Password' }),
          password({ key: 'password_repeat', label: 'Again' }),
        ],
        validation: [inviteCode()],
      }),
      userWrite({ name: 'write' }),
      ...more.map((name) => page(name)),
      userLogin({ name: 'login' }),
    ],
  });
}

describe('the identity behind a request', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });

  const idOf = async (name: string): Promise<string | undefined> =>
    (await scene.people.users.findByLogin('username', name))?.id;
  const codeFor = async (uses = 1): Promise<string> => (await scene.invitations.manager.create({ uses })).code;
  async function member(name: Name): Promise<void> {
    await scene.people.users.create(
      {
        username: name,
        email: null,
        name: null,
        passwordHash: await scene.context.services.passwords.hash(new Secret(phrase[name])),
        data: {},
      },
      sampleRedemption({ enrollmentId: name }),
    );
  }

  it('F1: a sign-in page in two tabs signs in the owner of each password', async () => {
    await Promise.all([member('ann'), member('bob')]);
    const visitor = new ExecutorClient(scene, signInFlow({ slug: 'sign-in' }));
    await visitor.open();
    const tab = visitor.form;
    const form = (name: Name) => ({ uid_field: name, password: phrase[name] });
    assert.equal(signedIn(await visitor.submit(form('ann'), tab)), await idOf('ann'));
    assert.equal(signedIn(await visitor.submit(form('bob'), tab)), await idOf('bob'));
    assert.equal(signedIn(await visitor.submit({ ...form('ann'), password: phrase.bob }, tab)), null);
    const both = await Promise.all([visitor.submit(form('ann'), tab), visitor.submit(form('bob'), tab)]);
    assert.deepEqual(both.map(signedIn), [await idOf('ann'), await idOf('bob')]);
  });

  it('F1: on a one-page flow, other data or another code never signs in to the first account', async () => {
    const visitor = new ExecutorClient(scene, onePage());
    await visitor.open();
    const tab = visitor.form;
    const first = { ...account('ann'), invite_code: await codeFor() };
    assert.equal(signedIn(await visitor.submit(first, tab)), await idOf('ann'));
    const second = await visitor.submit({ ...account('bob'), invite_code: await codeFor() }, tab);
    assert.deepEqual(
      [signedIn(second), second.type === 'redirect' && [second.freshToken, second.notice?.id]],
      [null, [true, 'notice.restarted']],
    );
    assert.equal(signedIn(await visitor.submit(first, tab)), await idOf('ann'), 'the same form is the same person');
  });

  it('F2: of two different concurrent last forms, the loser is never signed in as the winner', async () => {
    for (const more of [[], ['extra']])
      for (const order of ['ann first', 'bob first']) {
        scene = openScene();
        const visitor = new ExecutorClient(scene, onePage(...more));
        await visitor.open();
        if (more.length > 0) {
          await visitor.submit({ ...account('ann'), invite_code: await codeFor() });
          await visitor.open();
        }
        const tab = visitor.form;
        const code = await codeFor(9);
        const forms =
          more.length > 0
            ? [{ extra: 'one' }, { extra: 'two' }]
            : [
                { ...account('ann'), invite_code: code },
                { ...account('bob'), invite_code: code },
              ];
        if (order === 'bob first') forms.reverse();
        const replies = await Promise.all(forms.map((form) => visitor.submit(form, tab)));
        const users = replies.map(signedIn);
        assert.equal(users.filter((user) => user !== null).length, 1, JSON.stringify(replies));
        const at = users.findIndex((user) => user !== null);
        const expected = more.length > 0 ? 'ann' : at === (order === 'ann first' ? 0 : 1) ? 'ann' : 'bob';
        assert.equal(users[at], await idOf(expected));
      }
  });

  it('F1: a form other than the one that identified the user starts over, even mid-flow', async () => {
    await Promise.all([member('ann'), member('bob')]);
    const stages = [...signInFlow({ slug: 'walk' }).bindings.map(({ stage }) => stage)];
    const flow = flowOf([...stages.slice(0, -1), page('terms'), ...stages.slice(-1)], {
      designation: 'authentication',
    });
    const visitor = new ExecutorClient(scene, flow);
    await visitor.open();
    const tab = visitor.form;
    const form = (name: Name) => ({ uid_field: name, password: phrase[name] });
    await visitor.submit(form('ann'), tab);
    const same = await visitor.submit(form('ann'), tab);
    assert.equal(same.type === 'redirect' && same.freshToken, false);
    const other = await visitor.submit(form('bob'), tab);
    assert.deepEqual(other.type === 'redirect' && [other.freshToken, other.notice?.id], [true, 'notice.restarted']);
    await visitor.open();
    assert.equal(signedIn(await visitor.submit({ terms: 'x' })), await idOf('ann'));
  });

  it('F3: an earlier page with other data, mid-flow, creates no second account', async () => {
    const visitor = new ExecutorClient(scene, onePage('extra'));
    await visitor.open();
    const tab = visitor.form;
    await visitor.submit({ ...account('ann'), invite_code: await codeFor() }, tab);
    const reply = await visitor.submit({ ...account('bob'), invite_code: await codeFor() }, tab);
    assert.deepEqual(reply.type === 'redirect' && [reply.to, reply.notice?.id, reply.freshToken], [
      { flow: 'walk' },
      'notice.restarted',
      true,
    ]);
    assert.equal(await idOf('bob'), undefined);
    await visitor.open();
    assert.equal(signedIn(await visitor.submit({ extra: 'x' })), await idOf('ann'));
  });

  it('F3: after plans were lost, another person gets a new account; the first one is reported', async () => {
    const visitor = new ExecutorClient(scene, onePage());
    await visitor.open();
    const tab = visitor.form;
    const first = { ...account('ann'), invite_code: await codeFor() };
    await visitor.submit(first, tab);
    await scene.plans.drop(visitor.planId);
    scene.clock.advance(60_000);
    const reply = await visitor.submit({ ...account('bob'), invite_code: await codeFor() }, tab);
    assert.equal(signedIn(reply), await idOf('bob'));
    assert.notEqual(await idOf('bob'), undefined);
    await scene.plans.drop(visitor.planId);
    const again = await visitor.submit(first, tab);
    assert.equal(again.type, 'enrolled', 'that the account was made does not tell who is asking');
  });

  it('F3: a plan that was rolled back to before the write does not sign in the account it made', async () => {
    const visitor = new ExecutorClient(scene, inviteSignupFlow({ slug: 'walk', fields: ['username', 'password'] }));
    await visitor.open();
    await visitor.submit({ invite_code: await codeFor(2) });
    await visitor.open();
    const before = (await scene.plans.contents()).get(visitor.planId);
    assert.ok(before);
    await visitor.submit(account('ann'));
    const setBack = async (): Promise<void> => {
      await scene.plans.drop(visitor.planId);
      await scene.plans.create(visitor.planId, before.text, 3600, before.rev);
      scene.clock.advance(60_000);
    };
    await setBack();
    assert.equal((await visitor.submit(account('ann'))).type, 'enrolled');
    await setBack();
    const other = await visitor.submit(account('bob'));
    assert.deepEqual([signedIn(other), await idOf('bob')], [await idOf('bob'), signedIn(other)]);
  });

  describe('F1: a plan that signs in during a later request', () => {
    const named = (evidence: boolean): Flow =>
      flowOf([
        page('name'),
        act('look-up', () => ({
          type: 'completed',
          patch: { pending_user: 'ann' },
          ...(evidence ? { evidence: { type: 'stage_verified', user: 'ann' } as const } : {}),
        })),
        page('terms'),
        userLogin({ name: 'login' }),
      ]);
    const walk = async (flow: Flow): Promise<{ readonly exchanged: boolean; readonly reply: ExecutorAnswer }> => {
      const visitor = new ExecutorClient(scene, flow);
      await visitor.open();
      await visitor.submit({ name: 'ann' });
      await visitor.open();
      const exchanged = visitor.planId !== visitor.enrollmentId;
      return { exchanged, reply: await visitor.submit({ terms: 'x' }) };
    };

    it('F1: does not sign in a user known only by name', async () => {
      const { reply } = await walk(named(false));
      assert.equal(reply.type, 'enrolled', JSON.stringify(reply));
    });

    it('F1: signs in a user verified by an earlier stage, under a new plan token', async () => {
      const { exchanged, reply } = await walk(named(true));
      assert.deepEqual([exchanged, signedIn(reply)], [true, 'ann']);
    });
  });

  it('F1: a first page sent from another tab with another code is reported as completed', async () => {
    const visitor = new ExecutorClient(scene, inviteSignupFlow({ slug: 'walk', fields: ['username', 'password'] }));
    await visitor.open();
    const tab = visitor.form;
    const [one, other] = [await codeFor(), await codeFor()];
    const notices = [];
    for (const code of [one, one, other]) {
      const reply = await visitor.submit({ invite_code: code }, tab);
      notices.push(reply.type === 'redirect' && (reply.notice?.id ?? null));
    }
    assert.deepEqual(notices, [null, null, 'notice.moved_on']);
  });

  it('F28: a stage behind the account that asks again for its name creates no second one', async () => {
    for (const more of [[], ['terms']]) {
      scene = openScene();
      const stages = onePage(...more).bindings.map(({ stage }) => stage);
      const mail = act('mail', () => ({ type: 'invalid', errors: { username: [messageOf('mail.bounced')] } }));
      const visitor = new ExecutorClient(
        scene,
        flowOf([...stages.slice(0, -1), mail, ...stages.slice(-1)], { designation: 'enrollment' }),
      );
      await visitor.open();
      const first = { ...account('ann'), invite_code: await codeFor(5) };
      let reply = await visitor.submit(first);
      if (more.length > 0) {
        await visitor.open();
        reply = await visitor.submit({ terms: 'x' });
      }
      assert.deepEqual(reply.type === 'enrolled' && [reply.problem, reply.messages[0]?.id], [
        'refused',
        'mail.bounced',
      ]);
      await visitor.submit({ ...first, ...account('bob') }, { step: 'account', revision: 0 });
      assert.equal(await idOf('bob'), undefined);
    }
  });

  describe('F5: a plan token', () => {
    async function throughAccount(): Promise<{ visitor: ExecutorClient; old: string; fields: Record<string, string> }> {
      const visitor = new ExecutorClient(scene, onePage('extra'));
      await visitor.open();
      const old = visitor.planId;
      const fields = { ...account('ann'), invite_code: await codeFor() };
      await visitor.submit(fields);
      return { visitor, old, fields };
    }

    it('is exchanged when an account is written, and the old one is void at once', async () => {
      const { visitor, old } = await throughAccount();
      assert.notEqual(visitor.planId, old);
      const planter = new ExecutorClient(scene, visitor.flow, old);
      planter.hasCookie = true;
      const shown = await planter.get();
      assert.equal(shown.type === 'enrolled' && shown.freshToken, true);
      const sent = await planter.submit({ extra: 'x' }, { step: 'extra', revision: 1 });
      assert.deepEqual([signedIn(sent), sent.type === 'redirect' && sent.freshToken], [null, true]);
      await visitor.open();
      assert.equal(signedIn(await visitor.submit({ extra: 'x' })), await idOf('ann'));
    });

    it('is exchanged alike for the second of two clicks', async () => {
      const { visitor, old, fields } = await throughAccount();
      const next = visitor.planId;
      visitor.planId = old;
      await visitor.submit(fields, { step: 'account', revision: 0 });
      assert.equal(visitor.planId, next);
      scene = openScene();
      const twice = new ExecutorClient(scene, onePage('extra'));
      await twice.open();
      const form = { ...account('ann'), invite_code: await codeFor() };
      await Promise.all([twice.submit(form, twice.form), twice.submit(form, twice.form)]);
      await twice.open();
      assert.equal(signedIn(await twice.submit({ extra: 'x' })), await idOf('ann'));
    });

    it('is exchanged for both of two clicks, whichever stores its plan first', async () => {
      await member('ann');
      const stages = [...signInFlow({ slug: 'walk' }).bindings.map(({ stage }) => stage)];
      const flow = flowOf([...stages.slice(0, -1), page('terms'), ...stages.slice(-1)]);
      const storedBySecond = deferred();
      const endedByFirst = deferred();
      // The second click stores the new plan, and then the first one ends the old one.
      const clicking = (
        steps: readonly [before: Promise<undefined> | null, after: (() => void) | null][],
      ): ExecutorClient => {
        let call = 0;
        const create: typeof scene.plans.create = async (...args) => {
          const [before, after] = steps[call] ?? [null, null];
          call += 1;
          await before;
          const answer = await scene.plans.create(...args);
          after?.();
          return answer;
        };
        return new ExecutorClient({ ...scene, context: { ...scene.context, plans: { ...scene.plans, create } } }, flow);
      };
      const first = clicking([
        [storedBySecond.promise, null],
        [null, () => endedByFirst.resolve(undefined)],
      ]);
      const second = clicking([
        [null, () => storedBySecond.resolve(undefined)],
        [endedByFirst.promise, null],
      ]);
      await first.open();
      const form = { uid_field: 'ann', password: phrase.ann };
      await Promise.all([first.submit(form, first.form), second.submit(form, first.form)]);
      assert.equal(second.planId, first.planId);
      assert.equal((await first.open()).step, 'terms');
    });

    it('is exchanged at a mid-flow sign-in, so that the second click is signed in too', async () => {
      const visitor = new ExecutorClient(scene, flowOf([page('one'), login('login'), page('two')]));
      await visitor.open();
      const [old, form] = [visitor.planId, visitor.form];
      assert.equal(signedIn(await visitor.submit({ one: 'a' }, form)), 'ann');
      assert.notEqual(visitor.planId, old);
      visitor.planId = old;
      assert.equal(signedIn(await visitor.submit({ one: 'a' }, form)), 'ann');
      visitor.planId = old;
      assert.equal(signedIn(await visitor.submit({ one: 'b' }, form)), null);
    });

    it('is not exchanged for an old one with other fields', async () => {
      const { visitor, old, fields } = await throughAccount();
      visitor.planId = old;
      const reply = await visitor.submit({ ...fields, ...account('bob') }, { step: 'account', revision: 0 });
      assert.deepEqual([visitor.planId, reply.type === 'redirect' && reply.freshToken], [old, true]);
    });

    it('is exchanged when a password or an identity enters the plan', async () => {
      const flow = flowOf([
        page('zero'),
        promptStage({ name: 'secret', prompts: [password({ key: 'password', label: 'Password' })] }),
        page('last'),
        act('use', () => ({ type: 'completed' })),
      ]);
      const visitor = new ExecutorClient(scene, flow);
      await visitor.open();
      await visitor.submit({ zero: 'x' });
      const old = visitor.planId;
      await visitor.open();
      await visitor.submit({ password: phrase.ann });
      assert.notEqual(visitor.planId, old);
      const before = visitor.planId;
      await visitor.returnWith({ is_sso: true, source: 'acme', pending_user: 'ann' });
      assert.notEqual(visitor.planId, before);
      const repeated = visitor.planId;
      visitor.planId = before;
      await visitor.returnWith({ is_sso: true, source: 'acme', pending_user: 'ann' });
      assert.equal(visitor.planId, repeated, 'the same answer once more comes to the same plan');
      visitor.planId = before;
      await visitor.returnWith({ is_sso: true, source: 'acme', pending_user: 'bob' });
      assert.equal(visitor.planId, before);
    });

    it('is kept when nothing more is known about the person', async () => {
      const visitor = new ExecutorClient(scene, flowOf([page('one'), page('two'), login('login')]));
      await visitor.open();
      const { planId } = visitor;
      await visitor.submit({ one: 'a' });
      await visitor.open();
      await visitor.submit({ two: 'b' });
      assert.equal(visitor.planId, planId);
    });
  });

  describe('F28: once the account is written', () => {
    const ended = async (after: Parameters<typeof flowOf>[0]): Promise<ExecutorAnswer> => {
      const flow = defineFlow({
        slug: 'walk',
        title: 'Walk',
        designation: 'enrollment',
        stages: [page('username'), userWrite({ name: 'write' }), ...after, userLogin({ name: 'login' })],
      });
      const accounts = scene.context.services.accounts;
      const open = { ...accounts, enroll: async () => ({ type: 'written', userId: 'ann' }) as const };
      const context = { ...scene.context, services: { ...scene.context.services, accounts: open } };
      const visitor = new ExecutorClient({ ...scene, context }, flow);
      await visitor.open();
      return visitor.submit({ username: 'ann' });
    };
    const failing = definePolicy({
      name: 'failing',
      check: () => {
        throw new Error('not today');
      },
    });

    it('a policy that throws is reported with its reference, and not as a reason to start over', async () => {
      const reply = await ended([{ stage: act('mail'), policies: [failing] }]);
      assert.deepEqual(reply.type === 'enrolled' && [reply.problem, reply.reference?.length], ['refused', 8]);
    });

    it('a stage that denies is reported with its message', async () => {
      const reply = await ended([act('no', () => ({ type: 'denied', message: messageOf('not.here') }))]);
      assert.deepEqual(reply.type === 'enrolled' && [reply.problem, reply.messages], ['refused', [{ id: 'not.here' }]]);
    });

    it('a later page that wants a restart does not start another account', async () => {
      const never = definePolicy({ name: 'never', fields: ['terms'], check: () => messageOf('never') });
      const terms = { stage: page('terms', never), invalidResponseAction: 'restart' as const };
      const flow = defineFlow({
        slug: 'walk',
        title: 'Walk',
        designation: 'enrollment',
        stages: [page('username'), userWrite({ name: 'write' }), terms, userLogin({ name: 'login' })],
      });
      const { accounts } = scene.context.services;
      const open = { ...accounts, enroll: async () => ({ type: 'written', userId: 'ann' }) as const };
      const services = { ...scene.context.services, accounts: open };
      const visitor = new ExecutorClient({ ...scene, context: { ...scene.context, services } }, flow);
      await visitor.open();
      await visitor.submit({ username: 'ann' });
      const shown = await visitor.open();
      assert.deepEqual([shown.step, shown.cancellable], ['terms', false]);
      const again = await visitor.submit({ terms: 'x' });
      assert.deepEqual(again.type === 'stage' && [again.step, again.status], ['terms', 422]);
    });

    it('a stage that throws is reported and logged', async () => {
      const reply = await ended([
        act('broken', () => {
          throw new Error('broken');
        }),
      ]);
      assert.equal(reply.type === 'enrolled' && reply.problem, 'refused');
      assert.match(scene.logged.at(-1)?.text ?? '', /after it had written an account/);
    });
  });
});
