import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { RegisteredSession, SessionRegistry } from '../../ports/session-registry.js';
import type { ContractCase } from './contract.js';

interface SessionRegistryUnderTest {
  readonly registry: SessionRegistry;
  /** The registry's time, in milliseconds since 1970. */
  now(): number;
  advance(milliseconds: number): void;
}

/** The most sessions of one user. */
const most = 100;

/** The kit's requirements for a registry of sessions. */
export function sessionRegistryContract(open: () => Promise<SessionRegistryUnderTest>): readonly ContractCase[] {
  const one = (
    title: string,
    run: (opened: SessionRegistryUnderTest, user: string) => Promise<void>,
  ): ContractCase => ({
    title,
    async run() {
      await run(await open(), `user ${randomId()}`);
    },
  });
  const session = (now: number, over: Partial<RegisteredSession> = {}): RegisteredSession => ({
    id: randomId(),
    handle: 'sealed ü 字',
    own: true,
    signedInAt: now,
    expiresAt: now + 3_600_000,
    idleSeconds: 600,
    userAgent: 'A browser',
    ...over,
  });
  const idsOf = async (registry: SessionRegistry, user: string): Promise<readonly string[]> =>
    (await registry.list(user)).map(({ id }) => id);

  return [
    one('sessions are listed as they were recorded, the latest first', async ({ registry, now }, user) => {
      const before = { signedInAt: now() - 1000, own: false, idleSeconds: null, userAgent: null, epoch: 1 };
      const first = session(now(), before);
      const second = session(now());
      assert.deepEqual([await registry.add(user, first, 1), await registry.add(user, second, 1)], [[], []]);
      assert.deepEqual(await registry.list(user), [second, first]);
      assert.deepEqual(await registry.list(`${user} of another name`), []);
    }),
    one('a session that is recorded again is listed once', async ({ registry, now }, user) => {
      const first = session(now());
      await registry.add(user, first, 1);
      await registry.add(user, { ...first, userAgent: 'Another' }, 1);
      assert.deepEqual(
        (await registry.list(user)).map(({ userAgent }) => userAgent),
        ['Another'],
      );
    }),
    one('removed sessions are not listed', async ({ registry, now }, user) => {
      const [first, second, third] = [session(now()), session(now()), session(now())];
      for (const each of [first, second, third]) await registry.add(user, each, 1);
      await registry.remove(user, [first.id, third.id, 'unknown']);
      await registry.remove(user, []);
      assert.deepEqual(await idsOf(registry, user), [second.id]);
    }),
    one('an expired session is not listed', async ({ registry, now, advance }, user) => {
      const [short, long] = [session(now(), { expiresAt: now() + 1000 }), session(now())];
      await registry.add(user, short, 1);
      await registry.add(user, long, 1);
      advance(1001);
      assert.deepEqual(await idsOf(registry, user), [long.id]);
      await registry.add(user, session(now()), 1);
      assert.equal((await registry.list(user)).length, 2);
    }),
    one(`beyond ${String(most)} sessions, those that expire first are returned`, async ({ registry, now }, user) => {
      const all = Array.from({ length: most }, (_, at) => session(now(), { expiresAt: now() + 10_000 + at }));
      for (const each of all) assert.deepEqual(await registry.add(user, each, 1), []);
      const last = session(now());
      assert.deepEqual(await registry.add(user, last, 1), [all[0]]);
      assert.deepEqual((await idsOf(registry, user)).length, most);
      assert.deepEqual(await registry.add(user, last, 1), []);
    }),
    one('a session that takes the place of another has all others count no more', async ({ registry, now }, user) => {
      const [first, second] = [session(now()), session(now())];
      const next = session(now(), { earlier: ['before', first.id] });
      for (const each of [first, second]) await registry.add(user, each, 1);
      assert.deepEqual(await registry.renew(user, first.id, next, 1), [second]);
      const counting = [first, second, next].map(({ id }) => registry.isRegistered(user, id));
      assert.deepEqual(await Promise.all(counting), [false, false, true]);
      assert.equal(await registry.renew(user, second.id, session(now()), 1), 'refused');
      await registry.remove(user, [second.id]);
      assert.deepEqual(await registry.list(user), [next]);
    }),
    one('no session takes the place of one that was removed or has expired', async (opened, user) => {
      const { registry, now, advance } = opened;
      const [short, long] = [session(now(), { expiresAt: now() + 1000 }), session(now())];
      for (const each of [short, long]) await registry.add(user, each, 1);
      advance(1001);
      await registry.remove(user, [long.id]);
      for (const { id } of [short, long]) {
        assert.equal(await registry.isRegistered(user, id), false);
        assert.equal(await registry.renew(user, id, session(now()), 1), 'refused');
      }
      assert.deepEqual(await registry.list(user), []);
    }),
    one('CVE-2025-29928: evidence from before the end records no session', async ({ registry, now }, user) => {
      const before = await registry.epoch();
      await registry.end(user, await registry.nextEpoch());
      const after = await registry.epoch();
      assert.equal(await registry.add(user, session(now()), before), 'refused');
      assert.deepEqual(await registry.list(user), []);
      assert.deepEqual([await registry.hasEnded(user, before), await registry.hasEnded(user, after)], [true, false]);
      assert.deepEqual(await registry.add(user, session(now()), after), []);
      assert.equal(await registry.hasEnded(`${user} of another name`, 0), false);
    }),
    one(
      'evidence of the same moment as an end counts no more, and that of the end itself counts',
      async (opened, user) => {
        const { registry } = opened;
        for (let round = 0; round < 20; round += 1) {
          const [before, end] = await Promise.all([registry.epoch(), registry.nextEpoch()]);
          await registry.end(user, end);
          const [isOver, goesOn] = await Promise.all([registry.hasEnded(user, before), registry.hasEnded(user, end)]);
          assert.deepEqual([isOver, goesOn, (await registry.epoch()) >= end], [true, false, true]);
        }
      },
    ),
    one('of two ends at once, the later one ends what the other began', async ({ registry }, user) => {
      const ends = await Promise.all([registry.nextEpoch(), registry.nextEpoch(), registry.nextEpoch()]);
      assert.equal(new Set(ends).size, 3);
      for (const end of ends) await registry.end(user, end);
      const left = await Promise.all(ends.map((end) => registry.hasEnded(user, end)));
      assert.equal(left.filter((isOver) => !isOver).length, 1);
    }),
    one('an earlier end does not replace a later one', async ({ registry }, user) => {
      const [before, first, second] = [await registry.epoch(), await registry.nextEpoch(), await registry.nextEpoch()];
      await registry.end(user, second);
      await registry.end(user, first);
      assert.deepEqual([await registry.hasEnded(user, before), await registry.hasEnded(user, first)], [true, true]);
    }),
  ];
}
