import type { Client, InValue } from '@libsql/client';
import type { PlanReplacement, PlanStore, StoredPlan } from '../../lib/ports.js';

/** The text is stored as bytes, because the driver ends a TEXT at a NUL. */
export const plansTable = `CREATE TABLE IF NOT EXISTS enrollment_plans (
  id TEXT PRIMARY KEY NOT NULL,
  rev INTEGER NOT NULL,
  text BLOB NOT NULL,
  ends_at INTEGER NOT NULL
)`;

/**
 * Plans in an SQLite table. Each write is one statement that names the revision it replaces, so that one of two
 * concurrent writers wins. `now` returns milliseconds since 1970.
 */
export function sqlitePlans(client: Client, now: () => number = Date.now): PlanStore {
  async function load(id: string): Promise<StoredPlan | null> {
    const sql = 'SELECT rev, text FROM enrollment_plans WHERE id = ? AND ends_at > ?';
    const [row] = (await client.execute({ sql, args: [id, now()] })).rows;
    const bytes = row?.['text'];
    return bytes instanceof ArrayBuffer ? { rev: Number(row?.['rev']), text: Buffer.from(bytes).toString() } : null;
  }

  async function write(id: string, sql: string, args: InValue[]): Promise<PlanReplacement> {
    const { rowsAffected } = await client.execute({ sql, args });
    return rowsAffected === 1 ? { won: true } : { won: false, now: await load(id) };
  }

  return {
    load,
    create: (id, text, ttlSeconds, rev = 1) =>
      write(
        id,
        `INSERT INTO enrollment_plans (id, rev, text, ends_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, text = excluded.text, ends_at = excluded.ends_at
         WHERE ends_at <= ?`,
        [id, rev, Buffer.from(text), now() + ttlSeconds * 1000, now()],
      ),
    replace: (id, rev, text, ttlSeconds, next = rev + 1) =>
      write(id, 'UPDATE enrollment_plans SET rev = ?, text = ?, ends_at = ? WHERE id = ? AND rev = ? AND ends_at > ?', [
        next,
        Buffer.from(text),
        now() + ttlSeconds * 1000,
        id,
        rev,
        now(),
      ]),
    async drop(id) {
      await client.execute({ sql: 'DELETE FROM enrollment_plans WHERE id = ?', args: [id] });
    },
  };
}
