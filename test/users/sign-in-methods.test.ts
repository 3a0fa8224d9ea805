import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { digest128 } from '../../lib/base/ids.js';
import type { Authenticators } from '../../lib/ports/authenticators.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryConnections } from '../../lib/stores/memory/connections.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { alwaysHeld } from '../../lib/users/account-lock.js';
import { createOwnConnections } from '../../lib/users/own-connections.js';
import { createSignInMethods } from '../../lib/users/sign-in-methods.js';

const proved = { holds: () => Promise.resolve(true) };
const identityAt = (source: string) => ({ source, issuer: `https://${source}.example`, subject: 'ann' });

interface Account {
  readonly password?: boolean;
  readonly sources?: readonly string[];
  readonly passkeys?: readonly string[];
  /** The sources that are switched off. */
  readonly off?: readonly string[];
}

async function open({ password = false, sources = [], passkeys = [], off = [] }: Account) {
  const connections = memoryConnections();
  for (const source of sources) await connections.link('ann', identityAt(source));
  const authenticators: Authenticators = memoryAuthenticators();
  for (const id of passkeys)
    await authenticators.add({
      ...{ id, userId: 'ann', type: 'webauthn', name: 'Passkey', createdAt: 0, lastUsedAt: null },
      // A security key that verifies no one is a second factor only.
      ...{ version: '1', data: id === 'key' ? { sole_factor: false } : { sole_factor: true } },
    });
  const ephemeralStore = createMemoryEphemeralStore({ clock: fakeClock() });
  const events: string[] = [];
  const methods = createSignInMethods({
    users: { findById: async (id) => ({ id }), passwordHash: async () => (password ? 'a hash' : null) },
    connections,
    passkeys: authenticators,
    openSources: async () => new Set(['acme', 'other', 'one', 'two', 'three'].filter((slug) => !off.includes(slug))),
    ephemeralStore,
    accountLock: async (userId, work) => {
      events.push(`lock of ${userId}`);
      return work(alwaysHeld);
    },
  });
  const own = createOwnConnections({
    connections,
    methods,
    nameOf: (slug) => (slug === 'acme' ? 'Acme' : null),
    settle: async () => undefined,
    endEvidence: async () => void events.push('evidence ended'),
    events: ({ type }) => void events.push(type),
  });
  return { connections, methods, own, events, ephemeralStore };
}

describe('disconnecting a source', () => {
  const rows: readonly (readonly [title: string, account: Account, outcome: string])[] = [
    ['one of two', { sources: ['acme', 'other'] }, 'removed'],
    ['the only one, beside a password', { sources: ['acme'], password: true }, 'removed'],
    ['the only one, beside a passkey', { sources: ['acme'], passkeys: ['a'] }, 'removed'],
    ['the only one, beside a security key that verifies no one', { sources: ['acme'], passkeys: ['key'] }, 'last'],
    ['one of two, whose other source is switched off', { sources: ['acme', 'other'], off: ['other'] }, 'last'],
    ['one of two, whose own source is switched off', { sources: ['acme', 'other'], off: ['acme'] }, 'removed'],
    ['the only one, and nothing else', { sources: ['acme'] }, 'last'],
    ['the only one of a source that the app still has', { sources: ['acme', 'gone'] }, 'last'],
  ];
  for (const [title, account, outcome] of rows)
    it(`${title}: ${outcome}`, async () => {
      const { own, connections, events } = await open(account);
      const one = (await own.list('ann')).find(({ source }) => source === 'acme');
      assert.equal(one?.sourceName, 'Acme');
      assert.equal(await own.disconnect('bob', one.id, proved), 'absent');
      assert.equal(await own.disconnect('ann', one.id, proved), outcome);
      assert.equal(await connections.find(identityAt('acme')), outcome === 'removed' ? null : 'ann');
      const removed = ['evidence ended', 'evidence ended', 'source.unlinked'];
      assert.deepEqual(events, ['lock of ann', ...(outcome === 'removed' ? removed : [])]);
      if (outcome === 'removed') assert.equal(await own.disconnect('ann', one.id, proved), 'absent');
    });

  it('all of them at once, in any order, leave one', async () => {
    const sources = ['acme', 'one', 'two', 'three'];
    const { own, connections } = await open({ sources });
    const outcomes: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const left = await own.list('ann');
      outcomes.push(...(await Promise.all(left.map(({ id }) => own.disconnect('ann', id, proved)))));
    }
    assert.equal((await connections.list?.('ann'))?.length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === 'removed').length, 3);
    assert.ok(outcomes.includes('busy') && outcomes.includes('last'));
  });

  it('the last source and the last passkey at once: one of them stays', async () => {
    const { own, methods, connections } = await open({ sources: ['acme'], passkeys: ['a'] });
    const [one] = await own.list('ann');
    let removed = false;
    const outcomes = await Promise.all([
      own.disconnect('ann', one?.id ?? '', proved),
      methods.removeUnlessLast('ann', { authenticator: 'a' }, async () => {
        removed = true;
        return 'removed';
      }),
    ]);
    assert.equal(outcomes.filter((outcome) => outcome === 'removed').length, 1);
    assert.equal((await connections.find(identityAt('acme'))) === null, !removed);
  });

  it('a removal that fails lets the next one try', async () => {
    const { methods } = await open({ sources: ['acme', 'one'] });
    const remove = (): Promise<void> => Promise.reject(new Error('away'));
    await assert.rejects(methods.removeUnlessLast('ann', { connection: identityAt('acme') }, remove), /away/);
    const again = methods.removeUnlessLast('ann', { connection: identityAt('acme') }, async () => 'removed');
    assert.equal(await again, 'removed');
  });

  it('a removal that lasts longer than its lock leaves the lock of the next one', async () => {
    const { methods, ephemeralStore } = await open({ sources: ['acme', 'one'] });
    const key = `sign-in-methods:${digest128('ann')}`;
    await methods.removeUnlessLast('ann', { connection: identityAt('acme') }, async () => {
      await ephemeralStore.take(key);
      await ephemeralStore.set(key, 'of the next one', 60);
    });
    assert.equal(await ephemeralStore.peek(key), 'of the next one');
  });
});
