import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { memoryUsers } from '../../lib/index.js';
import type { CreatedInvitation } from '../../lib/invitations/management/create.js';
import { createConnection } from '../../lib/stores/redis/connection.js';
import { whyItForgets } from '../../lib/stores/redis/forgetting.js';
import { accountOf } from '../support/account.js';
import { effort } from '../support/campaign.js';
import { countedBy, prepareCrowd, race, type Finish } from '../support/faults/crowd.js';
import { documentedRules } from '../support/faults/redis-permissions.js';
import { summaryOnceRedeemed } from '../support/http/await-redeemed.js';
import { tellingUsers } from '../support/http/telling-users.js';
import { openTestApp, secrets, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startOwnTime } from '../support/own-time.js';
import { startCluster, type ClusterNode, type TestCluster } from '../support/redis-cluster.js';
import { waitUntil } from '../support/wait-until.js';

const visitors = effort(80, 200);
const unlimited = { points: 1_000_000, windowSeconds: 600 };

describe('on a Redis Cluster of three masters', function () {
  let cluster: TestCluster;
  let testApps: readonly TestApp[];
  const members: TestApp['members'][number][] = [];
  before(async () => {
    cluster = await startCluster();
    const store = memoryUsers();
    const shared = {
      users: tellingUsers(store.users, members),
      redemptions: store.redemptions,
      rateLimits: { codes: { perClient: unlimited, perPlan: unlimited, overall: unlimited } },
      clock: { now: () => Date.now() },
    };
    testApps = await Promise.all([0, 1, 2, 3].map(() => openTestApp({ ...shared, redis: cluster.client() })));
    await Promise.all(testApps.map(({ enrollment }) => enrollment.ready()));
  });
  after(async () => {
    for (const testApp of testApps) await testApp.close();
    await cluster.stop();
  });

  const invitations = (): TestApp['enrollment']['invitations'] => testApps[0]!.enrollment.invitations;
  const urls = (): readonly string[] => testApps.map(({ url }) => url);
  const slotOf = (id: string): Promise<number> => cluster.slotOf(`enrollment:{inv:${id}}:record`);

  async function anotherThanOf(slot: number): Promise<ClusterNode> {
    const owner = await cluster.ownerOf(slot);
    return cluster.nodes.find((node) => node !== owner)!;
  }

  /** Ids are random, so nodes are filled by trying: with a fixed number of invitations, a node could stay empty. */
  async function threeOnEachNode(label: string): Promise<readonly CreatedInvitation[]> {
    const made: CreatedInvitation[] = [];
    const counts = new Map(cluster.nodes.map(({ id }) => [id, 0]));
    while (made.length < 3 * counts.size) {
      const invitation = await invitations().create({ label });
      const owner = (await cluster.ownerOf(await slotOf(invitation.id))).id;
      const count = counts.get(owner) ?? 0;
      if (count === 3) continue;
      counts.set(owner, count + 1);
      made.push(invitation);
    }
    return made;
  }

  async function assertExactly(uses: number, id: string, finish: readonly Finish[], prefix: string): Promise<void> {
    assert.deepEqual(
      countedBy(finish, ({ status }) => status),
      { 303: uses, 403: finish.length - uses },
    );
    assert.equal(members.filter(({ username }) => username?.startsWith(`${prefix}-`)).length, uses);
    assert.equal((await summaryOnceRedeemed(uses, testApps[0]!, id)).state, 'used_up');
    assert.equal(await invitations().reconcile(id), 0);
    assert.equal((await invitations().ledger(id)).filter(({ kind }) => kind === 'redeemed').length, uses);
  }

  it('people sign up, sign out and are recognized, whichever nodes have their keys', async () => {
    for (const [index, { code }] of (await threeOnEachNode('walk')).entries()) {
      const visitor = new Visitor(testApps[index % testApps.length]!);
      await visitor.signUp(code, `walker-${index}`);
      assert.equal(await visitor.me(), `walker-${index}`);
      const late = new Visitor(testApps[0]!);
      await late.open();
      assert.match((await late.submit({ invite_code: code })).text, /has already been used/);
      await visitor.client.post('/sign-out', {});
      assert.equal(await visitor.me(), null);
    }
  });

  it('list pages through all nodes, newest first; revoke, extend and explain find their keys', async () => {
    const made = (await threeOnEachNode('list')).map(({ id }) => id).reverse();
    const [first = '', second = ''] = made;
    await invitations().revoke(first);
    await invitations().extend(second, { uses: 7 });
    const listed = (await invitations().list({ limit: 100 })).items;
    const found = listed.filter(({ id }) => made.includes(id));
    assert.deepEqual(new Set(found.map(({ id }) => id)), new Set(made));
    assert.equal(found.find(({ id }) => id === first)?.state, 'revoked');
    assert.match(JSON.stringify(found.find(({ id }) => id === second)), /7/);
  });

  it('wrong codes are counted: the eleventh is 429 on every app', async () => {
    const limited = await Promise.all(
      [0, 1].map(() =>
        openTestApp({ redis: cluster.client(), keyPrefix: 'counting:', clock: { now: () => Date.now() } }),
      ),
    );
    const statuses: number[] = [];
    for (let index = 0; index < 11; index += 1) {
      const guesser = new Visitor(limited[index % 2]!);
      await guesser.open();
      statuses.push((await guesser.submit({ invite_code: `WRONG-WORD-${index}` })).status);
    }
    assert.deepEqual(statuses, [...Array.from({ length: 10 }, () => 422), 429]);
    for (const testApp of limited) await testApp.close();
  });

  it('the permissions in docs/operations.md are sufficient', async () => {
    for (const { client } of cluster.nodes)
      await client.call('ACL', 'SETUSER', 'enrollment', 'on', '>a-long-password', ...documentedRules());
    const redis = cluster.client({ username: 'enrollment', password: 'a-long-password' });
    const permitted = await openTestApp({
      redis,
      secret: secrets[1],
      rateLimits: { codes: { perClient: unlimited } },
      clock: { now: () => Date.now() },
    });
    await permitted.enrollment.ready();
    for (let index = 0; index < 6; index += 1) {
      const { id, code } = await permitted.enrollment.invitations.create();
      // The user's permissions suffice to ask for a moved address again.
      if (index === 3) await cluster.move(await slotOf(id), await anotherThanOf(await slotOf(id)));
      await new Visitor(permitted).signUp(code, `permitted-${index}`);
    }
    await permitted.close();
    for (const { client } of cluster.nodes) assert.deepEqual(await client.call('ACL', 'LOG'), []);
  });

  it('every master is checked for eviction, not just one', async () => {
    const redis = createConnection(cluster.client());
    for (const { client } of cluster.nodes) await client.config('SET', 'save', '3600 1');
    assert.deepEqual(await whyItForgets(redis), { reasons: [], unknown: [] });
    const last = cluster.nodes.at(-1)!.client;
    await last.config('SET', 'maxmemory-policy', 'allkeys-lru');
    assert.match((await whyItForgets(redis)).reasons.join(), /allkeys-lru/);
    await last.config('SET', 'maxmemory-policy', 'noeviction');
    for (const { client } of cluster.nodes) await client.config('SET', 'save', '');
    assert.equal((await whyItForgets(redis)).reasons.length, 1, 'said once');
  });

  for (const uses of [1, 10]) {
    it(`${visitors} visitors, four apps: a code for ${uses} makes exactly ${uses}`, async () => {
      const { id, code } = await invitations().create({ uses });
      const crowd = await prepareCrowd(urls(), code, visitors, `race${uses}`);
      await assertExactly(uses, id, await race(crowd, urls()), `race${uses}`);
    });
  }

  it('the slot of the invitation moves during the race (MOVED): still exactly ten', async function () {
    const { id, code } = await invitations().create({ uses: 10 });
    const crowd = await prepareCrowd(urls(), code, 200, 'moved');
    const slot = await slotOf(id);
    const to = await anotherThanOf(slot);
    const [finish] = await Promise.all([race(crowd, urls()), pause(100).then(() => cluster.move(slot, to))]);
    assert.equal(await cluster.ownerOf(slot), to);
    await assertExactly(10, id, finish, 'moved');
    this.test!.title += ` (503 before: ${finish.filter(({ sentAgain }) => sentAgain > 0).length})`;
  });

  it('the race begins while half of the keys are migrating (ASK, TRYAGAIN): still exactly ten', async function () {
    const { id, code } = await invitations().create({ uses: 10 });
    const early = new Visitor(testApps[0]!);
    await early.signUp(code, 'half-early');
    await summaryOnceRedeemed(1, testApps[0]!, id);
    const crowd = await prepareCrowd(urls(), code, 200, 'half');
    const slot = await slotOf(id);
    const to = await anotherThanOf(slot);
    let racing: Promise<readonly Finish[]> | undefined;
    await cluster.move(slot, to, async () => {
      racing = race(crowd, urls());
      await pause(2500);
    });
    const finish = (await racing)!;
    const again = finish.filter(({ sentAgain }) => sentAgain > 0).length;
    assert.deepEqual(
      countedBy(finish, ({ status }) => status),
      { 303: 9, 403: 191 },
    );
    assert.equal(members.filter(({ username }) => username?.startsWith('half-')).length, 10);
    assert.equal((await summaryOnceRedeemed(10, testApps[0]!, id)).state, 'used_up');
    this.test!.title += ` (503 before: ${again})`;
  });

  it('a lost node is a 503 within two seconds; once it is back, all works without a restart', async () => {
    const { id, code } = await invitations().create();
    const visitor = new Visitor(testApps[1]!);
    await visitor.enterCode(code);
    const lost = await cluster.ownerOf(await slotOf(id));
    lost.server.freeze();
    try {
      const ownTime = startOwnTime();
      const answer = await visitor.submit(accountOf('gone'));
      assert.equal(answer.status, 503, answer.text);
      assert.ok(ownTime() < 8000, `${ownTime()}`);
      const quick = await Promise.all(
        Array.from({ length: 20 }, async () => (await visitor.get(testApps[1]!.page)).status),
      );
      assert.ok(quick.every((status) => status === 200 || status === 503));
    } finally {
      lost.server.thaw();
    }
    await waitUntil(
      async () =>
        (await testApps[1]!.enrollment.health()).ready && (await visitor.get(testApps[1]!.page)).status === 200
          ? true
          : undefined,
      () => 'the cluster does not come back',
      20_000,
    );
    const answer = await visitor.submit(accountOf('gone'));
    assert.equal(answer.location, '/welcome', answer.text);
    assert.equal(members.filter(({ username }) => username === 'gone').length, 1);
  });
});
