import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { effort } from '../../support/campaign.js';
import { startPostgres, type TestPostgres } from '../../support/postgres-server.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { summaryOnceRedeemed } from '../../support/http/await-redeemed.js';
import { Caller, openGuardApp, said, type GuardApp, type GuardAppOptions } from '../../support/guards/guard-app.js';
import { postgresPeople, sqlitePeople } from '../../support/guards/people.js';

const visitors = effort(40, 100);
const unlimited = { points: 1_000_000, windowSeconds: 600 };

for (const [stores, processes] of [
  ['memory and SQLite', 1],
  ['Redis and PostgreSQL, three apps', 3],
] as const) {
  describe(`${visitors} visitors at a guarded form at once, over ${stores}`, () => {
    let redis: TestRedis | undefined;
    let postgres: TestPostgres | undefined;
    let guardApps: readonly GuardApp[];
    before(async () => {
      const common: GuardAppOptions = {
        rateLimits: { codes: { perClient: unlimited, perPlan: unlimited, overall: unlimited } },
      };
      if (processes === 1) {
        guardApps = [
          await openGuardApp({ ...common, people: await sqlitePeople(join(temporaryFolder(), 'people.sqlite')) }),
        ];
        return;
      }
      [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
      const people = await postgresPeople(postgres.pool(await postgres.database(), { max: 30 }));
      const shared = { ...common, redis: redis.url, people, clock: { now: () => Date.now() } };
      guardApps = await Promise.all(Array.from({ length: processes }, () => openGuardApp(shared)));
      await Promise.all(guardApps.map(({ enrollment }) => enrollment.ready()));
    });
    after(async () => {
      const [first, ...others] = guardApps;
      for (const guardApp of others) await guardApp.enrollment.close();
      await first?.close();
      await redis?.stop();
      await postgres?.stop();
    });

    for (const uses of [1, 10]) {
      it(`a code for ${uses} makes exactly ${uses}; everyone clicks twice`, async () => {
        const [guardApp] = guardApps;
        assert.ok(guardApp);
        const { code, id } = await guardApp.enrollment.invitations.create({ uses });
        const answers = await Promise.all(
          Array.from({ length: visitors }, async (_, index) => {
            const caller = new Caller(guardApps[index % guardApps.length]!);
            await caller.open();
            return Promise.all([1, 2].map(() => caller.send(code, `guest-${uses}-${index}@example.com`)));
          }),
        );
        const made = (await guardApp.people.all()).filter(({ key }) => key?.startsWith(`${id}:`));
        assert.deepEqual(
          made.map(({ key }) => Number(key?.split(':').at(-1))).sort((a, b) => a - b),
          Array.from({ length: uses }, (_, index) => index + 1),
        );
        // Both clicks of one visitor have the same result, unless the second was refused during the first one's write.
        const winners = answers.filter((pair) => pair.some(({ status }) => status === 201));
        assert.equal(winners.length, uses);
        for (const { status, text } of answers.flat()) assert.ok([201, 422].includes(status), `${status} ${text}`);
        for (const answer of answers.flat().filter(({ status }) => status === 422))
          assert.match(String(said(answer)['reason']), /^invitation\.(used_up|held)$/);
        await summaryOnceRedeemed(uses, guardApp, id);
      });
    }
  });
}
