import { systemClock, type EnrollmentClock } from '../../base/clock.js';
import { portRule } from '../../base/setting-rules.js';
import { settingsCheck } from '../../base/settings.js';
import { authenticatorsTableName } from './authenticators-table.js';
import { connectionsTableName } from './connections-table.js';
import { consentsTableName } from './consents-table.js';
import { redemptionsTableName } from './redemptions-table.js';
import { sqlUsers, type SqlUsers } from './sql-users.js';
import { sqliteDatabase } from './sqlite-database.js';
import { pathOf, type SqlitePlace } from './sqlite-place.js';
import { sqliteDialect } from './user-dialect.js';

interface SqliteUsersOptions {
  /**
   * How long a write waits while other processes lock the file, in milliseconds; default 2,000. After that it fails
   * with 503.
   */
  readonly timeoutMs?: number;
  readonly clock?: EnrollmentClock;
}

export interface SqliteUsers extends SqlUsers {
  /** Waits for active writes and closes the file. */
  close(): Promise<void>;
}

const check = settingsCheck<SqliteUsersOptions>('sqliteUsers', (joi) => ({
  timeoutMs: joi.number().min(0),
  clock: portRule(joi, 'now'),
}));

const tables = {
  users: 'users',
  redemptions: redemptionsTableName,
  connections: connectionsTableName,
  authenticators: authenticatorsTableName,
  consents: consentsTableName,
};

/**
 * Users and redemptions in an embedded SQLite file: `sqliteUsers('data/users.db')`. Needs the package `@libsql/client`.
 *
 * The file, its folders and its tables (`users`, `enrollment_redemptions`, `enrollment_connections`,
 * `enrollment_authenticators`, `enrollment_consents`, `enrollment_migrations`) are created at the first use, or by
 * `ready()`. Several processes of one machine may use it at once; a network drive does not work (SQLite's write-ahead log needs shared memory). A user is written with its
 * redemption in one transaction, on the disk before `create` resolves.
 * @throws ERR_ENROLLMENT_CONFIG at once for a place that is no file; at first use when `@libsql/client` is not installed
 * @throws ERR_ENROLLMENT_USER_STORE (at use) when the file is no SQLite database or has a table `users` of another making
 * @throws ERR_ENROLLMENT_STORE_AWAY (503, at use) when the file cannot be opened, read or written, or stays locked; the
 *   next use tries again
 */
export function sqliteUsers(place: SqlitePlace, options: SqliteUsersOptions = {}): SqliteUsers {
  check(options);
  const database = sqliteDatabase(pathOf(place), options.timeoutMs ?? 2000);
  return Object.freeze<SqliteUsers>({
    ...sqlUsers(database, sqliteDialect, tables, options.clock ?? systemClock),
    ready: () => database.ready(),
    close: () => database.close(),
  });
}
