import { dataReaderOf } from '../options/data-rules.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { Authenticators } from '../ports/authenticators.js';
import type { Connections } from '../ports/connections.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { UserStore } from '../ports/user-store.js';
import { typedUsers } from '../users/typed-users.js';
import {
  authenticatorsWithTimeout,
  connectionsWithTimeout,
  redemptionsWithTimeout,
  usersWithTimeout,
} from '../users/users-with-timeout.js';
import { absentUsers } from './absent-parts.js';

/** The app's user store and the tables beside it. Lookups answer in time. */
export interface ComposedUsers<User> {
  /** `null`: the app manages its users itself. */
  readonly known: UserStore<User> | null;
  /** The same; where the app has none, each call fails with an error that names the missing option. */
  readonly users: UserStore<User>;
  /** `null`: the app has no such table; the same for the other two. */
  readonly redemptions: Redemptions | null;
  readonly connections: Connections | null;
  readonly authenticators: Authenticators | null;
}

export function composeUsers<User, Data>(config: EnrollmentConfig<User, Data>): ComposedUsers<User> {
  const { users, redemptions, connections, authenticators, logger: log } = config;
  const known =
    users === null
      ? null
      : usersWithTimeout(typedUsers(users, dataReaderOf(config.invitationData)), (error) => {
          log.error({ err: error }, error.message);
        });
  return {
    known,
    users: known ?? absentUsers<User>(),
    redemptions: redemptions === null ? null : redemptionsWithTimeout(redemptions),
    connections: connections === null ? null : connectionsWithTimeout(connections),
    authenticators: authenticators === null ? null : authenticatorsWithTimeout(authenticators),
  };
}
