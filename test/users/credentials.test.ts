import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import type { CredentialsAnswer } from '../../lib/ports/credentials.js';
import { openManager, right } from '../support/users/credentials-fixture.js';

const refusal = { id: 'users.not_signed_in' };
const wrong = (failures: number): CredentialsAnswer => ({ type: 'wrong', message: refusal, failures });

describe('credentials', () => {
  it('find a user by username and by email, in any spelling', async () => {
    const manager = openManager();
    const { id } = await manager.member('ann');
    for (const typed of ['ann', ' ANN ', 'ａｎｎ', 'ann@example.com', 'Ann@EXAMPLE.com', 'ann@ＥＸＡＭＰＬＥ.com'])
      assert.deepEqual(await manager.check(typed), { type: 'right', userId: id }, typed);
  });

  it('accept only the allowed identifiers', async () => {
    const manager = openManager();
    const { id } = await manager.member('ann');
    assert.deepEqual(await manager.check('ann', right, { fields: ['email'] }), wrong(1));
    assert.deepEqual(await manager.check('ann@example.com', right, { fields: ['username'] }), wrong(2));
    assert.deepEqual(await manager.check('ann@example.com', right, { fields: ['email'] }), {
      type: 'right',
      userId: id,
    });
  });

  it('verify a password in whichever Unicode form it was typed', async () => {
    const manager = openManager();
    const { id } = await manager.member('ann', 'crème brûlée au café'.normalize('NFC'));
    assert.deepEqual(await manager.check('ann', 'crème brûlée au café'.normalize('NFD')), {
      type: 'right',
      userId: id,
    });
  });

  describe('use one message and do the same work', () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['an unknown name', 'nobody', right],
      ['an unknown address', 'nobody@example.com', right],
      ['what no account can be called', 'two words', right],
      ['far too long a name', 'a'.repeat(5000), right],
      ['a wrong password', 'ann', 'something else'],
      ['an account that is not active', 'asleep', right],
      ['a wrong password of an account that is not active', 'asleep', 'something else'],
      ['an account without a password', 'keyless', right],
    ];
    for (const [what, name, password] of cases) {
      it(`for ${what}`, async () => {
        const manager = openManager({
          users: (users) => ({
            toProfile: (user) => ({ ...users.toProfile(user), active: user.username !== 'asleep' }),
          }),
        });
        await manager.member('ann');
        await manager.member('asleep');
        await manager.member('keyless', null);
        await manager.check('ann');
        const before = { ...manager.work, verified: manager.work.verified.length };
        assert.deepEqual(await manager.check(name, password), wrong(1));
        assert.equal(manager.work.verified.length - before.verified, 1, 'exactly one comparison');
        assert.equal(manager.work.hashed, before.hashed, 'and no hash beside it');
      });
    }

    it('the first unknown name costs as many hashes as the first user', async () => {
      const works = await Promise.all(
        ['ann', 'nobody'].map(async (name) => {
          const manager = openManager();
          await manager.member('ann');
          await manager.check(name);
          return [manager.work.hashed, manager.work.verified.length];
        }),
      );
      assert.deepEqual(works, [
        [1, 1],
        [1, 1],
      ]);
    });

    it('the stand-in hash costs as much as the others, is made once, and matches no password', async () => {
      const manager = openManager();
      const ann = await manager.member('ann');
      for (const name of ['nobody', 'nobody-else', 'nobody@example.com']) await manager.check(name);
      assert.equal(manager.work.hashed, 1);
      const [first] = manager.work.verified;
      assert.deepEqual(new Set(manager.work.verified), new Set([first]));
      const own = (await manager.users.passwordHash?.(ann)) ?? '';
      const cost = (hash = ''): string => hash.split('$').slice(0, 4).join('$');
      assert.equal(cost(first), cost(own));
      assert.notEqual(first, own);
    });

    it('a stand-in hash that could not be made is made at the next attempt', async () => {
      let broken = true;
      const manager = openManager({
        passwords: {
          hash: () => (broken ? Promise.reject(new Error('busy')) : Promise.resolve('$argon2id$made')),
        },
      });
      await assert.rejects(manager.check('nobody'), /busy/);
      broken = false;
      assert.deepEqual(await manager.check('nobody'), wrong(1));
    });
  });

  it('emit the cause as an event, with the user and without the input', async () => {
    const manager = openManager();
    const { id } = await manager.member('ann');
    await manager.check('my-secret-typed-into-the-wrong-field', right);
    await manager.check('ann', 'canary password');
    await manager.check('ann');
    assert.deepEqual(manager.emitted, [
      { name: 'login.failed', facts: { plan: 'plan-1', cause: 'unknown', user: null } },
      { name: 'login.failed', facts: { plan: 'plan-1', cause: 'password', user: id } },
    ]);
    assert.deepEqual(manager.logged, []);
  });

  it('throw a coded error if the app’s users have no readable passwords', async () => {
    const manager = openManager({ without: 'passwordHash' });
    await assert.rejects(
      manager.check('ann'),
      (error) => isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_USER_STORE',
    );
  });

  it('count nothing during a user store outage', async () => {
    let away = true;
    const manager = openManager({
      rateLimiter: { perSubject: { points: 3, windowSeconds: 60 }, perClient: { points: 3, windowSeconds: 60 } },
      users: (users) => ({
        findByLogin: (field, canonical) =>
          away ? Promise.reject(new Error('no connection')) : users.findByLogin(field, canonical),
      }),
    });
    const { id } = await manager.member('ann');
    for (let times = 0; times < 9; times += 1) await assert.rejects(manager.check('ann'), /no connection/);
    away = false;
    assert.deepEqual(await manager.check('ann'), { type: 'right', userId: id });
  });
});

describe('a password with an outdated hash', () => {
  const old = { outdated: (): boolean => true };

  it('is rehashed once it was verified', async () => {
    const manager = openManager({ passwords: old });
    const ann = await manager.member('ann');
    const before = await manager.users.passwordHash?.(ann);
    await manager.check('ann', 'wrong');
    assert.equal(await manager.users.passwordHash?.(ann), before);
    assert.equal((await manager.check('ann')).type, 'right');
    const after = await manager.users.passwordHash?.(ann);
    assert.notEqual(after, before);
    assert.equal((await manager.check('ann')).type, 'right', 'and is still right');
  });

  it('stays as it is if the hash is good enough', async () => {
    const manager = openManager();
    const ann = await manager.member('ann');
    const before = await manager.users.passwordHash?.(ann);
    await manager.check('ann');
    assert.equal(await manager.users.passwordHash?.(ann), before);
  });

  it('locks no one out when it cannot be written, which is logged', async () => {
    const manager = openManager({
      passwords: old,
      users: () => ({ replacePassword: () => Promise.reject(new Error('read-only')) }),
    });
    const { id } = await manager.member('ann');
    assert.deepEqual(await manager.check('ann'), { type: 'right', userId: id });
    assert.deepEqual(
      manager.logged.map(({ text }) => text),
      ['a password could not be hashed anew'],
    );
  });

  it('is kept if the store cannot write', async () => {
    const manager = openManager({ passwords: old, without: 'update' });
    const { id } = await manager.member('ann');
    assert.deepEqual(await manager.check('ann'), { type: 'right', userId: id });
    assert.deepEqual([manager.logged, manager.work.hashed], [[], 1]);
  });

  it('never replaces a password that was changed in the meantime', async () => {
    let reads = 0;
    const written: unknown[] = [];
    const manager = openManager({
      passwords: old,
      without: 'replacePassword',
      users: (users) => ({
        passwordHash: async (user) => ((reads += 1) === 1 ? users.passwordHash!(user) : 'the hash of a new password'),
        update: async (user, change) => {
          written.push(change);
          return user;
        },
      }),
    });
    await manager.member('ann');
    assert.equal((await manager.check('ann')).type, 'right');
    assert.deepEqual([reads, written], [2, []]);
  });
});
