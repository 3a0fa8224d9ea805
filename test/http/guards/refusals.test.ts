import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { isEnrollmentError, isInviteRefused } from '../../../lib/index.js';
import { startRedis, type TestRedis } from '../../services/redis-server.js';
import { Caller, openHouse, said, type House } from './house.js';

for (const express of [5, 4] as const) {
  for (const way of ['next', 'onRefused'] as const) {
    describe(`a guard's refusals by ${way}, on Express ${express}`, () => {
      let house: House;
      before(async () => {
        house = await openHouse({
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
      after(() => house.close());

      async function refused(
        code: string,
        reason: string,
        email = 'ann@example.com',
      ): Promise<Record<string, unknown>> {
        const before = house.entered;
        const answer = await new Caller(house).send(code, email);
        assert.equal(answer.status, 422, answer.text);
        assert.equal(house.entered, before, 'the handler ran');
        const body = said(answer);
        assert.deepEqual([body['by'], body['reason'], body['code']], [way, reason, 'ERR_ENROLLMENT_INVITE_REFUSED']);
        assert.deepEqual(body['fields'], { invite_code: body['message'] });
        return body;
      }

      it('nothing typed, a slip, an unknown code', async () => {
        assert.match(String((await refused('', 'guard.required'))['message']), /Enter your invitation code/);
        await refused('   ', 'guard.required');
        const code = await house.invite();
        const slip = await refused(code.slice(0, -1) + (code.endsWith('7') ? '8' : '7'), 'invitation.typo');
        assert.equal(slip['reference'], '');
        const unknown = await refused('WRONG-WORD', 'invitation.unknown');
        assert.match(String(unknown['reference']), /^[0-9A-Z]{8}$/);
        await house.enrollment.invitations.explain('');
        assert.equal((await house.enrollment.invitations.explain(String(unknown['reference'])))?.cause, 'unknown');
      });

      it('expired, revoked, used up, for another address', async () => {
        const soon = await house.enrollment.invitations.create({ expires: new Date(house.clock.now() + 60_000) });
        house.clock.advance(60_000);
        await refused(soon.code, 'invitation.expired');

        const revoked = await house.enrollment.invitations.create();
        await house.enrollment.invitations.revoke(revoked.id);
        const body = await refused(revoked.code, 'invitation.unknown');
        assert.equal((await house.enrollment.invitations.explain(String(body['reference'])))?.cause, 'revoked');

        const once = await house.invite();
        assert.equal((await new Caller(house).send(once, `first-${way}-${express}@example.com`)).status, 201);
        await refused(once, 'invitation.used_up', 'second@example.com');

        await refused(await house.invite({ email: 'bob@example.com' }), 'invitation.unknown');
      });

      it('too many wrong codes of one address, and of one attempt whatever the address', async () => {
        const guess = (caller: Caller, client: string, code = 'WRONG-WORD') =>
          caller.client.post('/signup', { invite_code: code, email: 'eve@example.com' }, { 'x-client': client });
        for (let times = 0; times < 10; times += 1) assert.equal((await guess(new Caller(house), 'one')).status, 422);
        const over = await guess(new Caller(house), 'one', await house.invite());
        assert.equal(over.status, 429, over.text);
        assert.deepEqual(
          [said(over)['by'], said(over)['code'], said(over)['reason']],
          [way, 'ERR_ENROLLMENT_INVITE_THROTTLED', 'invitation.throttled'],
        );
        assert.equal(over.headers['retry-after'], String(said(over)['retryAfterSeconds']));
        assert.ok(Number(over.headers['retry-after']) > 0);

        const caller = new Caller(house);
        await caller.open();
        for (let times = 0; times < 20; times += 1)
          assert.equal((await guess(caller, `hop-${times}`, `WRONG-WORD-${times}`)).status, 422);
        assert.equal((await guess(caller, 'hop-20', 'WRONG-WORD-20')).status, 429);
        assert.equal((await guess(new Caller(house), 'hop-21')).status, 422);
      });
    });
  }
}

describe('what a guard makes of its surroundings', () => {
  it('wording is the app’s: by id, and by the name of the field', async () => {
    const house = await openHouse({
      guard: { field: 'code' },
      messages: { 'guard.required': 'A code, please.', 'invitation.unknown': 'Never heard of it.' },
      refusals: 'uniform',
    });
    try {
      const ask = async (code: string): Promise<unknown> =>
        said(await new Caller(house).client.post('/signup', { code }))['fields'];
      assert.deepEqual(await ask(''), { code: 'A code, please.' });
      assert.deepEqual(await ask('WRONG-WORD'), { code: 'Never heard of it.' });
      const { code, id } = await house.enrollment.invitations.create();
      await house.enrollment.invitations.revoke(id);
      assert.deepEqual(await ask(code), { code: 'Never heard of it.' });
    } finally {
      await house.close();
    }
  });

  it('a refusal is recognised by its mark, not by its class', async () => {
    let seen: unknown;
    const house = await openHouse({
      guard: { onRefused: (_req, res, refusal) => ((seen = refusal), res.sendStatus(422)) },
    });
    try {
      assert.equal((await new Caller(house).send('WRONG-WORD', 'ann@example.com')).status, 422);
      assert.ok(isInviteRefused(seen) && isEnrollmentError(seen) && seen instanceof Error && seen.expose);
      const fromAnotherCopy = { [Symbol.for('express-enrollment.invite-refused')]: true };
      assert.ok(isInviteRefused(fromAnotherCopy));
      assert.ok(!isInviteRefused(new Error('other')) && !isInviteRefused(null) && !isInviteRefused(undefined));
    } finally {
      await house.close();
    }
  });

  it('what onRefused throws goes to next, and so does a refusal after the answer has begun', async () => {
    const house = await openHouse({ guard: { onRefused: () => Promise.reject(new Error('the view is broken')) } });
    try {
      const answer = await new Caller(house).send('WRONG-WORD', 'ann@example.com');
      assert.deepEqual([answer.status, said(answer)['message']], [500, 'the view is broken']);
    } finally {
      await house.close();
    }
  });

  for (const [title, guard, issue] of [
    ['an empty field name', { field: '' }, /"field"/],
    ['a field that reaches a prototype', { field: '__proto__' }, /"field"/],
    ['a hook that is none', { idOf: 'id' as never }, /"idOf" must be a function/],
    ['a name that no setting has', { feild: 'code', onRefuse: () => undefined } as never, /"feild".*\n.*"onRefuse"/],
  ] as const) {
    it(`settings are checked at once: ${title}`, async () => {
      await assert.rejects(openHouse({ guard }), (error: unknown) => {
        return isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_CONFIG' && issue.test(error.message);
      });
    });
  }

  it('so are settings that are none, and those of prefillInvite', async () => {
    const house = await openHouse();
    try {
      const { enrollment } = house;
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
      await house.close();
    }
  });

  it('a handler that rejects with nothing is an error all the same', async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what careless code does
    const house = await openHouse({ handler: () => () => Promise.reject() });
    try {
      const answer = await new Caller(house).send(await house.invite(), 'ann@example.com');
      assert.deepEqual([answer.status, said(answer)['message']], [500, 'a signup handler failed without a reason']);
    } finally {
      await house.close();
    }
  });
});

describe('a guard whose Redis is away', () => {
  let redis: TestRedis;
  let house: House;
  before(async () => {
    redis = await startRedis({ persistence: true });
    house = await openHouse({ redis: redis.url });
    await house.enrollment.ready();
  });
  after(async () => {
    redis.thaw();
    await house.close();
    await redis.stop();
  });

  it('answers 503 with Retry-After before the handler runs, and the same form passes later', async () => {
    const code = await house.invite();
    const caller = new Caller(house);
    await caller.open();
    redis.freeze();
    const answer = await caller.send(code, 'ann@example.com');
    redis.thaw();
    assert.equal(answer.status, 503, answer.text);
    assert.equal(house.entered, 0);
    assert.deepEqual(
      [said(answer)['code'], said(answer)['reason'], answer.headers['retry-after'], said(answer)['expose']],
      ['ERR_ENROLLMENT_INVITE_AWAY', 'guard.away', '5', true],
    );
    assert.match(String((said(answer)['fields'] as Record<string, string>)['invite_code']), /isn’t used up/);
    assert.equal((await caller.send(code, 'ann@example.com')).status, 201);
  });
});
