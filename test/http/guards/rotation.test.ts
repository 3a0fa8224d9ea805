import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../../services/redis-server.js';
import { temporaryFolder } from '../../services/temporary-folder.js';
import { secrets } from '../club.js';
import { Caller, openHouse, personIn, said, type House } from './house.js';
import { sqlitePeople } from './people.js';

const [old, fresh] = secrets;

describe('a guard while the secret is changed, one process after the other', () => {
  let redis: TestRedis;
  let houses: readonly House[] = [];
  before(async () => {
    redis = await startRedis();
    const file = join(temporaryFolder(), 'people.sqlite');
    for (const secret of [[old], [fresh, old], [old, fresh]]) {
      const house = await openHouse({ redis: redis.url, people: await sqlitePeople(file), secret });
      await house.enrollment.ready();
      houses = [...houses, house];
    }
  });
  after(async () => {
    for (const house of houses) await house.close();
    await redis.stop();
  });

  /** One browser, whose form goes to every process with the attempt that the first one gave. */
  async function browserAtAll(): Promise<readonly Caller[]> {
    const callers = houses.map((house) => new Caller(house));
    await callers[0]?.open();
    const attempt = callers[0]?.client.cookies.get('enrollment.attempt') ?? '';
    for (const { client } of callers) client.cookies.set('enrollment.attempt', attempt);
    return callers;
  }

  it('F4: one form sent to each of them, in turn or at once, is one enrollment', async () => {
    for (const atOnce of [false, true]) {
      const email = `${atOnce ? 'ben' : 'ann'}@example.com`;
      const code = (await houses[0]?.invite({ uses: 3 })) ?? '';
      const callers = await browserAtAll();
      const answers = [];
      if (atOnce) answers.push(...(await Promise.all(callers.map((caller) => caller.send(code, email)))));
      else for (const caller of callers) answers.push(await caller.send(code, email));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [201, 201, 201],
        answers.map(({ text }) => text).join(),
      );
      assert.equal(new Set(answers.map(personIn)).size, 1);
    }
  });

  it('F4: other data under the same name reads that the account is ready, at each of them', async () => {
    const code = (await houses[0]?.invite()) ?? '';
    const [first, ...others] = await browserAtAll();
    assert.equal((await first?.send(code, 'cat@example.com', { username: 'cat', password: 'one' }))?.status, 201);
    for (const caller of others) {
      const told = await caller.send(code, 'cat@example.com', { username: 'cat', password: 'two' });
      assert.deepEqual([told.status, said(told)['code']], [409, 'ERR_ENROLLMENT_INVITE_REDEEMED'], told.text);
    }
  });
});
