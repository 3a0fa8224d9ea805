import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { AppStores } from '../../lib/ports/app-stores.js';
import { createStores, type Stores } from '../../lib/stores/stores.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function open(own: AppStores): Stores {
  return createStores({ own, redis: null, prefix: 'enrollment:', clock: fakeClock(), log });
}

/** The same store, which records that one of its functions was called. */
function watched<Store extends object>(store: Store, asked: string[], kind: string): Store {
  // The kit's stores are frozen, so the proxy wraps a copy.
  return new Proxy(
    { ...store },
    {
      get(_copy, name): unknown {
        const member: unknown = Reflect.get(store, name);
        if (typeof member !== 'function') return member;
        return (...args: readonly unknown[]): unknown => {
          asked.push(kind);
          return Reflect.apply(member, store, args);
        };
      },
    },
  );
}

describe('the option stores', () => {
  const calls: Readonly<Record<keyof AppStores, (stores: Stores) => Promise<unknown>>> = {
    plans: ({ plans }) => plans.load('id'),
    invitations: ({ invitations }) => invitations.ledger('id'),
    ephemeral: ({ ephemeralStore }) => ephemeralStore.peek('key'),
    rateLimiter: ({ rateLimiter }) => rateLimiter.get('key'),
    outbox: ({ outbox }) => outbox.counts(),
    waitlist: ({ waitlist }) => waitlist.count({}),
    consents: ({ consents }) => consents.list('id'),
    tickets: ({ tickets }) => tickets.list('id'),
    mails: ({ mails }) => mails.read(['key']),
    suppressions: ({ suppressions }) => suppressions.find(['digest'], 'scope'),
    flows: ({ flows }) => flows.newest(),
  };

  for (const [kind, call] of Object.entries(calls))
    it(`uses ${kind} of the app in place of the kit’s`, async () => {
      const memory = open({});
      const asked: string[] = [];
      const all: Required<AppStores> = {
        plans: watched(memory.plans, asked, 'plans'),
        invitations: watched(memory.invitations, asked, 'invitations'),
        ephemeral: watched(memory.ephemeralStore, asked, 'ephemeral'),
        rateLimiter: watched(memory.rateLimiter, asked, 'rateLimiter'),
        outbox: watched(memory.outbox, asked, 'outbox'),
        waitlist: watched(memory.waitlist, asked, 'waitlist'),
        consents: watched(memory.consents, asked, 'consents'),
        tickets: watched(memory.tickets, asked, 'tickets'),
        mails: watched(memory.mails, asked, 'mails'),
        suppressions: watched(memory.suppressions, asked, 'suppressions'),
        flows: watched(memory.flows, asked, 'flows'),
      };
      await call(open(all));
      assert.deepEqual(asked, [kind]);
    });

  it('may be frozen', async () => {
    const { plans } = open({});
    assert.ok(Object.isFrozen(plans));
    assert.equal(await open({ plans }).plans.load('id'), null);
  });
});
