import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { message, messageOf } from '../../lib/base/message.js';
import type { Context } from '../../lib/flow/context.js';
import type { SilentStage } from '../../lib/flow/stage.js';
import type { Enrolled, Enrollment } from '../../lib/ports/accounts.js';
import { deny } from '../../lib/stages/deny.js';
import { userLogin } from '../../lib/stages/user-login.js';
import { userWrite } from '../../lib/stages/user-write.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { identityOf } from '../support/policies/recognized.js';
import { question } from '../support/prompts/question.js';
import { servicesOf, right } from '../support/stages/sign-in-services.js';

describe('user_write', () => {
  let scene: Scene;
  let context: Context;
  beforeEach(async () => {
    scene = openScene();
    const { id } = await scene.invitations.manager.create({ data: { groups: ['club'] } });
    context = { invitation: { id, version: 1 }, prompt_data: { username: 'ann' } };
  });
  const write = (prompt_data: Context['prompt_data'] = {}, stage: SilentStage = userWrite({ name: 'write' })) =>
    stage.run(question({ ...context, prompt_data }, scene));

  it('has side effects, creates accounts, and requires answers', () => {
    const stage = userWrite({ name: 'write', attributes: ['attributes.team'] });
    assert.deepEqual(
      [stage.hasSideEffects, stage.creates, stage.needs, stage.consumes.includes('attributes.team')],
      [true, true, ['prompt_data'], true],
    );
  });

  it('makes an account from the answers, under the invitation, and drops the hash', async () => {
    context = { ...context, password_hash: 'hashed' };
    const outcome = await write({ username: 'ann', email: 'ann@example.com', name: 'Ann' });
    const user = await scene.people.users.findByLogin('username', 'ann');
    assert.ok(user);
    assert.deepEqual(outcome, {
      type: 'completed',
      patch: { pending_user: user.id },
      remove: ['password_hash'],
      evidence: { type: 'account_written', user: user.id },
    });
    assert.deepEqual(
      [user.email, user.name, await scene.people.users.passwordHash(user), user.data],
      ['ann@example.com', 'Ann', 'hashed', { groups: ['club'] }],
    );
  });

  it('stores the attributes it names and drops every other answer', async () => {
    const stage = userWrite({ name: 'write', attributes: ['attributes.team', 'motto', 'phone', 'missing'] });
    await write(
      {
        username: 'ann',
        attributes: { team: 'red', is_superuser: true },
        motto: 'On!',
        phone: null,
        id: '1',
        active: false,
        groups: ['admins'],
        pending_user: 'root',
        password_hash: 'x',
        createdAt: 0,
      },
      stage,
    );
    const user = await scene.people.users.findByLogin('username', 'ann');
    assert.ok(user);
    assert.deepEqual(user.data, { attributes: { team: 'red' }, motto: 'On!', groups: ['club'] });
    assert.deepEqual([user.active, await scene.people.users.passwordHash(user)], [true, null]);
  });

  it('reads non-text as absent, and creates nothing without a name', async () => {
    for (const data of [
      {},
      { username: '' },
      { username: null },
      { username: 7 },
      { username: { $ne: '' } },
      { email: ['ann@example.com'] },
      { name: 'Ann' },
    ] as const) {
      assert.deepEqual(await write(data), { type: 'denied', message: message('stage.user_write.nothing') });
    }
  });

  it('never changes an existing account: it asks for another name', async () => {
    const ann = await scene.people.users.create(sampleAccount({ username: 'ann' }), sampleRedemption());
    assert.deepEqual(await write({ username: 'ann', name: 'Mallory' }), {
      type: 'invalid',
      errors: { username: [message('prompt.username.taken')] },
    });
    assert.deepEqual(await scene.people.users.findById(ann.id), ann);
  });

  it('makes no second account when repeated, and reports whether the login names are the same', async () => {
    const outcomes = [
      await write({ username: 'ann' }),
      await write({ username: 'ann' }),
      await write({ username: 'bob' }),
    ];
    const user = (await scene.people.users.findByLogin('username', 'ann'))?.id;
    const before = (sameDetails: boolean) => ({
      type: 'written_before',
      user,
      sameDetails,
      recently: true,
      isOtherForm: false,
    });
    assert.equal(outcomes[0]?.type, 'completed');
    assert.deepEqual(outcomes.slice(1), [before(true), before(false)]);
    assert.equal(await scene.people.users.findByLogin('username', 'bob'), null);
  });

  it('notes its form before it writes', async () => {
    const order: string[] = [];
    const { services } = scene.context;
    const ephemeralStore = {
      ...services.ephemeralStore,
      setIfAbsent: async (...given: Parameters<typeof services.ephemeralStore.setIfAbsent>) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push('noted');
        return services.ephemeralStore.setIfAbsent(...given);
      },
    };
    const accounts = {
      ...services.accounts,
      enroll: (enrollment: Enrollment) => (order.push('written'), services.accounts.enroll(enrollment)),
    };
    const at = {
      ...question({ ...context, prompt_data: { username: 'noted' } }, scene),
      services: { ...services, accounts, ephemeralStore },
    };
    assert.equal((await userWrite({ name: 'write' }).run(at)).type, 'completed');
    assert.deepEqual(order, ['noted', 'written']);
  });

  it('passes on a refusal with its reference', async () => {
    const refusal: Enrolled = { type: 'denied', message: messageOf('no'), reference: 'REF23456' };
    const asked: Enrollment[] = [];
    const accounts = {
      ...scene.context.services.accounts,
      enroll: async (enrollment: Enrollment) => {
        asked.push(enrollment);
        return refusal;
      },
    };
    const at = {
      ...question({ prompt_data: { email: 'ann@example.com' } }, scene),
      services: { ...scene.context.services, accounts },
    };
    assert.deepEqual(await userWrite({ name: 'write' }).run(at), refusal);
    assert.deepEqual(asked, [
      {
        enrollmentId: 'plan-1',
        flow: 'walk',
        invitation: null,
        identity: null,
        tenant: undefined,
        address: '192.0.2.1',
        account: { username: null, email: 'ann@example.com', name: null, passwordHash: null, data: {} },
      },
    ]);
    const identity = identityOf('ann@example.com');
    await userWrite({ name: 'write' }).run({ ...at, context: { ...at.context, identity } });
    assert.deepEqual([asked[1]?.identity, asked[1]?.account], [identity, asked[0]?.account]);
  });
});

describe('user_login', () => {
  it('requests a sign-in of the pending user, and changes nothing itself', async () => {
    assert.deepEqual(await userLogin({ name: 'login', rememberSeconds: 60 }).run(question({ pending_user: 'u1' })), {
      type: 'completed',
      effect: { signIn: 'u1', rememberSeconds: 60 },
    });
    assert.deepEqual(await userLogin({ name: 'login' }).run(question({ pending_user: 'u1' })), {
      type: 'completed',
      effect: { signIn: 'u1', rememberSeconds: null },
    });
    assert.equal(userLogin({ name: 'login' }).hasSideEffects, true);
  });

  it('remembers the client of the user, once there is one', async () => {
    const nobody = servicesOf(right);
    await userLogin({ name: 'login' }).run(nobody.at);
    assert.deepEqual(nobody.welcomed, []);
    const manager = servicesOf(right, { pending_user: 'u1' });
    await userLogin({ name: 'login' }).run(manager.at);
    assert.deepEqual(manager.welcomed, [['u1', '192.0.2.1']]);
  });

  it('signs no one in without a pending user, even if a user is signed in now', async () => {
    const at = question();
    assert.deepEqual(await userLogin({ name: 'login' }).run({ ...at, facts: { ...at.facts, user: 'ann' } }), {
      type: 'denied',
      message: message('stage.user_login.no_account'),
    });
  });
});

describe('deny', () => {
  it('denies with its own message, or with a given one', async () => {
    assert.deepEqual(await deny({ name: 'no' }).run(question()), {
      type: 'denied',
      message: message('stage.deny.denied'),
    });
    assert.deepEqual(await deny({ name: 'no', message: 'Members only.' }).run(question()), {
      type: 'denied',
      message: message('literal', { text: 'Members only.' }),
    });
    assert.equal(deny({ name: 'no' }).hasSideEffects, false);
  });
});
