import { authenticatorsTable } from './authenticators-table.js';
import { connectionsTable } from './connections-table.js';
import { consentsTable } from './consents-table.js';
import { redemptionsTable } from './redemptions-table.js';

/** The steps from an empty file to the current tables, in order. */
export const migrations: readonly (readonly string[])[] = [
  [
    // Without IF NOT EXISTS: a table `users` that the kit did not create must stop the start, not be filled.
    `CREATE TABLE users (
  id TEXT PRIMARY KEY NOT NULL,
  username TEXT UNIQUE,
  email TEXT UNIQUE,
  name TEXT,
  password_hash TEXT,
  data TEXT NOT NULL DEFAULT '{}',
  active INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL
)`,
    redemptionsTable({ dialect: 'sqlite' }),
  ],
  [connectionsTable({ dialect: 'sqlite' })],
  [authenticatorsTable({ dialect: 'sqlite' })],
  [
    'ALTER TABLE users ADD COLUMN password_changed_at INTEGER',
    "ALTER TABLE users ADD COLUMN password_history TEXT NOT NULL DEFAULT '[]'",
  ],
  [consentsTable({ dialect: 'sqlite' }), 'ALTER TABLE users ADD COLUMN email_verified INTEGER'],
];

export const migrationsTableName = 'enrollment_migrations';

/**
 * The steps that were applied to a file. Not SQLite's `user_version`: that belongs to the app, which may keep its own
 * tables in the file.
 */
export const migrationsTable = `CREATE TABLE IF NOT EXISTS ${migrationsTableName} (
  step INTEGER PRIMARY KEY,
  taken_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)`;
