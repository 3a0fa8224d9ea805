import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { InvitationStore } from '../../lib/ports/invitation-store.js';
import { createConnection } from '../../lib/stores/redis/connection.js';
import { createRedisInvitationStore } from '../../lib/stores/redis/invitation-store.js';
import { createKeys, type RedisKeys } from '../../lib/stores/redis/keys.js';
import { sampleInvitation } from '../../lib/testing/contracts/sample-invitation.js';
import { accountOf } from '../support/e2e/browser-visitor.js';
import { openTestApp } from '../support/http/test-app.js';
import { form } from '../support/html-form.js';
import { RawClient } from '../support/raw-client.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { earlierBuild } from '../support/faults/earlier-build.js';

const page = '/if/flow/invite/';

/** The earlier build's process, as far as Redis sees it: its scripts over the keys that it had. */
function earlierProcess(client: Redis, keys: RedisKeys, id: string) {
  const { scripts } = earlierBuild();
  const { record, seats, plans, open, free, earlierLedger: ledger } = keys.invitation(id);
  const run = (name: string, at: readonly string[], ...args: readonly (string | number)[]): Promise<unknown> =>
    client.eval(scripts[name] ?? '', at.length, ...at, ...args);
  const releaseBy = (seat: string, token: string): Promise<unknown> =>
    run('release-place', [seats, plans, open, free, ledger], seat, token, 0);
  return {
    claim: (plan: string, leaseMs = 60_000) =>
      run('claim-place', [record, seats, plans, open, free, ledger], plan, `token of ${plan}`, leaseMs, 0) as Promise<
        string[]
      >,
    commit: (seat: string, plan: string) =>
      run('commit-place', [seats, plans, open, free, ledger], seat, plan, `user of ${plan}`, 0),
    release: (seat: string, plan: string) => releaseBy(seat, `token of ${plan}`),
    releaseBy,
    renew: (seat: string, token: string) => run('renew-claim', [seats, open], seat, token, 60_000, 0),
    read: () =>
      run('read-invitation', [record, seats, plans, open], '', 0) as Promise<
        [string, number, number, number, string, number]
      >,
    lapsed: () => run('lapsed-claims', [seats, open], 0) as Promise<string[]>,
  };
}

describe('an earlier and this build at work on one Redis', () => {
  let redis: TestRedis;
  let client: Redis;
  let keys: RedisKeys;
  let store: InvitationStore;
  beforeEach(async () => {
    redis = await startRedis();
    client = redis.client();
    keys = createKeys('enrollment:');
    store = createRedisInvitationStore({ redis: createConnection(client), keys });
  });
  afterEach(() => redis.stop());

  async function claimed(id: string, plan: string): Promise<{ seat: string; token: string }> {
    const answer = await store.claim({ id, plan, leaseSeconds: 60 });
    if (answer.type !== 'claimed') return assert.fail(`${plan}: ${JSON.stringify(answer)}`);
    return answer;
  }

  it('share the places of an invitation: together never more than there are, and each knows what the other has', async () => {
    const record = sampleInvitation({ max: 4 });
    await store.create(record);
    const other = earlierProcess(client, keys, record.id);
    assert.deepEqual((await other.claim('old-1')).slice(0, 2), ['claimed', '1']);
    assert.equal((await claimed(record.id, 'new-2')).seat, '2');
    assert.deepEqual((await other.claim('old-3')).slice(0, 2), ['claimed', '3']);
    const fourth = await claimed(record.id, 'new-4');
    assert.equal(fourth.seat, '4');
    assert.deepEqual(await other.claim('old-5'), ['refused', 'held']);
    assert.deepEqual(await store.claim({ id: record.id, plan: 'new-6', leaseSeconds: 60 }), {
      type: 'refused',
      cause: 'held',
    });

    // Each may finish what the other has begun: a visitor's next try reaches whichever process.
    await other.commit('2', 'new-2');
    await store.commit({ id: record.id, seat: '1', plan: 'old-1', user: 'user of old-1' });
    assert.equal((await claimed(record.id, 'old-3')).seat, '3', 'a claim of the other is renewed as its own');
    assert.deepEqual((await other.claim('new-4')).slice(0, 2), ['claimed', '4']);
    assert.deepEqual(await other.claim('new-2'), ['redeemed', '2', 'user of new-2']);
    const old = await store.claim({ id: record.id, plan: 'old-1', leaseSeconds: 60 });
    assert.ok(old.type === 'redeemed' && old.seat === '1' && old.user === 'user of old-1', JSON.stringify(old));
    assert.equal(await other.release('4', 'new-4'), 1, 'under the token of its own renewal');
    assert.equal((await claimed(record.id, 'new-7')).seat, '4');
    await store.commit({ id: record.id, seat: '3', plan: 'old-3', user: 'user of old-3' });
    await store.commit({ id: record.id, seat: '4', plan: 'new-7', user: 'user of new-7' });
    assert.deepEqual(await other.claim('old-8'), ['refused', 'used_up']);
    const [standing] = await store.read([record.id]);
    assert.deepEqual([standing?.redeemed, standing?.claimed], [4, 0]);
    const [, seats, open] = await other.read();
    assert.deepEqual([seats, open], [4, 0]);
  });

  it('settle what the other left: a lapsed claim of either is told by both, and freed by both', async () => {
    const record = sampleInvitation({ max: 1 });
    await store.create(record);
    const other = earlierProcess(client, keys, record.id);
    await other.claim('dead-old', 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const answer = await store.claim({ id: record.id, plan: 'new', leaseSeconds: 60 });
    assert.deepEqual(answer, { type: 'settle', lapsed: [{ seat: '1', token: 'token of dead-old', plan: 'dead-old' }] });
    assert.equal(await store.release({ id: record.id, seat: '1', token: 'token of dead-old' }), true);
    const { token } = await claimed(record.id, 'new');
    assert.equal(await other.renew('1', token), 1);
    await client.zadd(keys.invitation(record.id).open, 1, '1');
    assert.deepEqual(await other.claim('old'), ['settle', '1', token, 'new']);
    assert.deepEqual(await other.lapsed(), ['1', token, 'new']);
  });

  it("a seat on hold is somebody's for the earlier build too, and free for it when nobody has come", async () => {
    const record = sampleInvitation({ max: 1, reservationSeconds: 600 });
    await store.create(record);
    const other = earlierProcess(client, keys, record.id);
    await store.reserve({ id: record.id, plan: 'holds' });
    assert.deepEqual(await other.claim('old'), ['refused', 'held']);
    assert.deepEqual((await other.claim('holds')).slice(0, 2), ['claimed', '1'], 'its own plan goes on there');
    await other.commit('1', 'holds');
    const [standing] = await store.read([record.id]);
    assert.deepEqual([standing?.redeemed, standing?.claimed, standing?.held], [1, 0, 0]);

    const second = sampleInvitation({ max: 1, reservationSeconds: 600 });
    await store.create(second);
    await store.reserve({ id: second.id, plan: 'stays-away' });
    const { open, holds } = keys.invitation(second.id);
    for (const key of [open, holds]) assert.equal(await client.zadd(key, 'XX', 'CH', 1, '1'), 1);
    const late = earlierProcess(client, keys, second.id);
    const [type, seat = '', token = ''] = await late.claim('old');
    assert.deepEqual([type, seat], ['settle', '1']);
    assert.equal(await late.releaseBy(seat, token), 1);
    assert.deepEqual((await late.claim('old')).slice(0, 2), ['claimed', '1']);
    await late.commit('1', 'old');
    assert.deepEqual(await store.claim({ id: second.id, plan: 'new', leaseSeconds: 60 }), {
      type: 'refused',
      cause: 'used_up',
    });
  });

  it('what this build writes as a record holds every field that the earlier one reads, in the form it reads', async () => {
    const record = sampleInvitation({ max: 3, expires: 4_070_908_800_000 });
    await store.create(record);
    const [json] = await earlierProcess(client, keys, record.id).read();
    const written = JSON.parse(json) as Record<string, unknown>;
    const number = (value: unknown): boolean => Number.isSafeInteger(value);
    const text = (value: unknown): boolean => typeof value === 'string';
    const orNull = (check: (value: unknown) => boolean) => (value: unknown) => value === null || check(value);
    const read: Readonly<Record<string, (value: unknown) => boolean>> = {
      id: text,
      version: number,
      keyId: text,
      kind: (value) => value === 'generated' || value === 'custom',
      hint: text,
      tenant: orNull(text),
      label: text,
      flow: orNull(text),
      max: orNull(number),
      notBefore: orNull(number),
      expires: orNull(number),
      bound: orNull(text),
      data: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      redirect: (value) => value === null || typeof value === 'object',
      note: text,
      creator: orNull(text),
      createdAt: number,
      revokedAt: orNull(number),
    };
    for (const [field, holds] of Object.entries(read))
      assert.ok(holds(written[field]), `${field}: ${String(written[field])}`);
  });

  it('plans, receipts and sessions have the form that the earlier build reads', async () => {
    const earlier = earlierBuild();
    const testApp = await openTestApp({ redis: redis.url, secret: earlier.secret, clock: { now: () => Date.now() } });
    await testApp.enrollment.ready();
    const { code } = await testApp.enrollment.invitations.create({ uses: 3 });
    const visitor = new RawClient(testApp.url);
    const first = form((await visitor.get(page)).text);
    await visitor.post(page, { ...first.hidden, invite_code: code });
    const one = async (pattern: string): Promise<string> =>
      (await client.get((await client.keys(pattern))[0] ?? '')) ?? '';
    const recorded = (pattern: RegExp): string => {
      const found = earlier.redis.find(({ key, type, value }) => type === 'string' && pattern.test(`${key} ${value}`));
      return found?.type === 'string' ? found.value : '';
    };
    const parsed = (text: string): Record<string, unknown> =>
      JSON.parse(text.replace(/^\d+:/, '')) as Record<string, unknown>;

    const plan = parsed(await one('enrollment:plan:*'));
    const theirs = parsed(recorded(/:plan:\S+ 1:.*"at":1/));
    for (const field of ['v', 'flow', 'build', 'at', 'steps', 'restarts'])
      assert.deepEqual(plan[field], theirs[field], `${field}: the earlier build would begin again`);
    for (const field of Object.keys(theirs)) assert.equal(typeof plan[field], typeof theirs[field], field);
    assert.deepEqual(
      Object.keys((theirs['context'] as { invitation: object }).invitation).every(
        (key) => key in (plan['context'] as { invitation: object }).invitation,
      ),
      true,
    );

    const last = form((await visitor.get(page)).text);
    assert.equal((await visitor.post(page, { ...last.hidden, ...accountOf('formed') })).status, 303);
    const receipt = parsed(await one('enrollment:plan:*'));
    const receiptOfTheirs = parsed(recorded(/:plan:\S+ 2:/));
    for (const [field, value] of Object.entries(receiptOfTheirs))
      assert.equal(typeof receipt[field], typeof value, field);
    assert.deepEqual([receipt['v'], receipt['done'], receipt['step']], [1, true, receiptOfTheirs['step']]);
    const session = parsed(await one('enrollment:session:*'));
    for (const field of Object.keys(parsed(recorded(/:session:/)))) assert.ok(field in session, field);
    await testApp.close();
  });
});
