import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'mocha';
import { digest128 } from '../../../lib/base/ids.js';
import { createRedisSessionRegistry } from '../../../lib/stores/redis/session-registry.js';
import { sessionRegistryContract } from '../../../lib/testing/contracts/session-registry.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

describe('the registry of sessions in Redis', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());

  const open = async () => {
    const clock = fakeClock();
    const keys = fixture.keys();
    const registry = createRedisSessionRegistry({ redis: fixture.redis, keys, clock });
    return { registry, keys, now: clock.now, advance: clock.advance };
  };
  for (const { title, run } of sessionRegistryContract(open)) it(title, run);

  it('its keys expire with the last session, and a day after an end', async () => {
    const { registry, keys, now } = await open();
    const session = { handle: 's', own: true, signedInAt: now(), idleSeconds: null, userAgent: null };
    await registry.add('ann', { ...session, id: 'a', expiresAt: now() + 900_000 }, 1);
    await registry.add('ann', { ...session, id: 'b', expiresAt: now() + 60_000 }, 1);
    await registry.end('ann', await registry.nextEpoch());
    const { sessions, sessionOrder, sessionsEnded } = keys.account(digest128('ann'));
    const ttl = (key: string): Promise<number> => fixture.client.ttl(key);
    assert.deepEqual([await ttl(sessions), await ttl(sessionOrder), await ttl(sessionsEnded)], [900, 900, 90_000]);
    assert.equal(await ttl(keys.sessionEpoch), 90_000);
  });

  it('ends evidence of other servers whatever their clocks say, and reads the clock of Redis once a second', async () => {
    const keys = fixture.keys();
    const now = Date.now();
    const server = (minutes: number) =>
      createRedisSessionRegistry({ redis: fixture.redis, keys, clock: { now: () => now + minutes * 60_000 } });
    const [early, late] = [server(-10), server(10)];
    for (const [one, other] of [
      [early, late],
      [late, early],
    ] as const) {
      const evidence = await one.epoch();
      const end = await other.nextEpoch();
      await other.end('ann', end);
      assert.equal(await one.hasEnded('ann', evidence), true);
      assert.equal(await one.hasEnded('ann', end), false);
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(await other.hasEnded('ann', await one.epoch()), false);
    }
    assert.equal(typeof early.epoch(), 'number');
  });

  it('an end comes after evidence also when the clock of Redis is set back', async () => {
    const { registry, keys } = await open();
    const before = await registry.nextEpoch();
    await fixture.client.set(keys.sessionEpoch, String(before + 3_600_000_000));
    const end = await registry.nextEpoch();
    assert.equal(end, before + 3_600_000_001);
    assert.ok((await registry.epoch()) >= end);
  });

  describe('where the clock of Redis is set back between evidence and its end', () => {
    let backSeconds: number;
    beforeEach(() => {
      backSeconds = 0;
    });
    const server = (keys: ReturnType<RedisFixture['keys']>) => {
      const { redis } = fixture;
      const inThePast: typeof redis = {
        ...redis,
        run(script, names, args) {
          const lua = script.lua.replace('tonumber(time[1])', `(tonumber(time[1]) - ${String(backSeconds)})`);
          return redis.run({ ...script, lua, sha1: createHash('sha1').update(lua).digest('hex') }, names, args);
        },
      };
      return createRedisSessionRegistry({ redis: inThePast, keys, clock: fakeClock() });
    };

    for (const [title, seconds] of [
      ['by minutes', 90],
      ['by less than the time between two readings', 0.5],
    ] as const)
      it(`${title}, the evidence counts no more`, async () => {
        const keys = fixture.keys();
        const [one, other] = [server(keys), server(keys)];
        await Promise.all([one.epoch(), other.epoch()]);
        await new Promise((resolve) => setTimeout(resolve, 300));
        const evidence = await one.epoch();
        await new Promise((resolve) => setTimeout(resolve, 20));
        backSeconds = seconds;
        const end = await other.nextEpoch();
        assert.ok(end > evidence, `${String(end - evidence)} µs`);
        await other.end('ann', end);
        assert.deepEqual([await one.hasEnded('ann', evidence), await other.hasEnded('ann', end)], [true, false]);
        assert.equal(await other.hasEnded('ann', await other.epoch()), false);
      });

    it('an end by a process that has just started comes after it too', async () => {
      const keys = fixture.keys();
      const one = server(keys);
      await one.epoch();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const evidence = await one.epoch();
      backSeconds = 90;
      assert.ok((await server(keys).nextEpoch()) > evidence);
    });
  });

  it('a record that it did not write is left out', async () => {
    const { registry, keys } = await open();
    const { sessions } = keys.account(digest128('ann'));
    await fixture.client.hset(sessions, { a: 'no json', b: '{"id":1}', c: '[]' });
    assert.deepEqual(await registry.list('ann'), []);
  });
});
