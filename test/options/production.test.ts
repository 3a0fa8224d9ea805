import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseOptions } from '../../lib/options/config.js';
import { createStores } from '../../lib/stores/stores.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { given, goodSecret, issuesOf } from '../support/options/given.js';

const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
const needsSecret = '"secret" is required in production';
const needsRedis = '"redis" is required in production: in memory, plans and invitations are lost with the process';
const needsHttps = '"baseUrl" must be https in production';

describe('production', () => {
  const good = { production: true, secret: goodSecret, redis: 'redis://redis.example' };

  it('requires a secret, Redis and https, and reports all at once', () => {
    assert.deepEqual(issuesOf(given({ production: true, baseUrl: 'http://app.example' })), [
      needsSecret,
      needsRedis,
      needsHttps,
    ]);
    assert.deepEqual(issuesOf(given(good)), []);
    assert.deepEqual(issuesOf(given({ ...good, redis: { status: 'ready', call: async () => null } })), []);
  });

  it('wants no Redis where every store is the app’s own', () => {
    const stores = createStores({ own: {}, redis: null, prefix: 'x:', clock: fakeClock(), log: silentLog });
    const { plans, invitations, ephemeralStore: ephemeral, rateLimiter, outbox, waitlist } = stores;
    const own = { production: true, secret: goodSecret };
    const all = { plans, invitations, ephemeral, rateLimiter, outbox, waitlist };
    assert.deepEqual(issuesOf(given({ ...own, stores: all })), []);
    const { waitlist: _left, ...five } = all;
    assert.deepEqual(issuesOf(given({ ...own, stores: five })), [needsRedis]);
  });

  it('accepts http on this machine only', () => {
    for (const host of ['localhost:3000', '127.0.0.1', '127.1.2.3:80', '[::1]:3000'])
      assert.deepEqual(issuesOf(given({ ...good, baseUrl: `http://${host}/join` })), [], host);
    for (const host of ['localhost.example', '127.example', '127.0.0.1.example', '192.168.0.1', '[::2]'])
      assert.deepEqual(issuesOf(given({ ...good, baseUrl: `http://${host}/join` })), [needsHttps], host);
  });

  it('follows NODE_ENV unless the option is set', () => {
    const before = process.env['NODE_ENV'];
    const { production: _left, ...silent } = given();
    try {
      process.env['NODE_ENV'] = 'production';
      assert.deepEqual(issuesOf(silent), [needsSecret, needsRedis]);
      assert.equal(parseOptions(given()).production, false);
      process.env['NODE_ENV'] = 'test';
      assert.equal(parseOptions(silent).production, false);
      delete process.env['NODE_ENV'];
      assert.deepEqual(issuesOf(given({ production: true })), [needsSecret, needsRedis]);
    } finally {
      if (before === undefined) delete process.env['NODE_ENV'];
      else process.env['NODE_ENV'] = before;
    }
  });

  it('refuses a sample secret, as elsewhere', () => {
    assert.equal(issuesOf(given({ ...good, secret: 'change-me-change-me-change-me-now' })).length, 1);
  });
});
