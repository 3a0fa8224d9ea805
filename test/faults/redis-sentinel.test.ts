import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { memoryUsers } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { prepareCrowd, race } from '../support/faults/crowd.js';
import { summaryOnceRedeemed } from '../support/http/await-redeemed.js';
import { tellingUsers } from '../support/http/telling-users.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startSentinel, type TestSentinel } from '../support/redis-sentinel.js';
import { waitUntil } from '../support/wait-until.js';

const unlimited = { points: 1_000_000, windowSeconds: 600 };
const realTime = { now: () => Date.now() };

describe('on a Redis with replicas and sentinels, when the primary is lost', function () {
  let sentinel: TestSentinel;
  let testApps: readonly TestApp[];
  let members: TestApp['members'][number][];
  beforeEach(async () => {
    members = [];
    sentinel = await startSentinel();
    const store = memoryUsers();
    const shared = { users: tellingUsers(store.users, members), redemptions: store.redemptions, clock: realTime };
    const rateLimits = { codes: { perClient: unlimited, perPlan: unlimited, overall: unlimited } };
    testApps = await Promise.all([0, 1].map(() => openTestApp({ ...shared, rateLimits, redis: sentinel.client() })));
    await Promise.all(testApps.map(({ enrollment }) => enrollment.ready()));
  });
  afterEach(async () => {
    for (const testApp of testApps) await testApp.close();
    await sentinel.stop();
  });

  const testApp = (): TestApp => testApps[0]!;
  const invitations = (): TestApp['enrollment']['invitations'] => testApp().enrollment.invitations;
  const back = (): Promise<unknown> =>
    waitUntil(
      async () => {
        const all = await Promise.all(testApps.map(({ enrollment }) => enrollment.health()));
        return all.every(({ ready }) => ready) ? true : undefined;
      },
      () => 'the apps do not find the new primary',
      20_000,
    );

  it('200 concurrent submissions during failover: never too many accounts, every seat settled', async function () {
    const uses = 150;
    const { id, code } = await invitations().create({ uses });
    const urls = testApps.map(({ url }) => url);
    const crowd = await prepareCrowd(urls, code, 200, 'failing');
    const former = await sentinel.primary();
    let begun = 0;
    const dying = waitUntil(
      () => (members.length >= 10 ? true : undefined),
      () => 'nobody has an account',
    ).then(() => {
      begun = performance.now();
      return former.kill();
    });
    const [finish] = await Promise.all([race(crowd, urls), dying]);
    await sentinel.promoted(former);
    await back();
    const away = ((performance.now() - begun) / 1000).toFixed(1);

    const inTime = new Map(finish.map(({ name, status }) => [name, status]));
    for (const { name, status, text } of finish) {
      assert.ok([200, 303, 403, 503].includes(status), `${status} ${text}`);
      // The account was written but the session was not: the page then asks the visitor to sign in.
      if (status === 200) assert.match(text, /Your account is ready/);
      if (status === 200) assert.ok(members.some(({ username }) => username === name));
    }
    assert.ok(members.length <= uses);
    // The visitor who got a 503 tries again now and continues in the same tab.
    const late = await race(
      crowd.filter(({ name }) => inTime.get(name) === 503),
      urls,
    );
    for (const { status, text } of late) assert.ok([200, 303, 403].includes(status), `${status} ${text}`);

    await invitations().reconcile(id);
    const summary = await summaryOnceRedeemed(members.length, testApp(), id);
    assert.equal(summary.redeemed, members.length);
    assert.ok(members.length <= uses);
    assert.equal(new Set(members.map(({ username }) => username)).size, members.length);
    // Data missing on the new primary may have cost a plan. Its visitor begins again, and no seat is lost.
    for (let index = 0; members.length < uses; index += 1)
      await new Visitor(testApps[index % 2]!).signUp(code, `filling-${index}`);
    const none = new Visitor(testApp());
    await none.open();
    assert.match((await none.submit({ invite_code: code })).text, /has already been used/);
    assert.deepEqual(
      await summaryOnceRedeemed(uses, testApp(), id).then(({ state, claimed, lapsed }) => ({ state, claimed, lapsed })),
      { state: 'used_up', claimed: 0, lapsed: 0 },
    );
    const emitted = [...inTime.values()];
    this.test!.title += ` (away for ${away} s; ${finish.filter(({ sentAgain }) => sentAgain > 0).length} met 503, ${emitted.filter((status) => status === 503).length} until their time was over; ${emitted.filter((status) => status === 200).length} have an account and no session)`;
  });

  it('the last writes are lost: the next visitor is stopped by the unique key in the user store', async () => {
    const { id, code } = await invitations().create();
    const [winner, second] = [new Visitor(testApps[0]!), new Visitor(testApps[1]!)];
    await winner.enterCode(code);
    await second.enterCode(code);
    const former = await sentinel.primary();
    // Both plans have reached the replicas; later writes do not.
    await pause(300);
    await sentinel.partReplicas();
    assert.equal((await winner.submit(accountOf('winner'))).location, '/welcome');
    await summaryOnceRedeemed(1, testApp(), id);
    await former.kill();
    await sentinel.promoted(former);
    await sentinel.joinReplicas();
    await back();

    const [forgetful] = (await invitations().list()).items;
    assert.deepEqual([forgetful?.redeemed, forgetful?.state], [0, 'open'], 'the store knows nothing of the account');
    const before = testApps[1]!.events.length;
    const refused = await second.submit(accountOf('second'));
    assert.equal(refused.status, 403, refused.text);
    assert.deepEqual(
      members.map(({ username }) => username),
      ['winner'],
    );
    const emitted = testApps[1]!.events.slice(before).filter(({ name }) => name === 'invitation.redeemed');
    assert.deepEqual(
      emitted.map(({ facts }) => facts['id']),
      [id],
      'that a seat was found to be taken is told as an event',
    );
    assert.equal((await summaryOnceRedeemed(1, testApp(), id)).state, 'used_up');

    // The lost data included the winner's session and the result of the last page's form; the page says so.
    assert.equal(await winner.me(), null);
    const again = await winner.submit(accountOf('winner'));
    assert.ok([303, 403].includes(again.status) || again.text.includes('Your account is ready'), again.text);
    assert.equal(members.length, 1);
  });

  it('reconcile finds accounts unknown to the new primary before their seats are reused', async () => {
    const { id, code } = await invitations().create({ uses: 5 });
    const former = await sentinel.primary();
    await pause(300);
    await sentinel.partReplicas();
    for (const name of ['a', 'b', 'c']) await new Visitor(testApp()).signUp(code, `lost-${name}`);
    await summaryOnceRedeemed(3, testApp(), id);
    await former.kill();
    await sentinel.promoted(former);
    await sentinel.joinReplicas();
    await back();
    assert.equal((await invitations().list()).items[0]?.redeemed, 0);
    assert.equal(await invitations().reconcile(id), 3);
    assert.equal((await invitations().list()).items[0]?.redeemed, 3);
    for (const name of ['d', 'e']) await new Visitor(testApp()).signUp(code, `new-${name}`);
    assert.equal((await summaryOnceRedeemed(5, testApp(), id)).state, 'used_up');
    assert.equal(members.length, 5);
  });

  it('counters of wrong codes never go below zero, and allow at most twice the limit', async () => {
    const points = 10;
    const limited = await openTestApp({
      redis: sentinel.client(),
      clock: realTime,
      keyPrefix: 'limited:',
      rateLimits: { codes: { perClient: { points, windowSeconds: 600 }, perPlan: unlimited, overall: unlimited } },
    });
    await limited.enrollment.ready();
    const guess = async (index: number): Promise<number> => {
      const guesser = new Visitor(limited);
      await guesser.open();
      return (await guesser.submit({ invite_code: `WRONG-WORD-${index}` })).status;
    };
    const former = await sentinel.primary();
    await sentinel.partReplicas();
    const statuses: number[] = [];
    for (let index = 0; index < points + 3; index += 1) statuses.push(await guess(index));
    // On a busy machine the sentinels may take a slow primary for a lost one, and its counters are lost once more.
    const losses = (await sentinel.primary()).port === former.port ? 1 : 2;
    await former.kill();
    await sentinel.promoted(former);
    await sentinel.joinReplicas();
    await waitUntil(
      async () => ((await limited.enrollment.health()).ready ? true : undefined),
      () => 'the app does not find the new primary',
      20_000,
    );
    for (let index = 0; index < 2 * points; index += 1) statuses.push(await guess(index));
    const looked = statuses.filter((status) => status === 422).length;
    assert.ok(looked >= points && looked <= (1 + losses) * points, `${looked}, ${losses} primaries lost`);
    assert.ok(statuses.every((status) => [422, 429, 503].includes(status)));
    assert.equal(statuses.at(-1), 429);
    const client = (await sentinel.primary()).client();
    for (const key of await client.keys('limited:limit:*')) assert.ok(Number(await client.get(key)) >= 0, key);
    await limited.close();
  });

  it('a primary that only hung: apps find the new one; writes to the old add no extra account', async () => {
    const { id, code } = await invitations().create({ uses: 2 });
    const former = await sentinel.primary();
    // The record has reached the replicas.
    await pause(300);
    former.freeze();
    await sentinel.promoted(former);
    await back();
    for (const name of ['one', 'two']) await new Visitor(testApp()).signUp(code, `moved-${name}`);
    assert.equal((await summaryOnceRedeemed(2, testApp(), id)).state, 'used_up');

    former.thaw();
    const { users, redemptions } = testApp();
    const behind = await openTestApp({ redis: former.url, clock: realTime, users, redemptions });
    const stranded = new Visitor(behind);
    await stranded.enterCode(code);
    assert.equal((await stranded.submit(accountOf('stranded'))).status, 403);
    assert.deepEqual(
      members.map(({ username }) => username),
      ['moved-one', 'moved-two'],
    );
    await behind.close();
  });
});
