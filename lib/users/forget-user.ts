import type { HeldAccount } from '../ports/account-lock.js';
import type { Authenticators } from '../ports/authenticators.js';
import type { Connections } from '../ports/connections.js';
import type { Consents } from '../ports/consents.js';
import { alwaysHeld } from './account-lock.js';

/** The stores that keep something about a user beside the app's own table; `null`: the app has none. */
export interface UserRecords {
  readonly authenticators: Authenticators | null;
  readonly connections: Connections | null;
  readonly consents: Consents | null;
  /** Left out: there are no tickets. */
  readonly tickets?: { erase(userId: string): Promise<void> };
  /** Earlier addresses, with the links that bring them back. Left out: none are kept. */
  readonly addressHistory?: { forget(userId: string): Promise<void> };
  /** Left out: the app sends no mails. */
  readonly mails?: { erase(person: { readonly user: string }): Promise<void> };
}

/**
 * Removes what these stores keep about a user. Repeatable. All are tried, whichever fails. A store of connections
 * without `list` and `unlink` is skipped: its connections are columns of the user's row.
 * `held`: the account's lock, for an account that stays.
 * @throws the first failure
 */
export async function forgetUser(records: UserRecords, userId: string, held: HeldAccount = alwaysHeld): Promise<void> {
  const { authenticators, connections, consents, tickets, addressHistory, mails } = records;
  const outcomes = await Promise.allSettled([
    authenticators === null ? undefined : removeAuthenticators(authenticators, userId, held),
    connections === null ? undefined : removeConnections(connections, userId, held),
    consents?.remove(userId),
    tickets?.erase(userId),
    addressHistory?.forget(userId),
    mails?.erase({ user: userId }),
  ]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function removeAuthenticators(authenticators: Authenticators, userId: string, held: HeldAccount): Promise<void> {
  for (const { id } of await authenticators.list(userId)) {
    await held.confirm();
    await authenticators.remove(userId, id);
  }
}

async function removeConnections({ list, unlink }: Connections, userId: string, held: HeldAccount): Promise<void> {
  if (list === undefined || unlink === undefined) return;
  for (const { source, issuer, subject } of await list(userId)) {
    await held.confirm();
    await unlink(userId, { source, issuer, subject });
  }
}
