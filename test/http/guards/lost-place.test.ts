import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../../services/redis-server.js';
import { standingWith } from '../standing.js';
import { Caller, openHouse, personIn, type House } from './house.js';
import { ageSeats, forgetSeats } from './seats-in-redis.js';

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

  it('is found in the database by its next request, however late, and has two minutes from there', async () => {
    const { code, id } = await house.enrollment.invitations.create();
    const caller = new Caller(house);
    await caller.open();
    const cookie = caller.client.cookies.get(attemptCookie) ?? '';
    const first = await caller.send(code, 'crashed@example.com');
    await standingWith(1, house, id);
    // As if the process had died before it could mark the place.
    await forgetSeats(redis.client(), id);
    house.clock.advance(3_600_000);
    for (const status of [201, 409]) {
      caller.client.cookies.set(attemptCookie, cookie);
      const answer = await caller.send(code, 'crashed@example.com');
      assert.equal(answer.status, status, answer.text);
      if (status === 201) assert.equal(personIn(answer), personIn(first));
      await standingWith(1, house, id);
      await ageSeats(redis.client(), 121);
    }
  });
});
