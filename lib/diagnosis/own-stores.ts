import { deepestCause } from '../base/deepest-cause.js';
import { EnrollmentError, isEnrollmentError } from '../base/error.js';
import { faultKind } from '../base/fault-kind.js';
import type { AppStores } from '../ports/app-stores.js';
import type { Stores } from '../stores/stores.js';

type OwnStores = Pick<
  Stores,
  | 'plans'
  | 'flows'
  | 'invitations'
  | 'ephemeralStore'
  | 'rateLimiter'
  | 'outbox'
  | 'waitlist'
  | 'consents'
  | 'tickets'
  | 'mails'
  | 'suppressions'
>;

// Nothing has this key: it only makes a store read.
const nothing = 'probe:none';

const asks: Readonly<Record<keyof AppStores, (stores: OwnStores) => Promise<unknown>>> = {
  plans: ({ plans }) => plans.load(nothing),
  flows: ({ flows }) => flows.newest(),
  invitations: ({ invitations }) => invitations.read([nothing]),
  ephemeral: ({ ephemeralStore }) => ephemeralStore.peek(nothing),
  rateLimiter: ({ rateLimiter }) => rateLimiter.get(nothing),
  outbox: ({ outbox }) => outbox.counts(),
  waitlist: ({ waitlist }) => waitlist.read([nothing]),
  consents: ({ consents }) => consents.list(nothing),
  tickets: ({ tickets }) => tickets.list(nothing),
  mails: ({ mails }) => mails.read([nothing]),
  suppressions: ({ suppressions }) => suppressions.find([nothing], nothing),
};

/** Reads once from each store of the app's own, so that a missing table shows; `null`: it has none. */
export function ownStoresProbe(own: AppStores, stores: OwnStores): (() => Promise<unknown>) | null {
  const used = Object.entries(asks).filter(([kind]) => Reflect.get(own, kind) !== undefined);
  return used.length === 0 ? null : () => Promise.all(used.map(([kind, ask]) => askOne(kind, () => ask(stores))));
}

async function askOne(kind: string, ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (isEnrollmentError(error) || faultKind(error) !== 'mistake') throw error;
    // A missing table or package would fail again at the next try.
    throw new EnrollmentError('ERR_ENROLLMENT_USER_STORE', `stores.${kind} cannot be used: ${deepestCause(error)}`, {
      cause: error,
    });
  }
}
