import type { EnrollmentClock } from '../../base/clock.js';
import type { Authenticators } from '../../ports/authenticators.js';
import type { Connections } from '../../ports/connections.js';
import type { Consents } from '../../ports/consents.js';
import type { Redemptions } from '../../ports/redemptions.js';
import { sqlAuthenticators } from './sql-authenticators.js';
import { sqlConnections } from './sql-connections.js';
import { sqlConsents } from './sql-consents.js';
import type { SqlDatabase } from './sql-database.js';
import { sqlRedemptions } from './sql-redemptions.js';
import type { SqlQuery } from './sql-rows.js';
import { sqlUserStore, type SqlUserStore } from './sql-user-store.js';
import type { UserDialect } from './user-dialect.js';
import { userStatements, type UserTables } from './user-statements.js';

/** What a database with the kit's own tables provides to `createEnrollment`. */
export interface SqlUsers {
  readonly users: SqlUserStore;
  readonly redemptions: Redemptions;
  /** External identities of users; a removed user loses them. */
  readonly connections: Connections;
  /** Second factors of users; a removed user loses them. */
  readonly authenticators: Authenticators;
  /** What users allowed applications, for the option `stores.consents`; a removed user loses it. */
  readonly consents: Consents;
  /**
   * Opens the database and creates missing tables, so that a mistake shows at the start and not at the first visitor.
   * Several processes may call it at once.
   */
  ready(): Promise<void>;
}

/** Users and everything about them over one database. */
export function sqlUsers(
  database: SqlDatabase,
  dialect: UserDialect,
  tables: UserTables,
  clock: EnrollmentClock,
): Omit<SqlUsers, 'ready'> {
  const query: SqlQuery = (sql, values) => {
    const texts = values.map(String);
    return sql.startsWith('SELECT') ? database.read(sql, texts) : database.write((execute) => execute(sql, texts));
  };
  const { placeholders } = dialect;
  return {
    users: sqlUserStore(database, userStatements(dialect, tables), clock),
    redemptions: sqlRedemptions(query, { placeholders, table: tables.redemptions }),
    connections: sqlConnections(query, { placeholders, table: tables.connections }),
    authenticators: sqlAuthenticators(query, { placeholders, table: tables.authenticators }),
    consents: sqlConsents(query, { placeholders, table: tables.consents }),
  };
}
