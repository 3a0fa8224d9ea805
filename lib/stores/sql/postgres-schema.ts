import { EnrollmentError } from '../../base/error.js';
import type { PostgresDatabase } from './postgres-database.js';
import { authenticatorsTable, authenticatorsTableName } from './authenticators-table.js';
import { connectionsTable, connectionsTableName } from './connections-table.js';
import { consentsTable, consentsTableName } from './consents-table.js';
import { isForbidden, postgresName } from './postgres-failure.js';
import { redemptionsTable, redemptionsTableName } from './redemptions-table.js';
import { checkedTableName } from './table-shape.js';
import { remainingSteps, stepsTaken, takeSteps } from './take-steps.js';
import type { UserTables } from './user-statements.js';

/** The tables of `postgresUsers`, with their schema if there is one. */
interface PostgresTables extends UserTables {
  readonly schema: string | null;
  readonly migrations: string;
}

/** @throws ERR_ENROLLMENT_CONFIG when `schema` is not a name that needs no quotes */
export function postgresTables(schema: string | null): PostgresTables {
  const named = (table: string): string => checkedTableName(schema === null ? table : `${schema}.${table}`);
  return {
    schema,
    users: named('users'),
    redemptions: named(redemptionsTableName),
    connections: named(connectionsTableName),
    authenticators: named(authenticatorsTableName),
    consents: named(consentsTableName),
    migrations: named('enrollment_migrations'),
  };
}

/** The steps from an empty database to the current tables, in order. */
function stepsOf({
  users,
  redemptions,
  connections,
  authenticators,
  consents,
}: PostgresTables): readonly (readonly string[])[] {
  return [
    [
      // Without IF NOT EXISTS: a table `users` that the kit did not create must stop the start, not be filled.
      `CREATE TABLE ${users} (
  id TEXT PRIMARY KEY NOT NULL,
  username TEXT UNIQUE,
  email TEXT UNIQUE,
  name TEXT,
  password_hash TEXT,
  data JSONB NOT NULL DEFAULT '{}',
  active BOOLEAN NOT NULL DEFAULT true,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
)`,
      redemptionsTable({ dialect: 'postgresql', table: redemptions }),
      connectionsTable({ dialect: 'postgresql', table: connections }),
    ],
    [authenticatorsTable({ dialect: 'postgresql', table: authenticators })],
    [
      `ALTER TABLE ${users} ADD COLUMN password_changed_at BIGINT`,
      `ALTER TABLE ${users} ADD COLUMN password_history TEXT NOT NULL DEFAULT '[]'`,
    ],
    [
      consentsTable({ dialect: 'postgresql', table: consents }),
      `ALTER TABLE ${users} ADD COLUMN email_verified BOOLEAN`,
    ],
  ];
}

// Any number that no other code locks.
const lock = 'SELECT pg_advisory_xact_lock(7205759403792)';
const timeoutMs = 30_000;

/**
 * Creates the missing tables and columns; of several concurrent processes, one does and the others wait.
 * @throws ERR_ENROLLMENT_USER_STORE with the missing statements, where the role may not run them
 */
export async function makePostgresTables(database: PostgresDatabase, tables: PostgresTables): Promise<void> {
  const steps = stepsOf(tables);
  const migrationsTable = `CREATE TABLE IF NOT EXISTS ${tables.migrations} (
  step INTEGER PRIMARY KEY,
  taken_at TIMESTAMPTZ NOT NULL DEFAULT now()
)`;
  const schema = tables.schema === null ? [] : [`CREATE SCHEMA IF NOT EXISTS ${tables.schema}`];
  // First without a write: a role that may not create tables is sufficient when they exist.
  const [there] = await database.read('SELECT to_regclass($1)::text AS migrations', [tables.migrations]);
  const isThere = there?.['migrations'] !== null;
  const taken = isThere ? await stepsTaken(database.read, tables.migrations) : 0;
  if (isThere && taken >= steps.length) return;
  const makeRoom = isThere ? [] : [...schema, migrationsTable];
  try {
    await database.write(async (execute) => {
      await execute(lock);
      for (const statement of makeRoom) await execute(statement);
      await takeSteps(execute, steps, { table: tables.migrations, placeholders: '$1' });
    }, timeoutMs);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const sql = [...makeRoom, ...remainingSteps(steps, tables.migrations, taken)].map((statement) => `${statement};`);
    throw new EnrollmentError(
      'ERR_ENROLLMENT_USER_STORE',
      `${postgresName} lacks tables or columns of this version, and this role may not create them. Run as their owner:\n${sql.join('\n')}`,
      { cause: error },
    );
  }
}
