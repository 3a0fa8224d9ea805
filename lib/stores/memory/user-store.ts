import { systemClock, type EnrollmentClock } from '../../base/clock.js';
import { randomId } from '../../base/ids.js';
import { mergeDeep } from '../../base/json.js';
import { portRule } from '../../base/setting-rules.js';
import { settingsCheck } from '../../base/settings.js';
import type { Redemptions } from '../../ports/redemptions.js';
import type { AcceptanceRecorder, AccountChange, LoginField, UserStore } from '../../ports/user-store.js';
import { storedProfile, verifiedAfter, type StoredUser } from '../stored-user.js';
import type { MemoryConnections } from './connections.js';
import { createRedemptionTable } from './redemptions.js';

/** A user of the memory store. */
export type MemoryUser = StoredUser;

/** The present password and 24 earlier ones. */
const mostHashes = 25;

interface MemoryUsersOptions {
  readonly clock?: EnrollmentClock;
  /**
   * The app's `memoryConnections()`: an account from a source is then written together with its identity or not at all,
   * and a removed user loses the identities.
   */
  readonly connections?: MemoryConnections;
}

export interface MemoryUsers {
  readonly users: Omit<Required<UserStore<MemoryUser>>, 'acceptInvitation'> & AcceptanceRecorder<MemoryUser>;
  readonly redemptions: Redemptions;
}

const check = settingsCheck<MemoryUsersOptions>('memoryUsers', (joi) => ({
  clock: portRule(joi, 'now'),
  connections: portRule(joi, 'find', 'link'),
}));

/**
 * Users and redemptions in this process's memory, for tests and for trying the kit: they end with the process.
 * Username, address, redemption key and enrollment id are unique, and a user is written with its redemption or not at
 * all.
 */
export function memoryUsers(options: MemoryUsersOptions = {}): MemoryUsers {
  check(options);
  const { clock = systemClock, connections } = options;
  const redemptions = createRedemptionTable();
  const rows = new Map<string, { readonly user: MemoryUser; readonly hashes: readonly (string | null)[] }>();
  const ids: Readonly<Record<LoginField, Map<string, string>>> = { username: new Map(), email: new Map() };

  function refuseTaken(user: MemoryUser): void {
    for (const field of ['username', 'email'] as const) {
      const holder = ids[field].get(user[field] ?? '');
      if (holder !== undefined && holder !== user.id) throw new Error(`unique: ${field}`);
    }
  }

  /** `hashes`: of the present password and of earlier ones. */
  function put(user: MemoryUser, hashes: readonly (string | null)[]): MemoryUser {
    drop(user.id);
    rows.set(user.id, { user, hashes });
    if (user.username !== null) ids.username.set(user.username, user.id);
    if (user.email !== null) ids.email.set(user.email, user.id);
    return user;
  }

  function drop(id: string): void {
    const user = rows.get(id)?.user;
    ids.username.delete(user?.username ?? '');
    ids.email.delete(user?.email ?? '');
    rows.delete(id);
  }

  function write(
    id: string,
    { username, email, emailVerified, name, passwordHash, passwordChangedAt, data }: AccountChange,
  ): MemoryUser {
    const row = rows.get(id);
    if (row === undefined) throw new Error('no such user');
    const user = Object.freeze({
      ...row.user,
      ...(username === undefined ? {} : { username }),
      ...(email === undefined ? {} : { email }),
      ...(name === undefined ? {} : { name }),
      emailVerified: verifiedAfter(row.user, { email, emailVerified }),
      ...(passwordChangedAt === undefined ? {} : { passwordChangedAt }),
      data: mergeDeep(row.user.data, data ?? {}),
    });
    refuseTaken(user);
    if (passwordHash === undefined) return put(user, row.hashes);
    const earlier = passwordChangedAt === undefined ? row.hashes.slice(1) : row.hashes;
    return put(user, [passwordHash, ...earlier].slice(0, mostHashes));
  }

  const find = (id: string | undefined): MemoryUser | null => (id === undefined ? null : (rows.get(id)?.user ?? null));

  const users: MemoryUsers['users'] = {
    toProfile: storedProfile,
    // No `await` from here on: synchronous code is this store's transaction.
    async create({ username, email, emailVerified, name, passwordHash, data, identity }, redemption) {
      const given = { id: randomId(), username, email, name };
      const createdAt = clock.now();
      const passwordChangedAt = passwordHash === null ? null : createdAt;
      const user = Object.freeze({
        ...given,
        data: mergeDeep({}, data),
        active: true,
        emailVerified: email === null ? null : (emailVerified ?? null),
        passwordChangedAt,
        createdAt,
      });
      refuseTaken(user);
      if (identity && connections !== undefined && connections.holder(identity) !== null)
        throw new Error('unique: source, issuer, subject');
      redemptions.insert(redemption.row(user.id));
      if (identity) connections?.insert(user.id, identity);
      return put(user, [passwordHash]);
    },
    findById: async (id) => find(id),
    findByLogin: async (field, canonical) => find(ids[field].get(canonical)),
    passwordHash: async ({ id }) => rows.get(id)?.hashes[0] ?? null,
    passwordHistory: async ({ id }, count) =>
      (rows.get(id)?.hashes ?? [])
        .slice(1)
        .filter((hash) => hash !== null)
        .slice(0, count),
    update: async ({ id }, change) => write(id, change),
    replacePassword: async ({ id }, present, change) =>
      (rows.get(id)?.hashes[0] ?? null) === present ? write(id, change) : null,
    isEmpty: async () => rows.size === 0,
    probe: async () => undefined,

    async acceptInvitation({ id }, redemption) {
      if (rows.get(id)?.user.active !== true) throw new Error('no such active user');
      redemptions.insert(redemption.row(id));
    },

    async remove({ id }) {
      drop(id);
      connections?.release(id);
    },
  };
  return Object.freeze({
    users: Object.freeze(users),
    redemptions: Object.freeze<Redemptions>({
      find: (by) => redemptions.find(by),
      latest: (count) => redemptions.latest(count),
      hasRedemption: (userId) => redemptions.hasRedemption(userId),
    }),
  });
}
