import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { memoryUsers, type MemoryUser, type UserStore } from '../../lib/index.js';
import { openClub, type Club } from './club.js';
import { accountOf, Visitor } from './visitor.js';

type Broken = 'byId' | 'byLogin' | 'create' | 'find';

describe('a user store that is away', () => {
  let club: Club;
  afterEach(() => club.close());

  async function openedWith(how: () => Promise<never>): Promise<{ away: Set<Broken>; visitor: Visitor; code: string }> {
    const away = new Set<Broken>();
    const store = memoryUsers();
    const guard =
      <A extends readonly unknown[], T>(name: Broken, call: (...args: A) => Promise<T>) =>
      (...args: A): Promise<T> =>
        away.has(name) ? how() : call(...args);
    const { users, redemptions } = store;
    const guarded: UserStore<MemoryUser> = {
      ...users,
      byId: guard('byId', users.byId),
      byLogin: guard('byLogin', users.byLogin),
      create: guard('create', users.create),
    };
    club = await openClub({ users: guarded, redemptions: { find: guard('find', redemptions.find) } });
    const { code } = await club.enrollment.invitations.create({ uses: 10 });
    const visitor = new Visitor(club);
    await visitor.enterCode(code);
    return { away, visitor, code };
  }

  for (const [what, how] of [
    ['throws', () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432'))],
    ['answers nothing', () => new Promise<never>(() => undefined)],
  ] as const) {
    it(`and ${what}: 503 within two seconds, the plan is kept, and the same tab goes on`, async function () {
      this.timeout(20_000);
      const { away, visitor } = await openedWith(how);
      for (const name of ['byLogin', 'byId', 'find'] as const) away.add(name);
      const begun = performance.now();
      const answer = await visitor.submit(accountOf('patient'));
      assert.equal(answer.status, 503);
      assert.ok(Number(answer.headers['retry-after']) > 0);
      assert.ok(performance.now() - begun < 3000);
      away.clear();
      assert.equal((await visitor.submit(accountOf('patient'))).location, '/welcome');
      assert.equal(await visitor.me(), 'patient');
    });

    it(`and ${what}, to somebody who is signed in: 503, not an anonymous page`, async function () {
      this.timeout(20_000);
      const { away, visitor } = await openedWith(how);
      await visitor.submit(accountOf('member'));
      away.add('byId');
      assert.equal((await visitor.get(club.page)).status, 503);
      away.clear();
      assert.equal(await visitor.me(), 'member');
    });
  }

  it('an account that could not be written is an error page with a reference, and the next try goes on', async () => {
    const { away, visitor } = await openedWith(() => Promise.reject(new Error('a canary in the database')));
    away.add('create');
    const answer = await visitor.submit(accountOf('unlucky'));
    assert.ok([500, 503].includes(answer.status));
    assert.match(answer.text, /Reference: \w{8}/);
    assert.ok(!answer.text.includes('canary'));
    away.clear();
    assert.equal((await visitor.submit(accountOf('unlucky'))).location, '/welcome');
  });
});
