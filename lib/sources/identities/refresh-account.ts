import { withTimeout } from '../../base/awaitable.js';
import { storeAway } from '../../base/error.js';
import { withoutKeys, type JsonObject } from '../../base/json.js';
import type { EnrollmentLogger } from '../../ports/log.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import type { UserStore } from '../../ports/user-store.js';
import type { SourceRegistry } from '../source-registry.js';
import type { TracedIdentities } from './identities.js';

interface RefreshParts<User> {
  readonly sources: Pick<SourceRegistry, 'get'>;
  readonly users: Pick<UserStore<User>, 'findById' | 'update'>;
  readonly identities: Pick<TracedIdentities, 'accountData'>;
  /** What the invitation of an account enforces. */
  readonly enforcedData: (userId: string) => Promise<JsonObject>;
  /** What forms write to the data of accounts, by key; the values are not read. */
  readonly typed: JsonObject;
  readonly log: EnrollmentLogger;
}

const timeoutMs = 2000;

/**
 * Updates the data of an account to what its source returns now. Values that the account's invitation enforces, and
 * those that forms ask for, stay, unless the source's rule says otherwise.
 */
export function createAccountRefresh<User>(
  parts: RefreshParts<User>,
): (identity: PendingIdentity, userId: string) => Promise<void> {
  const { sources, users, identities, enforcedData, typed, log } = parts;

  async function refreshed(identity: PendingIdentity, userId: string, overwrite: boolean): Promise<void> {
    const all = await identities.accountData(identity);
    if (all === null) throw new TypeError('accountData gave no answer');
    const data = (overwrite ? [] : [typed, await enforcedData(userId)]).reduce(withoutKeys, all);
    if (Object.keys(data).length === 0) return;
    const user = await users.findById(userId);
    if (user !== null) await users.update?.(user, { data });
  }

  return async (identity, userId) => {
    const { accountData, refresh = {} } = sources.get(identity.source) ?? {};
    if (accountData === undefined || refresh === false || users.update === undefined) return;
    try {
      const late = (): Error => new Error(`not done within ${String(timeoutMs)} ms`);
      await withTimeout(timeoutMs, () => refreshed(identity, userId, refresh.overwrite === true), late);
    } catch (error) {
      log.error({ err: error, source: identity.source, user: userId }, 'the data of an account could not be refreshed');
      if (refresh.required === true) throw storeAway('the user store', error);
    }
  };
}
