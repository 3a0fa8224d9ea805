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
    sealed: 'sealed ü 字',
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
      const first = session(now(), { signedInAt: now() - 1000, own: false, idleSeconds: null, userAgent: null });
      const second = session(now());
      assert.deepEqual([await registry.add(user, first, now()), await registry.add(user, second, now())], [[], []]);
      assert.deepEqual(await registry.list(user), [second, first]);
      assert.deepEqual(await registry.list(`${user} of another name`), []);
    }),
    one('a session that is recorded again is listed once', async ({ registry, now }, user) => {
      const first = session(now());
      await registry.add(user, first, now());
      await registry.add(user, { ...first, userAgent: 'Another' }, now());
      assert.deepEqual(
        (await registry.list(user)).map(({ userAgent }) => userAgent),
        ['Another'],
      );
    }),
    one('removed sessions are not listed', async ({ registry, now }, user) => {
      const [first, second, third] = [session(now()), session(now()), session(now())];
      for (const each of [first, second, third]) await registry.add(user, each, now());
      await registry.remove(user, [first.id, third.id, 'unknown']);
      await registry.remove(user, []);
      assert.deepEqual(await idsOf(registry, user), [second.id]);
    }),
    one('an expired session is not listed', async ({ registry, now, advance }, user) => {
      const [short, long] = [session(now(), { expiresAt: now() + 1000 }), session(now())];
      await registry.add(user, short, now());
      await registry.add(user, long, now());
      advance(1001);
      assert.deepEqual(await idsOf(registry, user), [long.id]);
      await registry.add(user, session(now()), now());
      assert.equal((await registry.list(user)).length, 2);
    }),
    one(`beyond ${String(most)} sessions, those that expire first are returned`, async ({ registry, now }, user) => {
      const all = Array.from({ length: most }, (_, at) => session(now(), { expiresAt: now() + 10_000 + at }));
      for (const each of all) assert.deepEqual(await registry.add(user, each, now()), []);
      const last = session(now());
      assert.deepEqual(await registry.add(user, last, now()), [all[0]]);
      assert.deepEqual((await idsOf(registry, user)).length, most);
      assert.deepEqual(await registry.add(user, last, now()), []);
    }),
    one('CVE-2025-29928: evidence from before the end records no session', async ({ registry, now }, user) => {
      await registry.end(user, now());
      assert.equal(await registry.add(user, session(now()), now() - 1), 'refused');
      assert.deepEqual(await registry.list(user), []);
      assert.deepEqual(await registry.add(user, session(now()), now()), []);
      assert.deepEqual([await registry.hasEnded(user, now() - 1), await registry.hasEnded(user, now())], [true, false]);
      assert.equal(await registry.hasEnded(`${user} of another name`, 0), false);
    }),
    one('an earlier end does not replace a later one', async ({ registry, now }, user) => {
      await registry.end(user, now());
      await registry.end(user, now() - 5000);
      assert.equal(await registry.hasEnded(user, now() - 1), true);
    }),
  ];
}
