import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../../services/redis-server.js';
import { standingWith } from '../standing.js';
import { Caller, openHouse, personIn, said, type House } from './house.js';
import { ageForms, forgetSeats } from './forms-in-redis.js';

const attemptCookie = 'enrollment.attempt';

describe('an attempt of which the store has lost its place', () => {
  let redis: TestRedis;
  let house: House;
  before(async () => {
    redis = await startRedis();
    house = await openHouse({ redis: redis.url });
    await house.enrollment.ready();
  });
  after(async () => {
    await house.close();
    await redis.stop();
  });

  // As if the process had died before it could mark the place, or Redis had been set back.
  async function signUpAndForget(email: string): Promise<{ again(): ReturnType<Caller['send']>; first: string }> {
    const { code, id } = await house.enrollment.invitations.create();
    const caller = new Caller(house);
    await caller.open();
    const cookie = caller.client.cookies.get(attemptCookie) ?? '';
    const first = personIn(await caller.send(code, email));
    await standingWith(1, house, id);
    await forgetSeats(redis.client(), id);
    const again = async (): ReturnType<Caller['send']> => {
      caller.client.cookies.set(attemptCookie, cookie);
      const answer = await caller.send(code, email);
      await standingWith(1, house, id);
      return answer;
    };
    return { again, first };
  }

  it('is found in the database: within two minutes the same form gets its account', async () => {
    const { again, first } = await signUpAndForget('crashed@example.com');
    assert.equal(personIn(await again()), first);
  });

  it('F4: a form sent again after two minutes gets no account, also where the store was set back', async () => {
    const { again } = await signUpAndForget('late@example.com');
    await ageForms(redis.client(), 121);
    // What the first of them marks or notes must not make the account look new to the next.
    for (let times = 0; times < 3; times += 1) {
      const answer = await again();
      assert.deepEqual([answer.status, said(answer)['reason'], said(answer)['userId']], [409, 'guard.redeemed', null]);
    }
    await ageForms(redis.client(), 1);
    const together = await Promise.all([again(), again()]);
    assert.deepEqual(
      together.map(({ status }) => status),
      [409, 409],
    );
  });
});
