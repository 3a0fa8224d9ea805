import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { openClub, secrets, type Club } from '../http/club.js';
import { standingWith } from '../http/standing.js';
import { accountOf, Visitor } from '../http/visitor.js';
import { startOwnTime } from '../services/own-time.js';
import { startRedis, type TestRedis } from '../services/redis-server.js';
import { waitUntil } from '../services/wait-until.js';

const realTime = { now: () => Date.now() };
const back = (club: Club): Promise<unknown> =>
  waitUntil(
    async () => ((await club.enrollment.health()).ready ? true : undefined),
    () => 'Redis does not come back',
  );

describe('Redis that was restarted without anything in it', function () {
  let redis: TestRedis;
  let club: Club;
  const customCode = { customCode: 'SPRING-2099', uses: 3, expires: '2099-01-01T00:00:00Z' };
  before(async () => {
    redis = await startRedis();
    club = await openClub({ redis: redis.url, clock: realTime, seed: [customCode] });
    await club.enrollment.ready();
  });
  after(async () => {
    await club.close();
    await redis.stop();
  });

  it('T-RDS-03: plans, sessions and generated codes are gone, and people are told so; accounts are not', async () => {
    const { code } = await club.enrollment.invitations.create({ uses: 2 });
    const [member, amid] = [new Visitor(club), new Visitor(club)];
    await member.signUp(code, 'member');
    await new Visitor(club).signUp('SPRING-2099', 'spring-1');
    await amid.enterCode(code);
    await redis.kill();
    await redis.start();
    await back(club);

    assert.equal(await member.me(), null, 'the session is gone');
    const stale = await amid.submit(accountOf('amid'));
    assert.deepEqual([stale.status, stale.location], [303, club.page]);
    const fresh = await amid.follow(stale);
    assert.equal(amid.step, 'invite-code 0');
    assert.match(fresh.text, /took too long|start again|expired|begin again/i);
    assert.match((await amid.submit({ invite_code: code })).text, /can’t find an invitation/);
    assert.deepEqual(
      club.members.map(({ username }) => username),
      ['member', 'spring-1'],
    );
  });

  it('an invitation by word comes back under its old id: what was redeemed before still counts, and no seat twice', async () => {
    const { invitations } = club.enrollment;
    assert.deepEqual((await invitations.list()).items, []);
    await invitations.seed([customCode]);
    const [seeded] = (await invitations.list()).items;
    assert.equal(seeded?.redeemed, 0);
    assert.equal(await invitations.reconcile(seeded?.id ?? ''), 1);
    await new Visitor(club).signUp('SPRING-2099', 'spring-2');
    await new Visitor(club).signUp('SPRING-2099', 'spring-3');
    assert.equal((await standingWith(3, club, seeded?.id ?? '')).state, 'used_up');
    const fourth = new Visitor(club);
    await fourth.open();
    assert.match((await fourth.submit({ invite_code: 'SPRING-2099' })).text, /has already been used/);
  });

  it('even where nobody reconciles, a seat that has an account is not given to another', async () => {
    await redis.kill();
    await redis.start();
    await back(club);
    await club.enrollment.invitations.seed([customCode]);
    const visitor = new Visitor(club);
    await visitor.enterCode('SPRING-2099');
    assert.equal((await visitor.submit(accountOf('spring-4'))).status, 403);
    assert.equal(club.members.filter(({ username }) => username?.startsWith('spring-')).length, 3);
  });
});

describe('Redis that is gone while requests flood in', function () {
  let redis: TestRedis;
  let client: Redis;
  let club: Club;
  beforeEach(async () => {
    redis = await startRedis({ persistence: true });
    // A client as an app may have it: it keeps every command until it has an answer.
    client = new Redis(redis.port, '127.0.0.1', { retryStrategy: () => 50 });
    client.on('error', () => undefined);
    club = await openClub({ redis: client, clock: realTime });
    await club.enrollment.ready();
  });
  afterEach(async () => {
    await club.close();
    client.disconnect();
    await redis.stop();
  });

  // What ioredis keeps is told by no public member.
  const kept = (): number =>
    ['commandQueue', 'offlineQueue'].reduce(
      (sum, queue) => sum + Number(Reflect.get(Reflect.get(client, queue), 'length')),
      0,
    );

  for (const [how, waves, leave, comeBack] of [
    ['killed', 2, () => redis.kill(), () => redis.start()],
    ['frozen', 10, async () => redis.freeze(), async () => redis.thaw()],
  ] as const) {
    it(`T-RDS-23: ${how}, ${waves * 500} requests: each is 503, most of them at once; what waits does not grow with them`, async function () {
      const visitor = new Visitor(club);
      await visitor.enterCode((await club.enrollment.invitations.create()).code);
      await leave();
      const took: number[] = [];
      const statuses = new Set<number>();
      let most = 0;
      try {
        for (let wave = 0; wave < waves; wave += 1) {
          await Promise.all(
            Array.from({ length: 500 }, async () => {
              const ownTime = startOwnTime();
              statuses.add((await visitor.client.get(club.page)).status);
              took.push(ownTime());
            }),
          );
          most = Math.max(most, kept());
        }
      } finally {
        await comeBack();
      }
      assert.deepEqual([...statuses], [503]);
      assert.equal(took.length, waves * 500);
      assert.ok(most <= 1600, `${most} commands were kept`);
      assert.ok(Math.max(...took) < 6000, `the longest took ${Math.max(...took)} ms`);
      const quick = took.filter((milliseconds) => milliseconds < 1800).length;
      assert.ok(quick >= (waves * 500) / 2, `${quick} were quick`);
      await back(club);
      assert.equal((await visitor.submit(accountOf(`flood-${how}`))).location, '/welcome');
      this.test!.title += ` (${quick} at once; ${most} commands kept)`;
    });
  }
});

describe('Redis that does not let us in', function () {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  it('T-RDS-22: a wrong password: the log and the health check say so, forms are 503, and it is tried again', async () => {
    await redis.client().call('ACL', 'SETUSER', 'club', 'on', '>right', '~*', '&*', '+@all');
    const club = await openClub({ redis: `redis://club:wrong@127.0.0.1:${redis.port}`, clock: realTime });
    await waitUntil(
      () => (club.log.some(({ fields }) => /WRONGPASS/.test(String(fields['err']))) ? true : undefined),
      () => `nothing is told: ${club.log.map(({ text, fields }) => `${text} ${String(fields['err'])}`).join('; ')}`,
    );
    const visitor = new Visitor(club);
    await visitor.open();
    assert.equal((await visitor.submit({ invite_code: 'SOME-WORD-9' })).status, 503);
    assert.equal((await club.enrollment.health()).ready, false);
    await redis.client().call('ACL', 'SETUSER', 'club', '>wrong');
    await back(club);
    await club.close();
  });

  for (const command of ['evalsha', 'set', 'get', 'zadd', 'hset', 'time', 'ping']) {
    it(`T-RDS-22: the command ${command.toUpperCase()} alone is denied: 503 or success, and operators are told`, async () => {
      await redis.client().call('ACL', 'SETUSER', `no-${command}`, 'on', '>p', '~*', '&*', '+@all');
      const club = await openClub({ redis: `redis://no-${command}:p@127.0.0.1:${redis.port}`, clock: realTime });
      await club.enrollment.ready();
      const { code } = await club.enrollment.invitations.create();
      const visitor = new Visitor(club);
      await visitor.open();
      await redis.client().call('ACL', 'SETUSER', `no-${command}`, `-${command}`);
      const answers = [await visitor.submit({ invite_code: code })];
      if (visitor.step.startsWith('account')) answers.push(await visitor.submit(accountOf(`acl-${command}`)));
      else {
        await visitor.open();
        if (visitor.step.startsWith('account')) answers.push(await visitor.submit(accountOf(`acl-${command}`)));
      }
      await club.enrollment.health();
      await club.enrollment.invitations.create().catch(() => undefined);
      assert.ok(
        answers.every(({ status }) => [303, 503].includes(status)),
        answers.map(({ status, text }) => `${status} ${text}`).join('\n'),
      );
      const said = [
        ...club.log.map(({ fields }) => String(fields['err'])),
        (await club.enrollment.health()).problem ?? '',
        await club.enrollment.invitations.create().then(() => '', String),
      ].join('\n');
      assert.match(said, /NOPERM|The user executing the script can't run this command/);
      await redis.client().call('ACL', 'SETUSER', `no-${command}`, '+@all');
      await visitor.open();
      if (visitor.step.startsWith('invite-code')) await visitor.follow(await visitor.submit({ invite_code: code }));
      if (visitor.step.startsWith('account')) await visitor.submit(accountOf(`acl-${command}`));
      assert.equal(club.members.filter(({ username }) => username === `acl-${command}`).length, 1);
      await club.close();
    });
  }
});

describe('T-RDS-19: clocks of Redis and of the app that differ by an hour', () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  for (const [what, hours] of [
    ['ahead', 1],
    ['behind', -1],
  ] as const) {
    it(`the app is ${what}: an invitation is good before its end by the clock of Redis, and not at it, at the code and at the write`, async () => {
      const club = await openClub({
        redis: redis.url,
        secret: secrets[0],
        clock: { now: () => Date.now() + hours * 3_600_000 },
      });
      await club.enrollment.ready();
      const end = new Date(Date.now() + 1500);
      // "expires" of the past is refused by the app's clock, so what is made while it is ahead gets its end by an edit.
      const { id, code } = await club.enrollment.invitations.create({
        uses: 5,
        expires: new Date(Date.now() + 10 * 3_600_000),
      });
      await club.enrollment.invitations.extend(id, { expires: end });
      const [early, late, latest] = [new Visitor(club), new Visitor(club), new Visitor(club)];
      await early.signUp(code, `early-${what}`);
      await late.enterCode(code);
      await latest.open();
      await new Promise((resolve) => setTimeout(resolve, end.getTime() - Date.now() + 5));
      assert.equal((await late.submit(accountOf(`late-${what}`))).status, 403);
      assert.match((await latest.submit({ invite_code: code })).text, /expired/);
      assert.deepEqual(
        club.members.map(({ username }) => username),
        [`early-${what}`],
      );
      assert.equal(await early.me(), `early-${what}`);
      await club.close();
    });
  }
});
