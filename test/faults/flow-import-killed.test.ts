import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { effort } from '../support/campaign.js';
import { startServer } from '../support/child-server.js';
import { openTestApp } from '../support/http/test-app.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const program = fileURLToPath(new URL('../support/faults/killed-import.js', import.meta.url));
const keyPrefix = 'killed:';

describe('a process that is killed while it imports flows', () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  it('leaves the version of before or the new one, never half of it', async function () {
    this.timeout(effort(180_000, 1_200_000));
    for (let round = 0; round < effort(2, 60); round += 1) {
      const child = await startServer(program, { env: { REDIS_URL: redis.url, KEY_PREFIX: keyPrefix } });
      await pause(Math.random() * 150);
      await child.kill();
      const begun = Number(
        /imports (\d+)\s*$|imports (\d+)\s*stored \2\s*$/.exec(child.stdout())?.slice(1).find(Boolean),
      );
      const told = [...child.stdout().matchAll(/stored (\d+)/g)].map(([, version]) => Number(version)).at(-1) ?? 0;
      const app = await openTestApp({
        redis: redis.url,
        allowVolatileRedis: true,
        keyPrefix,
        flowFiles: { stored: true },
      });
      try {
        await app.enrollment.ready();
        const { version, newest, problem } = await app.enrollment.flows.current();
        assert.equal(problem, null);
        assert.equal(version, newest);
        assert.ok(newest >= told && newest <= begun, `${String(newest)}: told ${String(told)}, begun ${String(begun)}`);
        const titles = app.enrollment.flows.list().flatMap(({ slug, title }) => (slug === 'invite' ? [] : [title]));
        const all = newest === 0 ? [] : [`Number ${String(newest)}`, `Number ${String(newest)}`];
        assert.deepEqual(titles, all);
        const numbers = (await app.enrollment.flows.versions()).map((one) => one.version);
        assert.deepEqual(
          numbers,
          Array.from({ length: Math.min(newest, 50) }, (_, back) => newest - back),
        );
      } finally {
        await app.close();
      }
    }
  });
});
