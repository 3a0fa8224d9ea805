import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { openManager, right } from '../support/users/credentials-fixture.js';

const minute = 60_000;

describe('guessing passwords', () => {
  it('concurrently gets no more comparisons than the limit', async () => {
    const manager = openManager();
    await manager.member('ann');
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => manager.check('ann', `guess ${index}`)));
    assert.equal(manager.work.verified.length, 10);
    assert.equal(answers.filter(({ type }) => type === 'wrong').length, 10);
    assert.equal(answers.filter(({ type }) => type === 'throttled').length, 50);
  });

  it('over many addresses against one user meets the user’s limit', async () => {
    const manager = openManager();
    await manager.member('ann');
    for (let times = 0; times < 40; times += 1)
      await manager.check('ann', 'guess', { address: `address ${times}`, planId: `plan ${times}` });
    assert.equal(manager.work.verified.length, 10);
  });

  it('over many users from one address meets the address’s limit', async () => {
    const manager = openManager();
    for (let times = 0; times < 50; times += 1) await manager.check(`person-${times}`, 'guess');
    assert.equal(manager.work.verified.length, 30);
  });

  it('in total locks no one out, and emits an event', async () => {
    const manager = openManager({ rateLimiter: { overall: { points: 20, windowSeconds: 60 } } });
    for (let times = 0; times < 30; times += 1)
      assert.equal((await manager.check(`person-${times}`, 'guess', { address: `address ${times}` })).type, 'wrong');
    await manager.attempts.flush();
    const throttled = manager.emitted.filter(({ name }) => name === 'login.throttled');
    assert.deepEqual(throttled, [{ name: 'login.throttled', facts: { limit: 'overall', points: 20 } }]);
  });

  it('counts all spellings of a name as one', async () => {
    const manager = openManager();
    await manager.member('ann');
    const spellings = ['ann', 'ANN', ' Ann ', 'ａｎｎ'];
    for (let times = 0; times < 20; times += 1) await manager.check(spellings[times % 4] ?? '', 'guess');
    assert.equal(manager.work.verified.length, 10);
  });

  it('answers the same for a right password and for an unknown name', async () => {
    const manager = openManager();
    await manager.member('ann');
    for (const name of ['ann', 'nobody'])
      for (let times = 0; times < 10; times += 1) await manager.check(name, 'guess');
    const compared = manager.work.verified.length;
    const answers = await Promise.all([
      manager.check('ann', right),
      manager.check('ann', 'guess'),
      manager.check('nobody'),
    ]);
    const expected = {
      type: 'throttled',
      message: { id: 'users.too_many_attempts', values: { minutes: 15 } },
      retryAfterSeconds: 900,
    };
    assert.deepEqual(answers, [expected, expected, expected]);
    assert.equal(manager.work.verified.length, compared);
  });

  it('does not reveal that a name and an address belong together', async () => {
    const manager = openManager();
    await manager.member('ann');
    for (let times = 0; times < 11; times += 1) await manager.check('ann', 'guess');
    assert.equal((await manager.check('ann@example.com', 'guess')).type, 'wrong');
  });

  it('no one is locked out for longer than the window, however long the guessing goes on', async () => {
    const manager = openManager();
    const { id } = await manager.member('ann');
    const attack = async (times: number): Promise<void> => {
      for (let done = 0; done < times; done += 1) await manager.check('ann', 'guess', { address: `attacker ${done}` });
    };
    await attack(11);
    for (let quarters = 0; quarters < 14; quarters += 1) {
      manager.clock.advance(minute);
      await attack(3);
    }
    assert.equal((await manager.check('ann', right, { address: 'ann’s' })).type, 'throttled');
    manager.clock.advance(minute);
    assert.deepEqual(await manager.check('ann', right, { address: 'ann’s' }), { type: 'right', userId: id });
    await attack(11);
    assert.equal((await manager.check('ann', right, { address: 'elsewhere' })).type, 'throttled', 'it closes again');
  });

  it('a user can sign in from a known client, whatever others do', async () => {
    const manager = openManager();
    const { id } = await manager.member('ann');
    const home = { address: 'ann’s' };
    await manager.check('ann', right, home);
    for (let days = 0; days < 100; days += 7) {
      for (let times = 0; times < 30; times += 1) await manager.check('ann', 'guess', { address: `attacker ${times}` });
      assert.deepEqual(await manager.check('ann', right, home), { type: 'right', userId: id });
      assert.equal((await manager.check('ann', right, { address: 'elsewhere' })).type, 'throttled');
      manager.clock.advance(7 * 24 * 60 * minute);
    }
  });

  it('a user gets in from a client known from another sign-in method, by every name', async () => {
    const manager = openManager();
    const { id } = await manager.member('ann');
    await manager.rememberClient(id, 'ann’s');
    for (const name of ['ann', 'Ann@Example.com']) {
      for (let times = 0; times < 12; times += 1) await manager.check(name, 'guess', { address: `attacker ${times}` });
      assert.equal((await manager.check(name, right, { address: 'elsewhere' })).type, 'throttled');
      assert.deepEqual(await manager.check(name, right, { address: 'ann’s' }), { type: 'right', userId: id }, name);
    }
  });

  it('remembering a client locks no one out, even for a deleted user or during an outage', async () => {
    const gone = openManager();
    await gone.rememberClient('nobody', 'home');
    assert.deepEqual(gone.logged, []);
    const away = openManager({ users: () => ({ findById: () => Promise.reject(new Error('no connection')) }) });
    const { id } = await away.member('ann');
    await away.rememberClient(id, 'home');
    assert.deepEqual(
      away.logged.map(({ text }) => text),
      ['where somebody signed in from could not be noted'],
    );
  });

  it('nothing is looked up if no password can be verified', async () => {
    let asked = 0;
    const manager = openManager({
      without: 'passwordHash',
      users: (users) => ({ findById: (id) => ((asked += 1), users.findById(id)) }),
    });
    await manager.rememberClient('ann', 'home');
    assert.equal(asked, 0);
  });

  it('from a known client has a limit of its own', async () => {
    const manager = openManager({ rateLimiter: { perClient: { points: 1000, windowSeconds: 900 } } });
    await manager.member('ann');
    const home = { address: 'ann’s' };
    await manager.check('ann', right, home);
    for (let times = 0; times < 11; times += 1) await manager.check('ann', 'guess', { address: `attacker ${times}` });
    const before = manager.work.verified.length;
    for (let times = 0; times < 40; times += 1) await manager.check('ann', 'guess', home);
    assert.equal(manager.work.verified.length - before, 10);
  });

  it('concurrent attempts do not make an unknown client known', async () => {
    const manager = openManager();
    await manager.member('ann');
    for (let times = 0; times < 10; times += 1) await manager.check('ann', 'guess', { address: `attacker ${times}` });
    const before = manager.work.verified.length;
    await Promise.all(Array.from({ length: 15 }, () => manager.check('ann', 'guess', { address: 'one more' })));
    assert.equal(manager.work.verified.length, before);
  });

  it('a success gives back its own point and no other', async () => {
    const manager = openManager();
    const { id } = await manager.member('ann');
    for (let times = 0; times < 9; times += 1) await manager.check('ann', 'guess');
    for (let times = 0; times < 20; times += 1)
      assert.deepEqual(await manager.check('ann'), { type: 'right', userId: id }, 'a right password costs nothing');
    assert.equal((await manager.check('ann', 'guess')).type, 'wrong');
    // From here on it is a known address with its own limit; an unknown one shows that the old failures remain.
    assert.equal((await manager.check('ann', 'guess', { address: 'elsewhere' })).type, 'throttled');
  });

  it('counts the failures of one plan, so that a stage can end it', async () => {
    const manager = openManager();
    const failures = async (planId: string): Promise<number> => {
      const answer = await manager.check('ann', 'guess', { planId });
      return answer.type === 'wrong' ? answer.failures : -1;
    };
    assert.deepEqual(
      [await failures('a'), await failures('a'), await failures('b'), await failures('a')],
      [1, 2, 1, 3],
    );
  });

  it('a password of a megabyte costs no work', async () => {
    const manager = openManager();
    await manager.member('ann');
    const before = process.cpuUsage();
    assert.equal((await manager.check('ann', 'x'.repeat(1_000_000))).type, 'wrong');
    assert.ok(process.cpuUsage(before).user < 500_000);
  });
});
