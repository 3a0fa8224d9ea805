import { systemClock, type EnrollmentClock } from '../../base/clock.js';
import { configError } from '../../base/config-error.js';
import { hasFunctions, portRule } from '../../base/setting-rules.js';
import { settingsCheck } from '../../base/settings.js';
import { postgresDatabase } from './postgres-database.js';
import type { PostgresPool } from './postgres-pool.js';
import { makePostgresTables, postgresTables } from './postgres-schema.js';
import { sqlUsers, type SqlUsers } from './sql-users.js';
import { postgresDialect } from './user-dialect.js';

interface PostgresUsersOptions {
  /**
   * The schema of the tables, created by `ready()` when it is missing; default: the first of the connection's search
   * path.
   */
  readonly schema?: string;
  /**
   * How long to wait for a connection, and then for the work on it, in milliseconds; default 2,000 each. After that it
   * fails with 503, and the connection is closed.
   */
  readonly timeoutMs?: number;
  readonly clock?: EnrollmentClock;
}

const check = settingsCheck<PostgresUsersOptions>('postgresUsers', (joi) => ({
  schema: joi.string().allow(''),
  timeoutMs: joi.number().min(0),
  clock: portRule(joi, 'now'),
}));

/**
 * Users and redemptions in PostgreSQL, over the app's own pool: `postgresUsers(new pg.Pool({ connectionString }))`.
 * For an app that already has a table of users, the four functions of `UserStore` over that table are the better way.
 *
 * Only `ready()` creates the tables (`users`, `enrollment_redemptions`, `enrollment_connections`,
 * `enrollment_authenticators`, `enrollment_consents`, `enrollment_migrations`); a role that may not create tables can
 * call it too once they exist. A user is written with its redemption in one transaction. The app owns the pool: the app adds an `error` listener, without which a lost idle
 * connection ends the process, and the app closes the pool.
 * @throws ERR_ENROLLMENT_CONFIG at once when `schema` is not a name of letters, digits and underscores
 * @throws ERR_ENROLLMENT_USER_STORE (at use) when the tables are missing or of another making
 * @throws ERR_ENROLLMENT_STORE_AWAY (503, at use) when the server does not serve just now; the next use tries again
 */
export function postgresUsers(pool: PostgresPool, options: PostgresUsersOptions = {}): SqlUsers {
  check(options);
  if (!hasFunctions(pool, 'connect'))
    throw configError(['postgresUsers: the pool must be a Pool of pg, as in new pg.Pool()']);
  const tables = postgresTables(options.schema ?? null);
  const database = postgresDatabase(pool, options.timeoutMs ?? 2000);
  return Object.freeze<SqlUsers>({
    ...sqlUsers(database, postgresDialect, tables, options.clock ?? systemClock),
    ready: () => makePostgresTables(database, tables),
  });
}
