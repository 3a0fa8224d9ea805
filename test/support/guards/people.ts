import { createClient, type Client } from '@libsql/client';
import type { Pool } from 'pg';
import { type Redemption, type Redemptions } from '../../../lib/index.js';
import { redemptionsTable, sqlRedemptions } from '../../../lib/sql.js';

export interface Person {
  readonly id: string;
  readonly email: string;
}

/** The users of an app, unknown to the kit: one table with a unique address, and the kit's table beside it. */
export interface People {
  readonly redemptions: Redemptions;
  /** The app's own transaction. */
  insert(email: string, redemption: Redemption): Promise<Person>;
  findById(id: string): Promise<Person | null>;
  /** All users, each with their seat. */
  all(): Promise<readonly { readonly email: string; readonly key: string | null }[]>;
  close(): Promise<void>;
}

/** They accept invitations too: the kit's row alone says that one did. */
export interface SqlitePeople extends People {
  accept(id: string, redemption: Redemption): Promise<void>;
}

const rows = `SELECT people.email, redemption_key AS key FROM people
  LEFT JOIN enrollment_redemptions ON user_id = CAST(people.id AS TEXT) ORDER BY people.id`;

/** In an SQLite file; one process and one transaction write at a time. */
export async function sqlitePeople(file: string): Promise<SqlitePeople> {
  const client = createClient({ url: `file:${file}` });
  await client.executeMultiple(
    `PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000;
     CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);
     ${redemptionsTable({ dialect: 'sqlite' })};`,
  );
  let last: Promise<unknown> = Promise.resolve();
  return {
    redemptions: sqlRedemptions(async (sql, values) => recordsOf(client, sql, values.map(String))),
    insert(email, redemption) {
      const writing = last.then(() => insertIn(client, email, redemption));
      last = writing.catch(() => undefined);
      return writing;
    },
    async accept(id, redemption) {
      const row = redemption.row(id);
      const { redemption_key: key, enrollment_id: enrollment, invitation_id: invitation, user_id: user } = row;
      await client.execute({ sql: insertRow, args: [key, enrollment, invitation, user] });
    },
    findById: async (id) => personOf((await recordsOf(client, 'SELECT id, email FROM people WHERE id = ?', [id]))[0]),
    all: async () => (await recordsOf(client, rows, [])).map(placeOf),
    close: async () => client.close(),
  };
}

const insertRow =
  'INSERT INTO enrollment_redemptions (redemption_key, enrollment_id, invitation_id, user_id) VALUES (?, ?, ?, ?)';

async function insertIn(client: Client, email: string, redemption: Redemption): Promise<Person> {
  const transaction = await client.transaction('write');
  try {
    const { rows: inserted } = await transaction.execute({
      sql: 'INSERT INTO people (email) VALUES (?) RETURNING id, email',
      args: [email],
    });
    const person = { id: String(inserted[0]?.['id']), email };
    const row = redemption.row(person.id);
    await transaction.execute({
      sql: insertRow,
      args: [row.redemption_key, row.enrollment_id, row.invitation_id, row.user_id],
    });
    await transaction.commit();
    return person;
  } finally {
    transaction.close();
  }
}

async function recordsOf(client: Client, sql: string, args: string[]): Promise<readonly Record<string, unknown>[]> {
  const { rows: found } = await client.execute({ sql, args });
  return found.map((row) => ({ ...row }));
}

/** In PostgreSQL: concurrent transactions. */
export async function postgresPeople(pool: Pool): Promise<People> {
  await pool.query('CREATE TABLE people (id SERIAL PRIMARY KEY, email TEXT NOT NULL UNIQUE)');
  await pool.query(redemptionsTable({ dialect: 'postgresql' }));
  return {
    redemptions: sqlRedemptions((sql, values) => pool.query(sql, [...values]), { placeholders: '$1' }),
    async insert(email, redemption) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const { rows: inserted } = await client.query('INSERT INTO people (email) VALUES ($1) RETURNING id', [email]);
        const person = { id: String(inserted[0].id), email };
        const { redemption_key, enrollment_id, invitation_id, user_id } = redemption.row(person.id);
        await client.query(
          'INSERT INTO enrollment_redemptions (redemption_key, enrollment_id, invitation_id, user_id) VALUES ($1, $2, $3, $4)',
          [redemption_key, enrollment_id, invitation_id, user_id],
        );
        await client.query('COMMIT');
        return person;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    },
    findById: async (id) => personOf((await pool.query('SELECT id, email FROM people WHERE id = $1', [id])).rows[0]),
    all: async () => (await pool.query(rows)).rows.map(placeOf),
    close: () => pool.end(),
  };
}

function personOf(row: Record<string, unknown> | undefined): Person | null {
  return row === undefined ? null : { id: String(row['id']), email: String(row['email']) };
}

function placeOf(row: Record<string, unknown>): { email: string; key: string | null } {
  return { email: String(row['email']), key: row['key'] === null ? null : String(row['key']) };
}
