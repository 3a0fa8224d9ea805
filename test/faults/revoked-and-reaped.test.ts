import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { memoryUsers } from '../../lib/index.js';
import type { Revoked } from '../../lib/invitations/management/revoke.js';
import { accountOf } from '../support/account.js';
import { effort } from '../support/campaign.js';
import { summaryOnceRedeemed } from '../support/http/await-redeemed.js';
import { tellingUsers } from '../support/http/telling-users.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const unlimited = { points: 1_000_000, windowSeconds: 600 };

const rounds = effort(10, 100);

describe('four apps on one Redis', function () {
  let redis: TestRedis;
  let testApps: readonly TestApp[];
  const members: TestApp['members'][number][] = [];
  before(async () => {
    redis = await startRedis();
    const store = memoryUsers();
    const shared = {
      redis: redis.url,
      users: tellingUsers(store.users, members),
      redemptions: store.redemptions,
      rateLimits: { codes: { perClient: unlimited, perPlan: unlimited, overall: unlimited } },
      clock: { now: () => Date.now() },
    };
    testApps = await Promise.all([0, 1, 2, 3].map(() => openTestApp(shared)));
    await Promise.all(testApps.map(({ enrollment }) => enrollment.ready()));
  });
  after(async () => {
    for (const testApp of testApps) await testApp.close();
    await redis.stop();
  });

  const invitations = (app = 0): TestApp['enrollment']['invitations'] => testApps[app]!.enrollment.invitations;

  it(`revoking while another app processes the last form, ${rounds} times: its report is true`, async function () {
    const ends = { account: 0, refused: 0 };
    // Moves toward the moment at which either may come first.
    let waitMs = 20;
    for (let round = 0; round < rounds; round += 1) {
      const { id, code } = await invitations().create({ uses: 2 });
      const visitor = new Visitor(testApps[round % 4]!);
      await visitor.enterCode(code);
      const name = `revoked-${round}`;
      const revoke = (): Promise<Revoked> => invitations((round + 1) % 4).revoke(id);
      // The first two rounds are in order, so that each end occurs on every machine.
      const revokedFirst = round === 0 ? await revoke() : undefined;
      const submitted = visitor.submit(accountOf(name));
      if (round === 1) await submitted;
      const [answer, revoked] = await Promise.all([
        submitted,
        revokedFirst ?? pause(round === 1 ? 0 : waitMs).then(revoke),
      ]);
      const made = members.filter(({ username }) => username === name).length;
      assert.equal(answer.status, made === 1 ? 303 : 403, answer.text);
      assert.equal(revoked.redeemed, made, 'an account that revoke did not tell of');
      assert.equal(revoked.stillOpen, 0);
      ends[made === 1 ? 'account' : 'refused'] += 1;
      if (round > 1) waitMs = made === 1 ? waitMs * 0.7 : waitMs * 1.3 + 1;
      const late = new Visitor(testApps[(round + 2) % 4]!);
      await late.open();
      assert.equal((await late.submit({ invite_code: code })).status, 422);
    }
    assert.ok(ends.account > 0 && ends.refused > 0, JSON.stringify(ends));
    this.test!.title += ` (${ends.account} came first, ${ends.refused} too late)`;
  });

  it('all apps find the lapsed claim of a dead process: it is released once and reused once', async () => {
    const client = redis.client();
    for (let round = 0; round < 20; round += 1) {
      const { id, code } = await invitations().create({ uses: 1 });
      const visitors = await Promise.all(
        testApps.map(async (testApp) => {
          const visitor = new Visitor(testApp);
          await visitor.enterCode(code);
          return visitor;
        }),
      );
      const tag = `enrollment:{inv:${id}}`;
      await client.hset(`${tag}:seats`, '1', JSON.stringify({ plan: 'dead', token: 'dead', writing: true }));
      await client.hset(`${tag}:plans`, 'dead', '1');
      await client.zadd(`${tag}:open`, 1, '1');
      await client.hset(`${tag}:record`, 'top', '1');
      const names = visitors.map((_, index) => `reaped-${round}-${index}`);
      const [answers] = await Promise.all([
        Promise.all(visitors.map((visitor, index) => visitor.submit(accountOf(names[index]!)))),
        ...testApps.map(({ enrollment }) => enrollment.invitations.reconcile(id)),
      ]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 403, 403, 403]);
      assert.equal(members.filter(({ username }) => names.includes(username ?? '')).length, 1);
      await summaryOnceRedeemed(1, testApps[0]!, id);
      const kinds = (await invitations().ledger(id)).map(({ kind }) => kind);
      assert.deepEqual(
        ['released', 'redeemed'].map((kind) => kinds.filter((one) => one === kind).length),
        [1, 1],
        kinds.join(' '),
      );
    }
  });
});
