import { withTimeout } from '../../base/awaitable.js';
import { storeAway } from '../../base/error.js';
import { isJsonObject, type Json, type JsonObject } from '../../base/json.js';
import type { InvitationStore } from '../../ports/invitation-store.js';
import type { EnrollmentLogger } from '../../ports/log.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import type { UserStore } from '../../ports/user-store.js';
import type { SourceRegistry } from '../source-registry.js';
import type { TracedIdentities } from './identities.js';

interface RefreshParts<User> {
  readonly sources: Pick<SourceRegistry, 'get'>;
  readonly users: Pick<UserStore<User>, 'findById' | 'update'>;
  readonly identities: Pick<TracedIdentities, 'accountData'>;
  readonly invitations: Pick<InvitationStore, 'originOf' | 'read'>;
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
  const { sources, users, identities, invitations, typed, log } = parts;

  async function fixedFor(userId: string): Promise<readonly JsonObject[]> {
    const origin = await invitations.originOf(userId);
    const [snapshot] = origin === null ? [] : await invitations.read([origin.id]);
    return [typed, snapshot?.record.data ?? {}];
  }

  async function refreshed(identity: PendingIdentity, userId: string, overwrite: boolean): Promise<void> {
    const all = await identities.accountData(identity);
    if (all === null) throw new TypeError('accountData gave no answer');
    const data = (overwrite ? [] : await fixedFor(userId)).reduce(without, all);
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

/** The values of `data` that `fixed` does not have, record by record. */
function without(data: JsonObject, fixed: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(data).flatMap<[string, Json | undefined]>(([key, value]) => {
      const own = Object.hasOwn(fixed, key) ? fixed[key] : undefined;
      if (own === undefined) return [[key, value]];
      if (!isJsonObject(own) || !isJsonObject(value)) return [];
      const rest = without(value, own);
      return Object.keys(rest).length === 0 ? [] : [[key, rest]];
    }),
  );
}
