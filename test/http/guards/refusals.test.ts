import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { isEnrollmentError, isInviteRefused } from '../../../lib/index.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { Caller, openGuardApp, said, type GuardApp } from '../../support/guards/guard-app.js';

for (const express of [5, 4] as const) {
  for (const way of ['next', 'onRefused'] as const) {
    describe(`a guard's refusals by ${way}, on Express ${express}`, () => {
      let guardApp: GuardApp;
      before(async () => {
        guardApp = await openGuardApp({
          express,
          clientKey: (req) => String(req.headers['x-client'] ?? 'somebody'),
          guard:
            way === 'next'
              ? {}
              : {
                  onRefused: (_req, res, { status, code, reference, reason, fields, retryAfterSeconds, message }) =>
                    res
                      .status(status)
                      .json({ by: 'onRefused', code, reference, reason, fields, retryAfterSeconds, message }),
                },
        });
      });
      after(() => guardApp.close());

      async function refused(
        code: string,
        reason: string,
        email = 'ann@example.com',
      ): Promise<Record<string, unknown>> {
        const before = guardApp.entered;
        const answer = await new Caller(guardApp).send(code, email);
        assert.equal(answer.status, 422, answer.text);
        assert.equal(guardApp.entered, before, 'the handler ran');
        const body = said(answer);
        assert.deepEqual([body['by'], body['reason'], body['code']], [way, reason, 'ERR_ENROLLMENT_INVITE_REFUSED']);
        assert.deepEqual(body['fields'], { invite_code: body['message'] });
        return body;
      }

      it('nothing typed, a typo, an unknown code', async () => {
        assert.match(String((await refused('', 'guard.required'))['message']), /Enter your invitation code/);
        await refused('   ', 'guard.required');
        const code = await guardApp.invite();
        const slip = await refused(code.slice(0, -1) + (code.endsWith('7') ? '8' : '7'), 'invitation.typo');
        assert.equal(slip['reference'], '');
        const unknown = await refused('WRONG-WORD', 'invitation.unknown');
        assert.match(String(unknown['reference']), /^[0-9A-Z]{8}$/);
        await guardApp.enrollment.invitations.explain('');
        assert.equal((await guardApp.enrollment.invitations.explain(String(unknown['reference'])))?.cause, 'unknown');
      });

      it('expired, revoked, used up, for another address', async () => {
        const soon = await guardApp.enrollment.invitations.create({ expires: new Date(guardApp.clock.now() + 60_000) });
        guardApp.clock.advance(60_000);
        await refused(soon.code, 'invitation.expired');

        const revoked = await guardApp.enrollment.invitations.create();
        await guardApp.enrollment.invitations.revoke(revoked.id);
        const body = await refused(revoked.code, 'invitation.unknown');
        assert.equal((await guardApp.enrollment.invitations.explain(String(body['reference'])))?.cause, 'revoked');

        const once = await guardApp.invite();
        assert.equal((await new Caller(guardApp).send(once, `first-${way}-${express}@example.com`)).status, 201);
        await refused(once, 'invitation.used_up', 'second@example.com');

        await refused(await guardApp.invite({ email: 'bob@example.com' }), 'invitation.unknown');
      });

      it('too many wrong codes from one address, and of one attempt from any address', async () => {
        const guess = (caller: Caller, client: string, code = 'WRONG-WORD') =>
          caller.client.post('/signup', { invite_code: code, email: 'eve@example.com' }, { 'x-client': client });
        for (let times = 0; times < 10; times += 1)
          assert.equal((await guess(new Caller(guardApp), 'one')).status, 422);
        const over = await guess(new Caller(guardApp), 'one', await guardApp.invite());
        assert.equal(over.status, 429, over.text);
        assert.deepEqual(
          [said(over)['by'], said(over)['code'], said(over)['reason']],
          [way, 'ERR_ENROLLMENT_INVITE_THROTTLED', 'invitation.throttled'],
        );
        assert.equal(over.headers['retry-after'], String(said(over)['retryAfterSeconds']));
        assert.ok(Number(over.headers['retry-after']) > 0);

        const caller = new Caller(guardApp);
        await caller.open();
        for (let times = 0; times < 20; times += 1)
          assert.equal((await guess(caller, `hop-${times}`, `WRONG-WORD-${times}`)).status, 422);
        assert.equal((await guess(caller, 'hop-20', 'WRONG-WORD-20')).status, 429);
        assert.equal((await guess(new Caller(guardApp), 'hop-21')).status, 422);
      });
    });
  }
}

describe('how a guard uses its surroundings', () => {
  it('the app can override texts, by id and by field name', async () => {
    const guardApp = await openGuardApp({
      guard: { field: 'code' },
      messages: { 'guard.required': 'A code, please.', 'invitation.unknown': 'Never heard of it.' },
      refusals: 'uniform',
    });
    try {
      const ask = async (code: string): Promise<unknown> =>
        said(await new Caller(guardApp).client.post('/signup', { code }))['fields'];
      assert.deepEqual(await ask(''), { code: 'A code, please.' });
      assert.deepEqual(await ask('WRONG-WORD'), { code: 'Never heard of it.' });
      const { code, id } = await guardApp.enrollment.invitations.create();
      await guardApp.enrollment.invitations.revoke(id);
      assert.deepEqual(await ask(code), { code: 'Never heard of it.' });
    } finally {
      await guardApp.close();
    }
  });

  it('a refusal is recognized by its brand, not by its class', async () => {
    let seen: unknown;
    const guardApp = await openGuardApp({
      guard: { onRefused: (_req, res, refusal) => ((seen = refusal), res.sendStatus(422)) },
    });
    try {
      assert.equal((await new Caller(guardApp).send('WRONG-WORD', 'ann@example.com')).status, 422);
      assert.ok(isInviteRefused(seen) && isEnrollmentError(seen) && seen instanceof Error && seen.expose);
      const fromAnotherCopy = { [Symbol.for('express-enrollment.invite-refused')]: true };
      assert.ok(isInviteRefused(fromAnotherCopy));
      assert.ok(!isInviteRefused(new Error('other')) && !isInviteRefused(null) && !isInviteRefused(undefined));
    } finally {
      await guardApp.close();
    }
  });

  it('what onRefused throws goes to next, and so does a refusal after the response began', async () => {
    const guardApp = await openGuardApp({
      guard: { onRefused: () => Promise.reject(new Error('the view is broken')) },
    });
    try {
      const answer = await new Caller(guardApp).send('WRONG-WORD', 'ann@example.com');
      assert.deepEqual([answer.status, said(answer)['message']], [500, 'the view is broken']);
    } finally {
      await guardApp.close();
    }
  });

  for (const [title, guard, issue] of [
    ['an empty field name', { field: '' }, /"field"/],
    ['a field that reaches a prototype', { field: '__proto__' }, /"field"/],
    ['a hook that is none', { idOf: 'id' as never }, /"idOf" must be a function/],
    ['a name that no setting has', { feild: 'code', onRefuse: () => undefined } as never, /"feild".*\n.*"onRefuse"/],
  ] as const) {
    it(`settings are validated at once: ${title}`, async () => {
      await assert.rejects(openGuardApp({ guard }), (error: unknown) => {
        return isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_CONFIG' && issue.test(error.message);
      });
    });
  }

  it('so are settings that are not objects, and those of prefillInvite', async () => {
    const guardApp = await openGuardApp();
    try {
      const { enrollment } = guardApp;
      for (const [make, issue] of [
        [() => enrollment.requireInvite(undefined as never, () => undefined), /settings must be an object/],
        [() => enrollment.requireInvite((() => undefined) as never, undefined as never), /settings must be an object/],
        [() => enrollment.prefillInvite({ fields: 'code' } as never), /prefillInvite: "fields" is not a setting/],
        [() => enrollment.prefillInvite(null as never), /prefillInvite: the settings must be an object/],
      ] as const)
        assert.throws(make, (error: unknown) => {
          return isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_CONFIG' && issue.test(error.message);
        });
    } finally {
      await guardApp.close();
    }
  });

  it('a handler that rejects with nothing is still an error', async () => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what careless code does
    const guardApp = await openGuardApp({ handler: () => () => Promise.reject() });
    try {
      const answer = await new Caller(guardApp).send(await guardApp.invite(), 'ann@example.com');
      assert.deepEqual([answer.status, said(answer)['message']], [500, 'a signup handler failed without a reason']);
    } finally {
      await guardApp.close();
    }
  });
});

describe('a guard whose Redis is down', () => {
  let redis: TestRedis;
  let guardApp: GuardApp;
  before(async () => {
    redis = await startRedis({ persistence: true });
    guardApp = await openGuardApp({ redis: redis.url });
    await guardApp.enrollment.ready();
  });
  after(async () => {
    redis.thaw();
    await guardApp.close();
    await redis.stop();
  });

  it('responds 503 with Retry-After before the handler runs, and the same form passes later', async () => {
    const code = await guardApp.invite();
    const caller = new Caller(guardApp);
    await caller.open();
    redis.freeze();
    const answer = await caller.send(code, 'ann@example.com');
    redis.thaw();
    assert.equal(answer.status, 503, answer.text);
    assert.equal(guardApp.entered, 0);
    assert.deepEqual(
      [said(answer)['code'], said(answer)['reason'], answer.headers['retry-after'], said(answer)['expose']],
      ['ERR_ENROLLMENT_INVITE_AWAY', 'guard.away', '5', true],
    );
    assert.match(String((said(answer)['fields'] as Record<string, string>)['invite_code']), /isn’t used up/);
    assert.equal((await caller.send(code, 'ann@example.com')).status, 201);
  });
});
