import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { effort } from '../../services/campaign.js';
import { startPostgres, type TestPostgres } from '../../services/postgres-server.js';
import { startRedis, type TestRedis } from '../../services/redis-server.js';
import { temporaryFolder } from '../../services/temporary-folder.js';
import { standingWith } from '../standing.js';
import { Caller, openHouse, said, type House, type HouseOptions } from './house.js';
import { postgresPeople, sqlitePeople } from './people.js';

const visitors = effort(40, 100);
const unlimited = { points: 1_000_000, windowSeconds: 600 };

for (const [stores, processes] of [
  ['memory and SQLite', 1],
  ['Redis and PostgreSQL, three apps', 3],
] as const) {
  describe(`${visitors} visitors at a guarded form at once, over ${stores}`, () => {
    let redis: TestRedis | undefined;
    let postgres: TestPostgres | undefined;
    let houses: readonly House[];
    before(async () => {
      const common: HouseOptions = {
        rateLimits: { codes: { perClient: unlimited, perPlan: unlimited, overall: unlimited } },
      };
      if (processes === 1) {
        houses = [await openHouse({ ...common, people: await sqlitePeople(join(temporaryFolder(), 'people.sqlite')) })];
        return;
      }
      [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
      const people = await postgresPeople(postgres.pool(await postgres.database(), { max: 30 }));
      const shared = { ...common, redis: redis.url, people, clock: { now: () => Date.now() } };
      houses = await Promise.all(Array.from({ length: processes }, () => openHouse(shared)));
      await Promise.all(houses.map(({ enrollment }) => enrollment.ready()));
    });
    after(async () => {
      const [first, ...others] = houses;
      for (const house of others) await house.enrollment.close();
      await first?.close();
      await redis?.stop();
      await postgres?.stop();
    });

    for (const uses of [1, 10]) {
      it(`T-RACE-0${uses === 1 ? 1 : 2}: a code for ${uses} makes exactly ${uses}; everybody clicks twice`, async () => {
        const [house] = houses;
        assert.ok(house);
        const { code, id } = await house.enrollment.invitations.create({ uses });
        const answers = await Promise.all(
          Array.from({ length: visitors }, async (_, index) => {
            const caller = new Caller(houses[index % houses.length]!);
            await caller.open();
            return Promise.all([1, 2].map(() => caller.send(code, `guest-${uses}-${index}@example.com`)));
          }),
        );
        const made = (await house.people.all()).filter(({ key }) => key?.startsWith(`${id}:`));
        assert.deepEqual(
          made.map(({ key }) => Number(key?.split(':').at(-1))).sort((a, b) => a - b),
          Array.from({ length: uses }, (_, index) => index + 1),
        );
        // Both clicks of one person come to the same end, unless the second was refused while the first was writing.
        const winners = answers.filter((pair) => pair.some(({ status }) => status === 201));
        assert.equal(winners.length, uses);
        for (const { status, text } of answers.flat()) assert.ok([201, 422].includes(status), `${status} ${text}`);
        for (const answer of answers.flat().filter(({ status }) => status === 422))
          assert.match(String(said(answer)['reason']), /^invitation\.(used_up|held)$/);
        await standingWith(uses, house, id);
      });
    }
  });
}
