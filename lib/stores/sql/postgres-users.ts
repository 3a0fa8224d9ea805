import { systemClock, type Clock } from '../../base/clock.js';
import { configError } from '../../base/config-error.js';
import { hasFunctions, portRule } from '../../base/setting-rules.js';
import { settingsCheck } from '../../base/settings.js';
import type { Connections } from '../../ports/connections.js';
import type { Redemptions } from '../../ports/redemptions.js';
import type { UserStore } from '../../ports/user-store.js';
import { postgresDatabase } from './postgres-database.js';
import type { PostgresPool } from './postgres-pool.js';
import { makePostgresTables, postgresTables } from './postgres-schema.js';
import { postgresUserStore } from './postgres-user-store.js';
import { sqlConnections } from './sql-connections.js';
import { sqlRedemptions } from './sql-redemptions.js';
import type { PostgresUser } from './user-row.js';

export type { PostgresConnection, PostgresPool } from './postgres-pool.js';
export type { PostgresUser } from './user-row.js';

export interface PostgresUsersOptions {
  /** The schema of the tables, made by `ready()` where it is missing; default: the first of the connection's search path. */
  readonly schema?: string;
  /**
   * How long to wait for a connection, and then for the work on it, in milliseconds; default 2,000 each. Then it fails
   * with 503, and the connection is closed.
   */
  readonly patienceMs?: number;
  readonly clock?: Clock;
}

export interface PostgresUsers {
  readonly users: Required<UserStore<PostgresUser>>;
  readonly redemptions: Redemptions;
  /** External identities of users; a user who is removed loses them. */
  readonly connections: Connections;
  /** Makes the tables where they are missing; several processes may do it at once. Call it before the first visitor. */
  ready(): Promise<void>;
}

const check = settingsCheck<PostgresUsersOptions>('postgresUsers', (joi) => ({
  schema: joi.string().allow(''),
  patienceMs: joi.number().min(0),
  clock: portRule(joi, 'now'),
}));

/**
 * Users and redemptions in PostgreSQL, over the app's own pool: `postgresUsers(new pg.Pool({ connectionString }))`.
 * For an app that has a table of users already, the four functions of `UserStore` over that table are the better way.
 *
 * The tables (`users`, `enrollment_redemptions`, `enrollment_connections`, `enrollment_migrations`) are made by `ready()`, and by nothing else; a
 * role that may not make tables can call it too once they are there. A user is written with its redemption in one
 * transaction. The pool stays the app's: it gives it an `error` listener, without which a lost idle connection ends the
 * process, and it ends it.
 * @throws ERR_ENROLLMENT_CONFIG at once when `schema` is not a name of letters, digits and underscores
 * @throws ERR_ENROLLMENT_USER_STORE (at use) when the tables are missing or of another making
 * @throws ERR_ENROLLMENT_STORE_AWAY (503, at use) when the server does not serve just now; the next use tries again
 */
export function postgresUsers(pool: PostgresPool, options: PostgresUsersOptions = {}): PostgresUsers {
  check(options);
  if (!hasFunctions(pool, 'connect'))
    throw configError(['postgresUsers: the pool must be a Pool of pg, as in new pg.Pool()']);
  const tables = postgresTables(options.schema ?? null);
  const database = postgresDatabase(pool, options.patienceMs ?? 2000);
  return Object.freeze<PostgresUsers>({
    users: postgresUserStore(database, tables, options.clock ?? systemClock),
    redemptions: sqlRedemptions((sql, values) => database.read(sql, values.map(String)), {
      placeholders: '$1',
      table: tables.redemptions,
    }),
    connections: sqlConnections((sql, values) => database.read(sql, values.map(String)), {
      placeholders: '$1',
      table: tables.connections,
    }),
    ready: () => makePostgresTables(database, tables),
  });
}
