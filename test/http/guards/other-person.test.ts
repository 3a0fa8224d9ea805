import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { startPostgres, type TestPostgres } from '../../support/postgres-server.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import {
  Caller,
  openGuardApp,
  personIn,
  said,
  type GuardApp,
  type GuardAppOptions,
} from '../../support/guards/guard-app.js';
import { postgresPeople, sqlitePeople } from '../../support/guards/people.js';

const attemptCookie = 'enrollment.attempt';
type Fields = Readonly<Record<string, unknown>>;

/** A browser whose attempt cookie is restored before every form, so that all forms belong to one attempt. */
class SharedBrowser extends Caller {
  #cookie = '';

  override async open(): Promise<RawAnswer> {
    const answer = await super.open();
    this.#cookie = this.client.cookies.get(attemptCookie) ?? '';
    return answer;
  }

  json(fields: Fields): Promise<RawAnswer> {
    this.client.cookies.set(attemptCookie, this.#cookie);
    return this.client.post('/signup', JSON.stringify(fields), { 'content-type': 'application/json' });
  }
}

for (const stores of ['memory and SQLite', 'Redis and PostgreSQL']) {
  describe(`two people at one browser with a guard in front, over ${stores}`, () => {
    let redis: TestRedis | undefined;
    let postgres: TestPostgres | undefined;
    let guardApp: GuardApp;
    let made = 0;
    before(async () => {
      let options: GuardAppOptions = { people: await sqlitePeople(join(temporaryFolder(), 'people.sqlite')) };
      if (stores !== 'memory and SQLite') {
        [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
        options = { redis: redis.url, people: await postgresPeople(postgres.pool(await postgres.database())) };
      }
      guardApp = await openGuardApp({
        ...options,
        // No body field is unique in this app: it would accept the second user's form like the first one's.
        handler: (inside) => async (_req, res, invite) => {
          const number = (made += 1);
          const person = await invite.redeem(
            (redemption) => inside.people.insert(`person-${number}@example.com`, redemption),
            (id) => inside.people.findById(id),
          );
          res.status(201).json({ person });
        },
      });
      await guardApp.enrollment.ready();
    });
    after(async () => {
      await guardApp.close();
      await redis?.stop();
      await postgres?.stop();
    });

    const first: Fields = { email: 'ann@example.com', username: 'ann', password: 'first password', terms: true };
    const others: readonly (readonly [string, Fields])[] = [
      ['another password', { ...first, password: 'second password' }],
      ['another password and name', { ...first, username: 'bob', password: 'second password' }],
      ['a password in other letter case', { ...first, password: 'First Password' }],
      ['a name sent as a number', { ...first, username: 7 }],
      ['a flag sent as text', { ...first, terms: 'true' }],
      ['one field less', { email: first['email'], username: 'ann', password: 'first password' }],
      ['one field more', { ...first, profile: { nick: 'annie' } }],
    ];
    for (const [title, other] of others) {
      it(`F4: ${title} is another enrollment with its own account`, async () => {
        const code = await guardApp.invite({ uses: 2 });
        const browser = new SharedBrowser(guardApp);
        await browser.open();
        const ann = await browser.json({ invite_code: code, ...first });
        assert.equal(ann.status, 201, ann.text);
        assert.equal(personIn(await browser.json({ invite_code: code, ...first })), personIn(ann));
        const answer = await browser.json({ invite_code: code, ...other });
        assert.equal(answer.status, 201, answer.text);
        assert.notEqual(personIn(answer), personIn(ann));
      });
    }

    it('F4: numeric names are different people, and the same number twice is one', async () => {
      const code = await guardApp.invite({ uses: 3 });
      const browser = new SharedBrowser(guardApp);
      await browser.open();
      const ids: string[] = [];
      for (const username of [7, 8, '7', 7]) ids.push(personIn(await browser.json({ invite_code: code, username })));
      assert.equal(new Set(ids).size, 3, ids.join());
      assert.equal(ids[3], ids[0]);
    });

    it('F4: two different concurrent forms never get one account', async () => {
      for (const uses of [1, 2]) {
        const code = await guardApp.invite({ uses });
        const browser = new SharedBrowser(guardApp);
        await browser.open();
        const answers = await Promise.all(
          ['one', 'two'].map((password) => browser.json({ invite_code: code, ...first, password })),
        );
        const accounts = answers.filter(({ status }) => status === 201).map(personIn);
        assert.equal(accounts.length, uses, answers.map(({ text }) => text).join());
        assert.equal(new Set(accounts).size, uses);
      }
    });

    it('F4: with the code used up, other data for the same name says that the account exists', async () => {
      const code = await guardApp.invite();
      const browser = new SharedBrowser(guardApp);
      await browser.open();
      assert.equal((await browser.json({ invite_code: code, ...first })).status, 201);
      const retyped = await browser.json({ invite_code: code, ...first, password: 'second password' });
      assert.deepEqual(
        [retyped.status, said(retyped)['code'], said(retyped)['userId']],
        [409, 'ERR_ENROLLMENT_INVITE_REDEEMED', null],
        retyped.text,
      );
      const stranger = await browser.json({ invite_code: code, ...first, email: 'bob@example.com' });
      assert.deepEqual([stranger.status, said(stranger)['reason']], [422, 'invitation.used_up'], stranger.text);
      const elsewhere = await new Caller(guardApp).send(code, 'ann@example.com');
      assert.equal(elsewhere.status, 422, elsewhere.text);
    });
  });
}
