import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { memoryUsers } from '../../lib/stores/memory/user-store.js';
import { answeringRedemptions, answeringUsers } from '../../lib/users/answering-users.js';

const isAway = (error: unknown): boolean =>
  isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_STORE_AWAY' && error.status === 503;
const never = (): Promise<never> => new Promise(() => undefined);
const fails = (): Promise<never> => Promise.reject(new Error('the database is gone'));

describe('a user store that does not answer', () => {
  const { users, redemptions } = memoryUsers();

  it('is 503 for its look-ups when it fails', async () => {
    const failing = answeringUsers({ ...users, byId: fails, byLogin: fails });
    await assert.rejects(failing.byId('1'), isAway);
    await assert.rejects(failing.byLogin('email', 'ann@example.com'), isAway);
    await assert.rejects(answeringRedemptions({ find: fails }).find({ key: '1:1' }), isAway);
  });

  it('is 503 for its look-ups after two seconds of silence', async () => {
    const silent = answeringUsers({ ...users, byLogin: never });
    await Promise.all([
      assert.rejects(silent.byLogin('username', 'ann'), isAway),
      assert.rejects(answeringRedemptions({ find: never }).find({ enrollmentId: 'plan' }), isAway),
    ]);
  });

  it('keeps the errors of its writes as they are', async () => {
    const failing = answeringUsers({ ...users, create: fails });
    const account = { username: 'ann', email: null, name: null, passwordHash: null, data: {} };
    const redemption = {
      key: 'none:1',
      enrollmentId: '1',
      invitation: null,
      row: () => assert.fail('nothing to write'),
    };
    await assert.rejects(failing.create(account, redemption), /^Error: the database is gone$/);
  });

  it('is not disturbed while it answers', async () => {
    assert.equal(await answeringUsers(users).byId('nobody'), null);
    assert.equal(await answeringRedemptions(redemptions).find({ key: '1:1' }), null);
  });
});
