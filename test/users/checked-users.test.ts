import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { UserStore } from '../../lib/ports/user-store.js';
import { memoryUsers, type MemoryUser } from '../../lib/index.js';
import { usersWithTimeout } from '../../lib/users/users-with-timeout.js';

/** A user store as untyped JavaScript may return it. */
function given(users: object): UserStore<MemoryUser> {
  return { ...memoryUsers().users, ...users };
}

const account = { username: 'ann', email: null, name: null, passwordHash: null, data: {} };
const redemption = { key: 'none:x', enrollmentId: 'x', invitation: null, row: () => assert.fail() };

describe('mistakes in the four functions of a user store', () => {
  for (const [facts, words] of [
    [{ id: '1', username: 'ann' }, /neither true nor false as "active"/],
    [{ id: 7, active: true }, /no text as "id"; write id: String/],
    [{ id: 'undefined', active: true }, /returned 'undefined' as "id"/],
    [{ id: '[object Object]', active: true }, /no text or number/],
    [undefined, /no record/],
  ] as const) {
    it(`F13: profile ${JSON.stringify(facts) ?? 'nothing'} without a required field is an error`, async () => {
      const users = usersWithTimeout(given({ toProfile: () => facts }));
      const [user] = await Promise.all([memoryUsers().users.findById('nobody')]);
      assert.throws(() => users.toProfile(user as unknown as MemoryUser), {
        code: 'ERR_ENROLLMENT_USER_STORE',
        message: words,
      });
    });
  }

  it('F13: a create that resolves with nothing is an error of its own, which is reported', async () => {
    const reported: Error[] = [];
    const users = usersWithTimeout(given({ create: async () => undefined }), (error) => void reported.push(error));
    await assert.rejects(users.create(account, redemption), /"create" wrote an account and resolved with nothing/);
    assert.equal(reported.length, 1);
  });

  it('a look-up that returns undefined has found nothing', async () => {
    const users = usersWithTimeout(given({ findById: async () => undefined, findByLogin: async () => undefined }));
    assert.deepEqual([await users.findById('1'), await users.findByLogin('email', 'a@b.c')], [null, null]);
  });
});
