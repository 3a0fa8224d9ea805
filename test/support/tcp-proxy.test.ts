import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { after, afterEach, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from './redis-server.js';
import { tcpProxy, type TcpProxy } from './tcp-proxy.js';
import { waitUntil } from './wait-until.js';

describe('a faulty connection to Redis', () => {
  let redis: TestRedis;
  let proxy: TcpProxy;
  let client: Redis;
  before(async () => {
    redis = await startRedis();
    proxy = await tcpProxy(redis.port);
    client = new Redis(proxy.port, '127.0.0.1', { commandTimeout: 300, retryStrategy: () => 20 });
    client.on('error', () => undefined);
  });
  afterEach(() => {
    proxy.fail([]);
    proxy.delay(0);
    proxy.blackhole(false);
  });
  after(async () => {
    client.disconnect();
    await proxy.close();
    await redis.stop();
  });

  const works = (): Promise<unknown> =>
    waitUntil(
      async () => ((await client.ping().catch(() => '')) === 'PONG' ? true : undefined),
      () => 'nothing comes through',
    );

  it('passes everything through unchanged, at any length and in any chunks', async () => {
    // The other tests want a client that soon gives up; a busy machine takes longer for so much.
    const unlimited = new Redis(proxy.port, '127.0.0.1', { commandTimeout: 20_000 });
    try {
      const value = `\r\n$3\r\n${'ü'.repeat(300_000)}`;
      await unlimited.set('long', value);
      assert.equal(await unlimited.get('long'), value);
      const many = await Promise.all(Array.from({ length: 200 }, (_, at) => unlimited.echo(`${at}`)));
      assert.deepEqual(
        many,
        many.map((_, at) => `${at}`),
      );
    } finally {
      unlimited.disconnect();
    }
  });

  it('answers chosen commands with an error, in order with the others', async () => {
    await client.set('a', '1');
    proxy.fail(['get'], 'LOADING Redis is loading the dataset in memory');
    const outcomes = await Promise.allSettled([client.echo('x'), client.get('a'), client.echo('y'), client.get('a')]);
    assert.deepEqual(
      outcomes.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason.message).split(' ')[0])),
      ['x', 'LOADING', 'y', 'LOADING'],
    );
    proxy.fail([]);
    assert.equal(await client.get('a'), '1');
  });

  it('drops bytes silently', async () => {
    proxy.blackhole(true);
    await assert.rejects(client.ping(), /timed out/);
    proxy.blackhole(false);
    assert.equal(proxy.connections(), 1);
    proxy.cut();
    await works();
  });

  it('strands existing connections, and serves new ones', async () => {
    proxy.strand();
    await assert.rejects(client.ping(), /timed out/);
    const other = client.duplicate();
    assert.equal(await other.ping(), 'PONG');
    other.disconnect();
    client.disconnect(true);
    await works();
  });

  it('redirects new connections', async () => {
    const elsewhere = await startRedis();
    await elsewhere.client().set('here', 'elsewhere');
    proxy.lead(elsewhere.port);
    proxy.cut();
    await works();
    assert.equal(await client.get('here'), 'elsewhere');
    proxy.lead(redis.port);
    proxy.cut();
    await elsewhere.stop();
    await works();
  });
});
