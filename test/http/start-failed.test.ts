import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../services/redis-server.js';
import { waitUntil } from '../services/wait-until.js';
import { openClub, type Club } from './club.js';
import { Visitor } from './visitor.js';

describe('a start that failed for good, in an app that never calls ready()', () => {
  let redis: TestRedis;
  let club: Club;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());
  afterEach(() => club.close());

  it('F40: pages and guards answer 503 with Retry-After, and the log says why, once', async () => {
    club = await openClub({
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
      () => (club.log.some(({ text }) => text.startsWith('cannot start: ')) ? true : undefined),
      () => 'the start did not end',
    );
    const visitor = new Visitor(club);
    for (const path of [club.page, club.page]) {
      const { status, headers } = await visitor.get(path);
      assert.deepEqual([status, headers['retry-after']], [503, '5']);
    }
    assert.equal((await fetch(`${club.url}/signup`, { method: 'POST' })).status, 503);
    const entries = club.log.filter(({ text }) => /may lose invitations.*answered with 503/.test(text));
    assert.equal(entries.length, 1);
  });
});
