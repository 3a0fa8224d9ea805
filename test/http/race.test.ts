import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { memoryUsers } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { effort } from '../support/campaign.js';
import { sentUntilServed } from '../support/faults/prepared-visitor.js';
import { summaryOnceRedeemed } from '../support/http/await-redeemed.js';
import { tellingUsers } from '../support/http/telling-users.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { RawAnswer } from '../support/raw-client.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const visitors = effort(60, 200);
const unlimited = { points: 1_000_000, windowSeconds: 600 };

for (const [stores, processes] of [
  ['memory', 1],
  ['Redis, four apps', 4],
] as const) {
  describe(`${visitors} visitors at the last page at once, over ${stores}`, () => {
    let redis: TestRedis | undefined;
    let testApps: readonly TestApp[];
    const members: TestApp['members'][number][] = [];
    before(async () => {
      redis = stores === 'memory' ? undefined : await startRedis();
      const store = memoryUsers();
      const shared = {
        users: tellingUsers(store.users, members),
        redemptions: store.redemptions,
        rateLimits: { codes: { perClient: unlimited, perPlan: unlimited, overall: unlimited } },
        clock: { now: () => Date.now() },
        ...(redis === undefined ? {} : { redis: redis.url }),
      };
      testApps = await Promise.all(Array.from({ length: processes }, () => openTestApp(shared)));
      await Promise.all(testApps.map(({ enrollment }) => enrollment.ready()));
    });
    after(async () => {
      for (const testApp of testApps) await testApp.close();
      await redis?.stop();
    });

    const invitations = (): TestApp['enrollment']['invitations'] => testApps[0]!.enrollment.invitations;

    async function atTheLastPage(codes: readonly string[]): Promise<readonly Visitor[]> {
      const ready: Visitor[] = [];
      for (let index = 0; index < visitors; index += 1) {
        const visitor = new Visitor(testApps[index % testApps.length]!);
        await visitor.enterCode(codes[index % codes.length]!);
        ready.push(visitor);
      }
      return ready;
    }

    function counted(answers: readonly RawAnswer[]): Record<number, number> {
      const count: Record<number, number> = {};
      for (const { status } of answers) count[status] = (count[status] ?? 0) + 1;
      return count;
    }

    for (const uses of [1, 10]) {
      it(`a code for ${uses} makes exactly ${uses}, and all others are refused`, async () => {
        const before = members.length;
        const { code, id } = await invitations().create({ uses });
        const ready = await atTheLastPage([code]);
        const answers = await Promise.all(
          ready.map((visitor, index) => sentUntilServed(() => visitor.submit(accountOf(`race-${uses}-${index}`)))),
        );
        assert.deepEqual(counted(answers), { 303: uses, 403: visitors - uses });
        assert.equal(members.length - before, uses);
        const signedIn = await Promise.all(ready.map((visitor) => visitor.me()));
        assert.equal(signedIn.filter((name) => name !== null).length, uses);
        assert.equal((await summaryOnceRedeemed(uses, testApps[0]!, id)).state, 'used_up');
        assert.equal((await invitations().ledger(id)).filter(({ kind }) => kind === 'redeemed').length, uses);
      });
    }

    it('one address and many codes make one account, and the seats of the others are released', async () => {
      const before = members.length;
      const created = await Promise.all(Array.from({ length: 20 }, () => invitations().create({ uses: 10 })));
      const ready = await atTheLastPage(created.map(({ code }) => code));
      const answers = await Promise.all(
        ready.map((visitor, index) => visitor.submit({ ...accountOf(`same-${index}`), email: 'same@example.com' })),
      );
      assert.deepEqual(counted(answers), { 303: 1, 422: visitors - 1 });
      assert.equal(members.length - before, 1);
      const emitted = answers.find(({ status }) => status === 422)?.text ?? '';
      assert.match(emitted, /An account with this email address already exists/);
      const winner = created[answers.findIndex(({ status }) => status === 303) % created.length];
      for (const { id } of created) {
        const { state, claimed } = await summaryOnceRedeemed(id === winner?.id ? 1 : 0, testApps[0]!, id);
        assert.deepEqual([state, claimed], ['open', 0]);
      }
      // The visitor who got this error chooses another address in the same tab and completes the sign-up.
      const [loser] = ready.filter((_, index) => answers[index]?.status === 422);
      assert.equal((await loser!.submit({ ...accountOf('same-again') })).status, 303);
    });

    it('one plan in twenty tabs, sent at once in any order, is one account', async () => {
      const before = members.length;
      const { code } = await invitations().create({ uses: 50 });
      const visitor = new Visitor(testApps[0]!);
      await visitor.open();
      const codePage = visitor.form;
      await visitor.follow(await visitor.submit({ invite_code: code }));
      const account = visitor.form;
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          index % 3 === 0
            ? visitor.client.post(codePage.action, { ...codePage.hidden, invite_code: code })
            : visitor.client.post(account.action, { ...account.hidden, ...accountOf(`tab-${index}`) }),
        ),
      );
      for (const { status, text } of answers)
        assert.ok(status === 303 || (status === 200 && text.includes('Your account is ready')), text);
      assert.equal(members.length - before, 1);
    });
  });
}
