import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import express5, { type RequestHandler } from 'express';
import { after, before, describe, it } from 'mocha';
import supertest from 'supertest';
import type { Secret } from '../../../lib/base/secret.js';
import {
  createEnrollment,
  definePolicy,
  message,
  passwordsMatch,
  sessionLogin,
  type Enrollment,
} from '../../../lib/index.js';
import {
  celPolicy,
  conditionalPolicy,
  dummyPolicy,
  inGroup,
  inviteCode,
  passwordPolicy,
  recentlyAuthenticated,
  reputation,
} from '../../../lib/policies.js';
import { memoryUsers, type MemoryUser } from '../../../lib/stores/memory/user-store.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { fakeClock } from '../../../lib/testing/index.js';
import { emitted } from '../../support/guards/guard-app.js';

const express4 = createRequire(import.meta.url)('express4') as typeof express5;

const { users } = memoryUsers();
const logged: string[] = [];
let enrollment: Enrollment<MemoryUser>;
let person: MemoryUser;

before(async () => {
  person = await users.create(sampleAccount(), sampleRedemption());
  const note = (fields: object, text: string): void => void logged.push(`${text} ${JSON.stringify(fields)}`);
  enrollment = createEnrollment<MemoryUser>({
    baseUrl: 'http://localhost/join',
    users: { ...users, toProfile: (user) => ({ ...users.toProfile(user), groups: ['staff'] }) },
    logger: { info: note, warn: note, error: note },
    login: {
      current: async (req) => (req.headers['x-user'] === undefined ? null : person),
      signIn: async () => undefined,
    },
  });
});
after(() => enrollment.close());

const handler: RequestHandler = (_req, res) => void res.json({ done: true, said: res.locals['policyMessages'] ?? [] });

function appWith(guard: RequestHandler, version: 4 | 5 = 5): ReturnType<typeof express5> {
  const express = version === 5 ? express5 : express4;
  const app = express();
  app.use(express.urlencoded({ extended: false }), express.json());
  app.all('/profile', guard, handler);
  app.use(emitted);
  return app;
}

const post = (guard: RequestHandler, body: object, version: 4 | 5 = 5): supertest.Test =>
  supertest(appWith(guard, version)).post('/profile').send(body);

for (const version of [4, 5] as const)
  describe(`enrollment.policy() on Express ${String(version)}`, () => {
    it('lets a request through where the policy passes, as form and as JSON', async () => {
      const guard = enrollment.policy(passwordsMatch());
      const body = { password: 'velvet', password_repeat: 'velvet' };
      await post(guard, body, version).expect(200, { done: true, said: [] });
      await supertest(appWith(guard, version)).post('/profile').type('form').send(body).expect(200);
    });

    it('refuses with the messages beside their fields', async () => {
      const guard = enrollment.policy(passwordsMatch());
      const { status, body } = await post(guard, { password: 'velvet', password_repeat: 'tram' }, version);
      assert.equal(status, 422);
      assert.equal(body.by, 'next');
      assert.equal(body.code, 'ERR_ENROLLMENT_POLICY_REFUSED');
      assert.equal(body.reason, 'policy.passwords_match.differ');
      assert.equal(body.expose, true);
      assert.deepEqual(body.fields, { password: body.message });
    });

    it('lets the app answer refusals itself', async () => {
      const guard = enrollment.policy(dummyPolicy(), {
        onRefused: (_req, res, refusal) => res.status(refusal.status).send(refusal.code),
      });
      const answer = await post(guard, {}, version).expect(403);
      assert.equal(answer.text, 'ERR_ENROLLMENT_POLICY_DENIED');
    });
  });

describe('the facts of enrollment.policy()', () => {
  it('are the declared fields, nested, and nothing else of the body', async () => {
    const seen: unknown[] = [];
    const look = definePolicy({
      name: 'look',
      fields: ['attributes.team', 'age'],
      check: ({ answers, context, facts }) => {
        seen.push({ answers: { ...answers }, data: context.prompt_data, act: facts.act });
        return true;
      },
    });
    const guard = enrollment.policy(look, { listFields: ['tags'] });
    await post(guard, { attributes: { team: 'red', other: 1 }, age: 41, tags: ['a'], is_admin: true }).expect(200);
    const flat = 'attributes.team=blue&age=41&is_admin=1&__proto__=x';
    await supertest(appWith(guard)).post('/profile').type('form').send(flat).expect(200);
    await supertest(appWith(guard)).get('/profile?age=41').expect(200);
    assert.deepEqual(seen, [
      {
        answers: { 'attributes.team': 'red', age: 41, tags: ['a'] },
        data: { attributes: { team: 'red' }, age: 41, tags: ['a'] },
        act: true,
      },
      {
        answers: { 'attributes.team': 'blue', age: '41' },
        data: { attributes: { team: 'blue' }, age: '41' },
        act: true,
      },
      { answers: {}, data: {}, act: false },
    ]);
  });

  it('are one value each, or lists where that is said, in forms and in JSON', async () => {
    const seen: unknown[] = [];
    const notAdmin = definePolicy({
      name: 'not-admin',
      fields: ['role', 'attributes.team'],
      check: ({ answers }) => (seen.push(answers['tags']), answers['role'] !== 'admin'),
    });
    const cel = celPolicy('!has(prompt_data.role) || prompt_data.role != "admin"', { fields: ['role'] });
    for (const policy of [notAdmin, cel]) {
      const guard = enrollment.policy(policy, { fields: ['attributes.team'], listFields: ['tags'] });
      const app = express5();
      app.use(express5.urlencoded({ extended: true }), express5.json());
      app.post('/profile', guard, handler);
      app.use(emitted);
      const form = (body: string): supertest.Test => supertest(app).post('/profile').type('form').send(body);
      const json = (body: object): supertest.Test => supertest(app).post('/profile').send(body);
      for (const request of [
        form('role=user&role=admin'),
        form('role[]=admin'),
        form('role[0]=admin'),
        form('role[a]=admin'),
        form('attributes.team=red&attributes[team]=admin'),
        form('tags[a]=admin'),
        json({ role: ['admin'] }),
        json({ role: { is: 'admin' } }),
        json({ 'attributes.team': 'red', attributes: { team: 'admin' } }),
        json({ tags: [['admin']] }),
        json({ tags: { length: 1 } }),
      ]) {
        const { body } = await request.expect(400);
        assert.equal(body.code, 'ERR_ENROLLMENT_BODY');
      }
      await form('role=admin').expect(403);
      await form('role=user&tags=a&attributes[team]=red').expect(200);
      await json({ role: 'user', tags: ['a', 7, null], other: { role: ['admin'] } }).expect(200);
    }
    assert.deepEqual(seen.slice(-2), [['a'], ['a', 7, null]]);
  });

  it('keep passwords and codes out of prompt_data and logs', async () => {
    const leak = definePolicy({
      name: 'leak',
      fields: ['password'],
      check: ({ answers, context }) => {
        assert.deepEqual(context.prompt_data, {});
        throw new Error(`got ${String(answers['password'])}`);
      },
    });
    const { body } = await post(enrollment.policy(leak), { password: 'velvet tram over it' }).expect(422);
    assert.equal(body.reason, 'policy.failed');
    assert.ok(logged.some((line) => line.includes('leak')));
    assert.ok(!logged.some((line) => line.includes('velvet tram over it')));
  });

  it('know the signed-in user', async () => {
    const app = appWith(enrollment.policy(inGroup('staff')));
    await supertest(app).get('/profile').expect(403);
    await supertest(app).get('/profile').set('x-user', '1').expect(200);
    const cel = appWith(enrollment.policy(celPolicy('user.authenticated && "staff" in user.groups')));
    await supertest(cel).get('/profile').set('x-user', '1').expect(200);
    await supertest(cel).get('/profile').expect(403);
  });

  it('know what the client says that it is', async () => {
    const condition = {
      type: 'compare',
      variable: 'request.user_agent',
      operator: 'starts_with',
      value: 'Mozilla',
    } as const;
    const browsers = conditionalPolicy({ version: 2, actions: [{ type: 'condition', condition }] });
    const app = appWith(enrollment.policy(browsers));
    await supertest(app).get('/profile').set('user-agent', 'Mozilla/5.0').expect(200);
    await supertest(app).get('/profile').set('user-agent', 'robot').expect(403);
    await supertest(app).get('/profile').set('user-agent', '').expect(403);
    assert.equal((await enrollment.tryPolicy(browsers, { userAgent: 'Mozilla/5.0' })).pass, true);
    assert.equal((await enrollment.tryPolicy(browsers)).pass, false);
  });

  it('know when the signed-in user has authenticated', async () => {
    const clock = fakeClock();
    const own = createEnrollment<MemoryUser>({
      ...{ baseUrl: 'http://localhost', users, login: sessionLogin(), clock },
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    const app = express5().use(own.session());
    app.post('/in', async (req, res) => {
      await own.signIn(req, res, person);
      res.end();
    });
    app.get('/payout', own.policy(recentlyAuthenticated()), handler);
    app.use(emitted);
    try {
      const visitor = supertest.agent(app);
      await visitor.get('/payout').expect(403);
      await visitor.post('/in').expect(200);
      await visitor.get('/payout').expect(200);
      clock.advance(601_000);
      await visitor.get('/payout').expect(403);
    } finally {
      await own.close();
    }
  });
});

describe('several policies of enrollment.policy()', () => {
  const [yes, no] = [dummyPolicy({ result: true }), dummyPolicy()];

  it('are joined by their mode, with the settings of bindings', async () => {
    await post(enrollment.policy([yes, no], { mode: 'any' }), {}).expect(200);
    await post(enrollment.policy([yes, no], { mode: 'all' }), {}).expect(403);
    await post(enrollment.policy([yes, { policy: no, negate: true }], { mode: 'all' }), {}).expect(200);
    await post(enrollment.policy([yes, { policy: no, enabled: false }], { mode: 'all' }), {}).expect(200);
  });

  it('all say what is wrong, and passing ones too', async () => {
    const saying = (text: string, pass: boolean) =>
      definePolicy({ name: text, check: () => ({ pass, messages: [message('literal', { text })] }) });
    const passed = await post(enrollment.policy([saying('Welcome.', true), yes], { mode: 'all' }), {}).expect(200);
    assert.deepEqual(passed.body.said, ['Welcome.']);
    const { body } = await post(enrollment.policy([saying('One.', false), saying('Two.', false)], { mode: 'all' }), {});
    assert.equal(body.message, 'One. Two.');
  });

  it('fail closed where one gives no verdict, unless its binding says otherwise', async () => {
    const throwing = definePolicy({ name: 'throwing', check: () => Promise.reject(new Error('inner detail')) });
    const late = dummyPolicy({ result: true, waitSeconds: 60 });
    const wrong = definePolicy({ name: 'wrong', check: () => undefined as unknown as boolean });
    for (const policy of [throwing, wrong]) {
      const { body } = await post(enrollment.policy(policy), {}).expect(403);
      assert.equal(body.reason, 'policy.failed');
      assert.ok(body.reference.length > 0);
      assert.ok(!JSON.stringify(body).includes('inner detail'));
      await post(enrollment.policy({ policy, negate: true }), {}).expect(403);
      await post(enrollment.policy({ policy, failureResult: true }), {}).expect(200);
    }
    await post(enrollment.policy({ policy: late, timeoutSeconds: 0.02 }), {}).expect(403);
  });
});

describe('a request to enrollment.policy()', () => {
  it('of another site is refused, unless that is switched off', async () => {
    const from = (guard: RequestHandler): supertest.Test => post(guard, {}).set('Sec-Fetch-Site', 'cross-site');
    const pass = dummyPolicy({ result: true });
    const { body } = await from(enrollment.policy(pass)).expect(403);
    assert.equal(body.code, 'ERR_ENROLLMENT_FOREIGN_ORIGIN');
    await from(enrollment.policy(pass, { checkOrigin: false })).expect(200);
    await supertest(appWith(enrollment.policy(pass)))
      .get('/profile')
      .set('Sec-Fetch-Site', 'cross-site')
      .expect(200);
  });

  it('without a parsed body is a developer’s mistake', async () => {
    const app = express5();
    app.post('/profile', enrollment.policy(passwordsMatch()), handler);
    app.use(emitted);
    const { body } = await supertest(app).post('/profile').send({ password: 'a' }).expect(500);
    assert.equal(body.code, 'ERR_ENROLLMENT_BODY_MISSING');
    assert.match(body.message, /policy\(\) found no req\.body/);
  });

  it('may be redirected, or told to wait', async () => {
    const redirecting = definePolicy({
      name: 'redirecting',
      check: () => ({ pass: true, actions: [{ redirect: { path: '/terms' } }] }),
    });
    await post(enrollment.policy(redirecting), {}).expect(303).expect('location', '/terms');
    const waiting = definePolicy({ name: 'waiting', check: () => ({ pass: false, retryAfterSeconds: 7 }) });
    const { body } = await post(enrollment.policy(waiting), {}).expect(429).expect('retry-after', '7');
    assert.equal(body.code, 'ERR_ENROLLMENT_POLICY_THROTTLED');
  });

  it('passes errors of the app’s handler on unchanged', async () => {
    const app = express5();
    app.get('/profile', enrollment.policy(dummyPolicy({ result: true })), () => {
      throw Object.assign(new Error('the app’s own'), { status: 418 });
    });
    app.use(emitted);
    await supertest(app).get('/profile').expect(418);
  });
});

describe('the settings of enrollment.policy()', () => {
  it('are checked when the route is mounted', () => {
    const wrong: readonly (readonly [() => unknown, RegExp])[] = [
      [() => enrollment.policy([]), /no policy/],
      [() => enrollment.policy([dummyPolicy(), dummyPolicy()]), /need mode/],
      [() => enrollment.policy(passwordsMatch as never), /is a function: call it/],
      [() => enrollment.policy(inviteCode()), /use requireInvite/],
      [() => enrollment.policy(dummyPolicy(), { field: 'a' } as object), /did you mean "fields"/],
      [() => enrollment.policy({ policy: dummyPolicy(), timeoutSeconds: 0 }), /timeoutSeconds/],
    ];
    for (const [mount, mistake] of wrong) assert.throws(mount, mistake);
  });
});

describe('enrollment.tryPolicy()', () => {
  it('reports verdict, messages, what it would set and how long it took', async () => {
    const policy = definePolicy({
      name: 'setting',
      writes: ['redirect'],
      check: ({ context, facts }) => ({
        pass: context.is_sso === true && facts.user === '7',
        messages: [message('literal', { text: 'Hello.' })],
        patch: { redirect: { path: '/a' } },
      }),
    });
    const { milliseconds, ...report } = await enrollment.tryPolicy(policy, { user: '7', context: { is_sso: true } });
    assert.ok(milliseconds >= 0);
    assert.deepEqual(report, {
      policy: 'setting',
      pass: true,
      messages: [{ id: 'literal', text: 'Hello.' }],
      sets: ['redirect'],
      actions: [],
      retryAfterSeconds: null,
      error: null,
    });
    assert.equal((await enrollment.tryPolicy(policy)).pass, false);
  });

  it('words messages in a language, and looks the person up', async () => {
    const answers = { password: 'a'.repeat(15) };
    const { messages } = await enrollment.tryPolicy(passwordPolicy(), { answers });
    assert.deepEqual(
      messages.map(({ id }) => id),
      ['prompt.password.simple'],
    );
    assert.equal((await enrollment.tryPolicy(inGroup('staff'), { user: person.id })).pass, true);
    assert.equal((await enrollment.tryPolicy(reputation())).pass, false);
  });

  it('reports errors, without secrets and without a line in the log', async () => {
    const lines = logged.length;
    const policy = definePolicy({
      name: 'broken',
      check: ({ answers }) => {
        throw new Error(`cannot use ${(answers['password'] as Secret).reveal()}`);
      },
    });
    const report = await enrollment.tryPolicy(policy, { answers: { password: 'velvet tram' } });
    assert.deepEqual([report.pass, report.error], [false, 'cannot use •••']);
    assert.equal(logged.length, lines);
  });

  it('names policies that it does not know', async () => {
    await assert.rejects(async () => enrollment.tryPolicy('passwords-match'), /no flow has a policy 'passwords-match'/);
  });
});
