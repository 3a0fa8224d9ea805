import { chain, type Awaitable, withTimeout } from '../base/awaitable.js';
import { deepestCause } from '../base/deepest-cause.js';
import { EnrollmentError, isEnrollmentError, storeAway } from '../base/error.js';
import { faultKind } from '../base/fault-kind.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { Connections, ExternalIdentity } from '../ports/connections.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { NewPasswordHash, UserStore } from '../ports/user-store.js';
import { checkedFacts, checkedUser } from './checked-users.js';

const timeoutMs = 2000;
/** A connection is one row, and the next request checks again whether it was written. */
const linkTimeoutMs = 10_000;

/**
 * The app's user store, with lookups that answer within two seconds or fail as "away" (503), so that a visitor is asked
 * to try again instead of waiting or getting a 500. Writes have no timeout here: only the app knows how long its own
 * may take; the redemption waits for `create` until its last lease ends.
 */
export function usersWithTimeout<User>(
  users: UserStore<User>,
  onMistake: (error: EnrollmentError) => void = () => undefined,
): UserStore<User> {
  return Object.freeze({
    toProfile: (user) => checkedFacts(users.toProfile(user)),
    create: async (account, redemption) => checkedUser(await users.create(account, redemption), onMistake),
    // Many drivers return `undefined` if there is no row.
    findById: (id) => answered(() => chain(users.findById(id), (user) => user ?? null)),
    findByLogin: (field, canonical) =>
      answered(() => chain(users.findByLogin(field, canonical), (user) => user ?? null)),
    // Functions that the app's store lacks are omitted here too.
    ...(users.passwordHash === undefined
      ? {}
      : { passwordHash: (user: User) => answered(async () => (await users.passwordHash?.(user)) ?? null) }),
    ...(users.passwordHistory === undefined
      ? {}
      : {
          passwordHistory: (user: User, count: number) =>
            answered(async () => (await users.passwordHistory?.(user, count)) ?? []),
        }),
    ...(users.update === undefined ? {} : { update: users.update.bind(users) }),
    ...(users.replacePassword === undefined
      ? {}
      : {
          replacePassword: async (user: User, present: string | null, change: NewPasswordHash) =>
            (await users.replacePassword?.(user, present, change)) ?? null,
        }),
    ...(users.remove === undefined ? {} : { remove: users.remove.bind(users) }),
    ...(users.acceptInvitation === undefined ? {} : { acceptInvitation: users.acceptInvitation.bind(users) }),
    ...(users.isEmpty === undefined ? {} : { isEmpty: () => answered(async () => (await users.isEmpty?.()) ?? false) }),
    ...(users.probe === undefined ? {} : { probe: () => answered(async () => users.probe?.()) }),
  } satisfies UserStore<User>);
}

/** The same for the lookup of redemptions. */
export function redemptionsWithTimeout(redemptions: Redemptions): Redemptions {
  return Object.freeze({
    find: (by) => answered(() => chain(redemptions.find(by), (row) => row ?? null), 'the table of redemptions'),
    ...(redemptions.latest === undefined
      ? {}
      : {
          latest: (count) =>
            answered(async () => (await redemptions.latest?.(count)) ?? [], 'the table of redemptions'),
        }),
    ...(redemptions.hasRedemption === undefined
      ? {}
      : {
          hasRedemption: (userId) =>
            answered(async () => (await redemptions.hasRedemption?.(userId)) ?? true, 'the table of redemptions'),
        }),
  } satisfies Redemptions);
}

/** The same for the lookup of connections. A connection that is not written within ten seconds is 503 too. */
export function connectionsWithTimeout(connections: Connections): Connections {
  return Object.freeze({
    find: (identity) => answered(async () => (await connections.find(identity)) ?? null, 'the table of connections'),
    link: (userId, identity) =>
      withTimeout(
        linkTimeoutMs,
        () => connections.link(userId, identity),
        () => storeAway('the table of connections', new Error(`no answer within ${String(linkTimeoutMs)} ms`)),
      ),
    ...(connections.hasConnection === undefined
      ? {}
      : {
          hasConnection: (userId: string) =>
            // An unknown answer counts as a connection.
            answered(async () => (await connections.hasConnection?.(userId)) !== false, 'the table of connections'),
        }),
    ...(connections.list === undefined
      ? {}
      : {
          list: (userId: string) =>
            answered(async () => (await connections.list?.(userId)) ?? [], 'the table of connections'),
        }),
    ...(connections.unlink === undefined
      ? {}
      : {
          unlink: (userId: string, identity: ExternalIdentity) =>
            withTimeout(
              linkTimeoutMs,
              async () => connections.unlink?.(userId, identity),
              () => storeAway('the table of connections', new Error(`no answer within ${String(linkTimeoutMs)} ms`)),
            ),
        }),
  } satisfies Connections);
}

/**
 * The same for the authenticators. A row that is not written within two seconds is 503 too: its code is asked again.
 * `onLate` is called for one that is written after that.
 */
export function authenticatorsWithTimeout(
  authenticators: Authenticators,
  onLate: (added: Authenticator) => void = () => undefined,
): Authenticators {
  const what = 'the table of authenticators';
  return Object.freeze<Authenticators>({
    list: (userId) => answered(() => authenticators.list(userId), what),
    find: (id) => answered(async () => (await authenticators.find(id)) ?? null, what),
    async add(authenticator) {
      let isLate = false;
      const adding = async (): Promise<void> => {
        await authenticators.add(authenticator);
        if (isLate) onLate(authenticator);
      };
      try {
        await answered(adding, what);
      } catch (error) {
        isLate = true;
        throw error;
      }
    },
    update: (version, changed) => answered(() => authenticators.update(version, changed), what),
    remove: (userId, id) => answered(() => authenticators.remove(userId, id), what),
  });
}

/** The same for any other lookup that the app answers from its store. */
export function lookUpWithTimeout<Asked, Found>(
  find: (asked: Asked) => Awaitable<Found>,
): (asked: Asked) => Promise<Found> {
  return (asked) => answered(() => find(asked));
}

const late = (): Error => new Error(`no answer within ${String(timeoutMs)} ms`);

function answered<T>(ask: () => Awaitable<T>, what = 'the user store'): Promise<T> {
  return withTimeout(timeoutMs, ask, late).catch((error: unknown) => {
    throw faultKind(error) === 'mistake' ? mistaken(what, error) : storeAway(what, error);
  });
}

/**
 * A missing table or package or a mistake in the app's code would fail again at the next try: not 503, and an error in
 * the log.
 */
function mistaken(what: string, error: unknown): EnrollmentError {
  if (isEnrollmentError(error)) return error;
  return new EnrollmentError('ERR_ENROLLMENT_USER_STORE', `${what} cannot be used: ${deepestCause(error)}`, {
    cause: error,
  });
}
