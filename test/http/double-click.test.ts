import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { RawClient, type RawAnswer } from '../services/raw-client.js';
import { startRedis, type TestRedis } from '../services/redis-server.js';
import { openClub, type Club } from './club.js';
import { standingWith } from './standing.js';
import { accountOf, Visitor } from './visitor.js';

for (const stores of ['memory', 'Redis']) {
  describe(`a double click, over ${stores}`, () => {
    let club: Club;
    let redis: TestRedis | undefined;
    before(async () => {
      redis = stores === 'Redis' ? await startRedis() : undefined;
      club = await openClub(redis === undefined ? {} : { redis: redis.url, clock: { now: () => Date.now() } });
      await club.enrollment.ready();
    });
    after(async () => {
      await club.close();
      await redis?.stop();
    });

    /** Sends the visitor's form `times` times at once, each time from a browser that knows what it knows now. */
    async function together(
      visitor: Visitor,
      fields: Readonly<Record<string, string>>,
      times: number,
    ): Promise<{ client: RawClient; answer: RawAnswer }[]> {
      const { action, hidden } = visitor.form;
      const cookie = visitor.client.cookies.header(club.page);
      return Promise.all(
        Array.from({ length: times }, async () => {
          const client = new RawClient(club.url);
          for (const pair of cookie.split('; ')) client.cookies.set(...(pair.split(/=(.*)/s) as [string, string]));
          return { client, answer: await client.post(action, { ...hidden, ...fields }) };
        }),
      );
    }

    for (const times of [2, 10]) {
      it(`on the last page, ${times} at once: one account, and every answer signs in`, async () => {
        const { code, id } = await club.enrollment.invitations.create();
        const visitor = new Visitor(club);
        const name = `twice-${times}`;
        await visitor.enterCode(code);
        const answers = await together(visitor, accountOf(name), times);
        for (const { client, answer } of answers) {
          assert.deepEqual([answer.status, answer.location], [303, '/welcome'], answer.text);
          assert.equal((JSON.parse((await client.get('/me')).text) as { username: string }).username, name);
        }
        assert.equal(club.members.filter(({ username }) => username === name).length, 1);
        assert.equal((await standingWith(1, club, id)).state, 'used_up');
      });

      it(`on the code page, ${times} at once: all lead on to the one account page`, async () => {
        const { code } = await club.enrollment.invitations.create();
        const visitor = new Visitor(club);
        await visitor.open();
        const answers = await together(visitor, { invite_code: code }, times);
        for (const { answer } of answers) assert.deepEqual([answer.status, answer.location], [303, club.page]);
        await visitor.open();
        assert.equal(visitor.step, 'account 1');
        assert.equal((await visitor.submit(accountOf(`code-twice-${times}`))).location, '/welcome');
      });
    }
  });
}
