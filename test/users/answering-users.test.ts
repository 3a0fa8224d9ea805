import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import type { Redemptions } from '../../lib/ports/redemptions.js';
import { memoryConnections } from '../../lib/stores/memory/connections.js';
import { memoryUsers } from '../../lib/stores/memory/user-store.js';
import { sampleIdentity } from '../../lib/testing/contracts/sample-enrollment.js';
import {
  connectionsWithTimeout,
  redemptionsWithTimeout,
  usersWithTimeout,
} from '../../lib/users/users-with-timeout.js';

const isAway = (error: unknown): boolean =>
  isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_STORE_AWAY' && error.status === 503;
const never = (): Promise<never> => new Promise(() => undefined);
const fails = (): Promise<never> => Promise.reject(new Error('the database is gone'));

describe('a user store that does not respond', () => {
  const { users, redemptions } = memoryUsers();

  it('is 503 for its look-ups when it fails', async () => {
    const failing = usersWithTimeout({ ...users, findById: fails, findByLogin: fails });
    await assert.rejects(failing.findById('1'), isAway);
    await assert.rejects(failing.findByLogin('email', 'ann@example.com'), isAway);
    await assert.rejects(redemptionsWithTimeout({ find: fails }).find({ key: '1:1' }), isAway);
    const connections = connectionsWithTimeout({ find: fails, link: fails });
    await assert.rejects(connections.find(sampleIdentity()), isAway);
    await assert.rejects(connections.link('1', sampleIdentity()), /^Error: the database is gone$/);
  });

  it('is 503 for its look-ups after two seconds of silence', async () => {
    const silent = usersWithTimeout({ ...users, findByLogin: never });
    await Promise.all([
      assert.rejects(silent.findByLogin('username', 'ann'), isAway),
      assert.rejects(redemptionsWithTimeout({ find: never }).find({ enrollmentId: 'plan' }), isAway),
      assert.rejects(connectionsWithTimeout({ find: never, link: never }).find(sampleIdentity()), isAway),
    ]);
  });

  it('F18: a connection that is never written is 503 after ten seconds', async () => {
    await assert.rejects(connectionsWithTimeout({ find: never, link: never }).link('1', sampleIdentity()), isAway);
  });

  it('has the same optional functions as the app’s store', async () => {
    const { toProfile: facts, create, findById, findByLogin } = users;
    const least = usersWithTimeout({ toProfile: facts, create, findById, findByLogin });
    assert.deepEqual([least.passwordHash, least.update, least.remove], [undefined, undefined, undefined]);
    const failing = usersWithTimeout({ ...users, passwordHash: fails, update: fails, remove: fails });
    const nobody = { id: '1', username: null, email: null, name: null, data: {}, active: true, createdAt: 0 };
    await assert.rejects(async () => failing.passwordHash?.(nobody), isAway);
    await assert.rejects(async () => failing.update?.(nobody, {}), /^Error: the database is gone$/);
    await assert.rejects(async () => failing.remove?.(nobody), /^Error: the database is gone$/);
  });

  it('passes errors of its writes on unchanged', async () => {
    const failing = usersWithTimeout({ ...users, create: fails });
    const account = { username: 'ann', email: null, name: null, passwordHash: null, data: {} };
    const redemption = {
      key: 'none:1',
      enrollmentId: '1',
      invitation: null,
      row: () => assert.fail('nothing to write'),
    };
    await assert.rejects(failing.create(account, redemption), /^Error: the database is gone$/);
  });

  it('has found no redemption where it answers undefined', async () => {
    const find = (async () => undefined) as unknown as Redemptions['find'];
    assert.equal(await redemptionsWithTimeout({ find }).find({ enrollmentId: 'plan' }), null);
  });

  it('is not affected while it responds', async () => {
    assert.equal(await usersWithTimeout(users).findById('nobody'), null);
    assert.equal(await redemptionsWithTimeout(redemptions).find({ key: '1:1' }), null);
    const [connections, identity] = [connectionsWithTimeout(memoryConnections()), sampleIdentity()];
    await connections.link('1', identity);
    assert.equal(await connections.find(identity), '1');
  });
});
