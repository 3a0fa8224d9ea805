import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from './redis-server.js';

describe('a private Redis', () => {
  let redis: TestRedis;

  before(async () => {
    redis = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
  });
  after(() => redis.stop());

  it('answers on its own loopback port and keeps nothing on disk', async () => {
    const client = redis.client();
    assert.equal(await client.ping(), 'PONG');
    assert.deepEqual(await client.config('GET', 'appendonly'), ['appendonly', 'no']);
    assert.deepEqual(await client.config('GET', 'save'), ['save', '']);
    assert.equal(redis.url, `redis://127.0.0.1:${redis.port}`);
  });

  it('reports every command, also those of a script', async () => {
    const client = redis.client();
    const seen = await redis.monitor();
    await client.set('color', 'green');
    await client.eval("return redis.call('GET', KEYS[1])", 1, 'color');
    const commands = (await seen.commands()).filter(({ args }) => args.includes('color'));
    assert.deepEqual(
      commands.map(({ name, source }) => [name, source === 'lua']),
      [
        ['set', false],
        ['eval', false],
        ['get', true],
      ],
    );
    await seen.clear();
    assert.deepEqual(await seen.commands(), []);
  });

  it('is silent while frozen and responds afterwards', async () => {
    const client = redis.client();
    await client.ping();
    redis.freeze();
    const answer = client.ping();
    const first = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 100, 'silence'))]);
    assert.equal(first, 'silence');
    redis.thaw();
    assert.equal(await answer, 'PONG');
  });
});

describe('a private Redis that restarts', () => {
  it('has lost everything without persistence, and uses the same port', async () => {
    const redis = await startRedis();
    const client = redis.client();
    await client.set('color', 'green');
    await redis.kill();
    await redis.start();
    assert.equal(await client.get('color'), null);
    await redis.stop();
  });

  it('has kept everything with persistence, through a crash and a stop', async () => {
    const redis = await startRedis({ persistence: true });
    await redis.client().set('color', 'green');
    await redis.kill();
    await redis.start();
    assert.equal(await redis.client().get('color'), 'green');
    await redis.stop();
    await redis.start();
    assert.equal(await redis.client().get('color'), 'green');
    await redis.stop();
  });

  it('reports the output of redis-server if it cannot start', async () => {
    await assert.rejects(startRedis({ args: ['--no-such-option', 'yes'] }), /no-such-option/);
  });
});
