import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('a start that failed for good, in an app that never calls ready()', () => {
  let redis: TestRedis;
  let testApp: TestApp;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());
  afterEach(() => testApp.close());

  it('F40: pages and guards respond 503 with Retry-After, and the log says why, once', async () => {
    testApp = await openTestApp({
      redis: redis.url,
      production: true,
      after: (app, enrollment) => {
        app.post(
          '/signup',
          enrollment.requireInvite({ field: 'code', checkOrigin: false }, (_req, res) => void res.end()),
        );
      },
    });
    await waitUntil(
      () => (testApp.log.some(({ text }) => text.startsWith('cannot start: ')) ? true : undefined),
      () => 'the start did not end',
    );
    const visitor = new Visitor(testApp);
    for (const path of [testApp.page, testApp.page]) {
      const { status, headers } = await visitor.get(path);
      assert.deepEqual([status, headers['retry-after']], [503, '5']);
    }
    assert.equal((await fetch(`${testApp.url}/signup`, { method: 'POST' })).status, 503);
    const entries = testApp.log.filter(({ text }) => /may lose invitations.*answered with 503/.test(text));
    assert.equal(entries.length, 1);
  });
});
