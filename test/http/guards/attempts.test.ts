import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { sampleOf } from '../../support/campaign.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { startPostgres, type TestPostgres } from '../../support/postgres-server.js';
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
import { summaryOnceRedeemed } from '../../support/http/await-redeemed.js';
import { postgresPeople, sqlitePeople } from '../../support/guards/people.js';
import { ageForms } from '../../support/guards/forms-in-redis.js';

const attemptCookie = 'enrollment.attempt';
const statuses = (answers: readonly RawAnswer[]): readonly number[] => answers.map(({ status }) => status).sort();

for (const stores of sampleOf(['Redis and PostgreSQL', 'memory and SQLite'], 1)) {
  describe(`one attempt, one account, over ${stores}`, () => {
    let redis: TestRedis | undefined;
    let postgres: TestPostgres | undefined;
    let guardApp: GuardApp;
    let options: GuardAppOptions;
    before(async () => {
      if (stores === 'memory and SQLite') {
        options = { people: await sqlitePeople(join(temporaryFolder(), 'people.sqlite')) };
      } else {
        [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
        options = { redis: redis.url, people: await postgresPeople(postgres.pool(await postgres.database())) };
      }
      guardApp = await openGuardApp(options);
      await guardApp.enrollment.ready();
    });
    after(async () => {
      await guardApp.close();
      await redis?.stop();
      await postgres?.stop();
    });

    it('a double click: both posts carry the same cookie and get the same account', async () => {
      for (const email of ['double-1@example.com', 'double-2@example.com', 'double-3@example.com']) {
        const code = await guardApp.invite({ uses: 2 });
        const caller = new Caller(guardApp);
        await caller.open();
        const answers = await Promise.all([1, 2, 3].map(() => caller.send(code, email)));
        assert.deepEqual(statuses(answers), [201, 201, 201], answers.map(({ text }) => text).join());
        assert.equal(new Set(answers.map(personIn)).size, 1);
        assert.equal((await guardApp.people.all()).filter((one) => one.email === email).length, 1);
        // The second seat is available to another user.
        assert.equal((await new Caller(guardApp).send(code, `other-${email}`)).status, 201);
      }
    });

    // Redis uses its own clock: there the form's record is made older instead.
    async function goOn(seconds: number, id: string): Promise<void> {
      await summaryOnceRedeemed(1, guardApp, id);
      guardApp.clock.advance(seconds * 1000);
      if (redis !== undefined) await ageForms(redis.client(), seconds);
    }

    it('a retry after a lost response: the account for two minutes, then a prompt to sign in', async () => {
      const { code, id } = await guardApp.enrollment.invitations.create();
      const caller = new Caller(guardApp);
      await caller.open();
      const cookie = caller.client.cookies.get(attemptCookie) ?? '';
      const first = await caller.send(code, 'lost@example.com');
      const again = (): Promise<RawAnswer> => {
        caller.client.cookies.set(attemptCookie, cookie);
        return caller.send(code, 'lost@example.com');
      };
      for (const seconds of [0, 60, 50]) {
        await goOn(seconds, id);
        assert.equal(personIn(await again()), personIn(first));
      }
      for (const seconds of [15, 6 * 3600, 16 * 3600]) {
        await goOn(seconds, id);
        const late = await again();
        assert.deepEqual(
          [late.status, said(late)['code'], said(late)['reason'], said(late)['userId']],
          [409, 'ERR_ENROLLMENT_INVITE_REDEEMED', 'guard.redeemed', null],
          late.text,
        );
        assert.deepEqual(said(late)['fields'], { invite_code: 'Your account is ready. Sign in.' });
      }
      await goOn(2 * 3600, id);
      assert.equal((await again()).status, 422, 'the cookie is a day old');
    });

    it('a copy of the cookie from before the account was made never gives access to it', async () => {
      const { code, id } = await guardApp.enrollment.invitations.create({ uses: 2 });
      const victim = new Caller(guardApp);
      await victim.open();
      const stolen = victim.client.cookies.get(attemptCookie) ?? '';
      assert.equal((await victim.send(code, 'victim@example.com')).status, 201);
      await goOn(121, id);
      const thief = new Caller(guardApp);
      thief.client.cookies.set(attemptCookie, stolen);
      for (let times = 0; times < 2; times += 1) {
        const answer = await thief.send(code, 'victim@example.com');
        assert.deepEqual([answer.status, said(answer)['userId']], [409, null], answer.text);
        assert.ok(!answer.text.includes('"person"'));
      }
      // The thief may still create an account of their own.
      assert.equal((await thief.send(code, 'thief@example.com')).status, 201);
    });

    it('two tabs: the input of another person creates another account', async () => {
      const code = await guardApp.invite({ uses: 2 });
      const caller = new Caller(guardApp);
      await caller.open();
      const cookie = caller.client.cookies.get(attemptCookie) ?? '';
      const first = await caller.send(code, 'tab-1@example.com');
      caller.client.cookies.set(attemptCookie, cookie);
      const second = await caller.send(code, 'tab-2@example.com');
      assert.deepEqual([first.status, second.status], [201, 201], second.text);
      assert.notEqual(personIn(first), personIn(second));
      assert.equal((said(second)['person'] as { email: string }).email, 'tab-2@example.com');
    });

    it('two concurrent tabs for one seat: one account, the other person is refused', async () => {
      const code = await guardApp.invite();
      const caller = new Caller(guardApp);
      await caller.open();
      const answers = await Promise.all(['race-1', 'race-2'].map((name) => caller.send(code, `${name}@example.com`)));
      assert.deepEqual(statuses(answers), [201, 422]);
    });

    it('a resend within two minutes gets the same response; later a new attempt begins', async () => {
      const code = await guardApp.invite({ uses: 2 });
      const caller = new Caller(guardApp);
      await caller.open();
      const first = await caller.send(code, 'again@example.com');
      const finished = caller.client.cookies.get(attemptCookie) ?? '';
      assert.match(finished, /^[^.]+(\.[^.]+){4}$/);
      guardApp.clock.advance(60_000);
      assert.equal(personIn(await caller.send(code, 'again@example.com')), personIn(first));
      assert.equal(caller.client.cookies.get(attemptCookie), finished, 'the two minutes grew');
      guardApp.clock.advance(61_000);
      // The app's own unique key answers now, because it is another attempt.
      const later = await caller.send(code, 'again@example.com');
      assert.equal(later.status, 500, later.text);
      assert.match(String(said(later)['message']), /unique/i);
      assert.notEqual(caller.client.cookies.get(attemptCookie), finished);
    });

    it('reopening the form begins a new attempt only after the old one led to an account', async () => {
      const code = await guardApp.invite({ uses: 2 });
      const caller = new Caller(guardApp);
      await caller.open();
      const open = caller.client.cookies.get(attemptCookie);
      await caller.open();
      assert.equal(caller.client.cookies.get(attemptCookie), open);
      await caller.send(code, 'anew@example.com');
      await caller.open();
      assert.ok(!caller.client.cookies.get(attemptCookie)?.startsWith(open ?? ''));
    });

    it('with cookies blocked, two posts are unrelated: seats and the app’s own key decide', async () => {
      const code = await guardApp.invite({ uses: 1 });
      const blocked = (): Promise<RawAnswer> => new Caller(guardApp).send(code, 'blocked@example.com');
      assert.deepEqual([(await blocked()).status, (await blocked()).status], [201, 422]);
    });

    it('a browser without a cookie gets one with its first post, so that the retry counts', async () => {
      const code = await guardApp.invite();
      const caller = new Caller(guardApp);
      assert.equal((await caller.send('WRONG-WORD', 'first-post@example.com')).status, 422);
      const cookie = caller.client.cookies.get(attemptCookie) ?? '';
      assert.notEqual(cookie, '');
      const first = await caller.send(code, 'first-post@example.com');
      caller.client.cookies.set(attemptCookie, cookie);
      assert.equal(personIn(await caller.send(code, 'first-post@example.com')), personIn(first));
    });

    it('a forged or altered cookie is ignored', async () => {
      const caller = new Caller(guardApp);
      await caller.open();
      const good = caller.client.cookies.get(attemptCookie) ?? '';
      for (const bad of ['x', `${good}x`, good.slice(1), `${good}.zzzzz.${'A'.repeat(22)}`, `${good}.`, 'a.b.c.d.e']) {
        caller.client.cookies.set(attemptCookie, bad);
        await caller.open();
        const now = caller.client.cookies.get(attemptCookie) ?? '';
        assert.ok(now !== bad && now !== good, bad);
      }
    });
  });
}

describe('attempts in other circumstances', () => {
  let guardApp: GuardApp | undefined;
  afterEach(() => guardApp?.close());

  it('without an email field, the username or the app’s account setting tells people apart', async () => {
    guardApp = await openGuardApp({
      handler: (inside) => async (req, res, invite) => {
        const name = `${String((req.body as Record<string, unknown>)['username'])}@example.com`;
        const person = await invite.redeem(
          (redemption) => inside.people.insert(name, redemption),
          (id) => inside.people.findById(id),
        );
        res.status(201).json({ person });
      },
    });
    const code = await guardApp.invite({ uses: 2 });
    const { client } = new Caller(guardApp);
    await client.get('/signup');
    const cookie = client.cookies.get(attemptCookie) ?? '';
    const post = async (username: string): Promise<string> => {
      client.cookies.set(attemptCookie, cookie);
      return personIn(await client.post('/signup', { invite_code: code, username }));
    };
    const ann = await post('ann');
    const bob = await post('bob');
    assert.notEqual(ann, bob);
    assert.equal(await post('ann'), ann);
  });

  it('without redemptions a repeated form still gets its own account, from Redis', async () => {
    guardApp = await openGuardApp({ redemptions: null });
    assert.ok(guardApp.log.some(({ fields }) => fields['code'] === 'WARN_NO_REDEMPTIONS'));
    const code = await guardApp.invite();
    const caller = new Caller(guardApp);
    await caller.open();
    const cookie = caller.client.cookies.get(attemptCookie) ?? '';
    const first = await caller.send(code, 'ann@example.com');
    caller.client.cookies.set(attemptCookie, cookie);
    const again = await caller.send(code, 'ann@example.com');
    assert.equal(personIn(again), personIn(first));
    assert.equal((await guardApp.people.all()).length, 1);
  });

  for (const [origin, name, secure] of [
    ['http://house.example', 'enrollment.attempt', false],
    ['https://house.example', '__Host-enrollment.attempt', true],
    ['https://house.example/join', '__Host-enrollment.attempt', true],
  ] as const) {
    it(`cookies under ${origin}: path, HttpOnly, SameSite=Lax${secure ? ', Secure, __Host-' : ''}`, async () => {
      guardApp = await openGuardApp({ origin });
      const { client } = new Caller(guardApp);
      const [opened = ''] = (await client.get('/signup')).headers['set-cookie'] ?? [];
      assert.match(opened, new RegExp(`^${name}=[^;]+; Path=/; HttpOnly;${secure ? ' Secure;' : ''} SameSite=Lax$`));
      const [arrived = ''] = (await client.get('/signup?invite=X')).headers['set-cookie'] ?? [];
      assert.match(arrived, new RegExp(`^${name.replace('attempt', 'entry')}=[^;]+; Max-Age=600; Path=/; HttpOnly;`));
      const done =
        (await new Caller(guardApp).send(await guardApp.invite(), 'ann@example.com')).headers['set-cookie'] ?? [];
      assert.equal(done.filter((line) => line.startsWith(`${name}=`)).length, 1, done.join('\n'));
    });
  }
});
