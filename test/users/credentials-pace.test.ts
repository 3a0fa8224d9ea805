import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pace, untilNextMark } from '../../lib/users/credentials-pace.js';
import { openManager, right, type CredentialsOptions } from '../support/users/credentials-fixture.js';

describe('the pace of refusals', () => {
  it('has a mark every 250 ms after the request, and none at its start', () => {
    assert.deepEqual(
      [0, 1, 40, 80, 249.2, 250, 250.5, 499, 600].map((elapsed) => elapsed + untilNextMark(elapsed)),
      [250, 250, 250, 250, 250.2, 250, 500.5, 500, 750],
    );
  });

  /** A password check at its real pace, which records how it is called and what had happened by then. */
  async function watched(options: CredentialsOptions = {}) {
    const calls: { readonly startedAtMs: number; readonly asked: number; type: 'waiting' | 'over' }[] = [];
    const asked: number[] = [];
    const manager = openManager({
      ...options,
      users: (users) => ({
        findByLogin: (field, canonical) => (asked.push(performance.now()), users.findByLogin(field, canonical)),
        passwordHash: async (user) => {
          await new Promise((resolve) => setTimeout(resolve, 40));
          asked.push(performance.now());
          return users.passwordHash!(user);
        },
        toProfile: (user) => ({ ...users.toProfile(user), active: user.username !== 'asleep' }),
      }),
      async pace(startedAtMs) {
        const call: (typeof calls)[number] = { startedAtMs, asked: asked.length, type: 'waiting' };
        calls.push(call);
        await pace(startedAtMs);
        call.type = 'over';
      },
    });
    await manager.member('ann');
    await manager.member('asleep');
    await manager.member('keyless', null);
    return { manager, calls, asked };
  }

  const refused: readonly (readonly [string, string, string, number])[] = [
    ['an unknown name', 'nobody', right, 1],
    ['a wrong password, one query later', 'ann', 'something else', 2],
    ['an account that is not active', 'asleep', right, 2],
    ['an account without a password', 'keyless', right, 2],
    ['what no account can be called', 'two words', right, 0],
  ];
  it('counts from the start of the check and is applied last, whatever the cause', async () => {
    const cases = refused.map(async ([what, name, password, queries]) => {
      const { manager, calls, asked } = await watched();
      const before = performance.now();
      assert.equal((await manager.check(name, password)).type, 'wrong', what);
      assert.deepEqual(
        calls.map((call) => ({ asked: call.asked, type: call.type })),
        [{ asked: queries, type: 'over' }],
        what,
      );
      const { startedAtMs = 0 } = calls[0] ?? {};
      assert.ok(before <= startedAtMs && startedAtMs <= (asked[0] ?? Infinity), `${what}: from before the first query`);
    });
    await Promise.all(cases);
  });

  it('delays neither right passwords nor throttled attempts', async () => {
    const { manager, calls } = await watched({ rateLimiter: { perSubject: { points: 1, windowSeconds: 60 } } });
    assert.equal((await manager.check('ann')).type, 'right');
    assert.equal(calls.length, 0);
    await manager.check('nobody', 'guess');
    assert.equal((await manager.check('nobody', 'guess')).type, 'throttled');
    assert.equal(calls.length, 1);
  });

  it('does not apply to store failures', async () => {
    const calls: number[] = [];
    const manager = openManager({
      pace: async (startedAtMs) => void calls.push(startedAtMs),
      users: () => ({ findByLogin: () => Promise.reject(new Error('no connection')) }),
    });
    await assert.rejects(manager.check('ann'), /no connection/);
    assert.deepEqual(calls, []);
  });
});
