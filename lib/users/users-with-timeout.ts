import { withTimeout } from '../base/with-timeout.js';
import { deepestCause } from '../base/deepest-cause.js';
import { EnrollmentError, isEnrollmentError, storeAway } from '../base/error.js';
import { faultKind } from '../base/fault-kind.js';
import type { Connections } from '../ports/connections.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { UserStore } from '../ports/user-store.js';
import { checkedFacts, checkedUser } from './checked-users.js';

const timeoutMs = 2000;
/** A connection is one row, and whether it was written is asked again by the next request. */
const linkTimeoutMs = 10_000;

/**
 * The app's user store, with look-ups that answer within two seconds or fail as "away" (503), so that a visitor is
 * told to try again instead of waiting or getting a fault. Writes are left alone here: only the app knows how long its
 * own may take; the redemption waits for `create` until its last lease ends.
 */
export function usersWithTimeout<User>(
  users: UserStore<User>,
  onMistake: (error: EnrollmentError) => void = () => undefined,
): UserStore<User> {
  return Object.freeze({
    toProfile: (user) => checkedFacts(users.toProfile(user)),
    create: async (account, redemption) => checkedUser(await users.create(account, redemption), onMistake),
    // Many drivers answer with `undefined` where there is no row.
    findById: (id) => answered(async () => (await users.findById(id)) ?? null),
    findByLogin: (field, canonical) => answered(async () => (await users.findByLogin(field, canonical)) ?? null),
    // What the app's store cannot do, ours cannot either.
    ...(users.passwordHash === undefined
      ? {}
      : { passwordHash: (user: User) => answered(async () => (await users.passwordHash?.(user)) ?? null) }),
    ...(users.update === undefined ? {} : { update: users.update.bind(users) }),
    ...(users.remove === undefined ? {} : { remove: users.remove.bind(users) }),
    ...(users.isEmpty === undefined ? {} : { isEmpty: () => answered(async () => (await users.isEmpty?.()) ?? false) }),
    ...(users.probe === undefined ? {} : { probe: () => answered(async () => users.probe?.()) }),
  } satisfies UserStore<User>);
}

/** The same for the look-up of redemptions. */
export function redemptionsWithTimeout(redemptions: Redemptions): Redemptions {
  return Object.freeze({
    find: (by) => answered(async () => (await redemptions.find(by)) ?? null, 'the table of redemptions'),
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

/** The same for the look-up of connections. A connection that is not written within ten seconds is 503 too. */
export function connectionsWithTimeout(connections: Connections): Connections {
  return Object.freeze({
    find: (identity) => answered(async () => (await connections.find(identity)) ?? null, 'the table of connections'),
    link: (userId, identity) =>
      withTimeout(linkTimeoutMs, Promise.resolve(connections.link(userId, identity)), () =>
        storeAway('the table of connections', new Error(`no answer within ${String(linkTimeoutMs)} ms`)),
      ),
    ...(connections.hasConnection === undefined
      ? {}
      : {
          hasConnection: (userId: string) =>
            // Where it cannot be said, somebody has it.
            answered(async () => (await connections.hasConnection?.(userId)) !== false, 'the table of connections'),
        }),
  } satisfies Connections);
}

/** The same for any other look-up that the app answers from its store. */
export function lookUpWithTimeout<Asked, Found>(
  find: (asked: Asked) => Promise<Found> | Found,
): (asked: Asked) => Promise<Found> {
  return (asked) => answered(async () => find(asked));
}

async function answered<T>(ask: () => Promise<T>, what = 'the user store'): Promise<T> {
  try {
    return await withTimeout(timeoutMs, ask(), () => new Error(`no answer within ${String(timeoutMs)} ms`));
  } catch (error) {
    throw faultKind(error) === 'mistake' ? mistaken(what, error) : storeAway(what, error);
  }
}

/** A missing table or package and a mistake in the app's code are there at the next try too: not 503, and an error in the log. */
function mistaken(what: string, error: unknown): EnrollmentError {
  if (isEnrollmentError(error)) return error;
  return new EnrollmentError('ERR_ENROLLMENT_USER_STORE', `${what} cannot be used: ${deepestCause(error)}`, {
    cause: error,
  });
}
