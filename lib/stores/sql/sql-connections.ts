import { configError } from '../../base/config-error.js';
import { userIdText } from '../../base/user-id.js';
import { settingsCheck } from '../../base/settings.js';
import type { ConnectionRow, Connections, ExternalIdentity } from '../../ports/connections.js';
import { connectionsTableName } from './connections-table.js';
import { allRows, firstRow, marks, textOf, type Placeholders, type SqlQuery } from './sql-rows.js';
import { checkedTableName } from './table-shape.js';

interface SqlConnectionsOptions {
  /** The driver's placeholders for values: `?` (SQLite, MySQL, Knex; the default) or `$1` (PostgreSQL). */
  readonly placeholders?: Placeholders;
  /** Default `enrollment_connections`; may be `schema.table`. */
  readonly table?: string;
}

const check = settingsCheck<SqlConnectionsOptions>('sqlConnections', (joi) => ({
  placeholders: joi.valid('?', '$1'),
  table: joi.string().allow(''),
}));

const asked = 'sqlConnections';

/**
 * Connections in the app's own database, over its own connection or, with a transaction's query function, as part of
 * that transaction.
 *
 * The values of a row are compared again, character by character: a column that ignores case or trailing blanks never
 * signs a user in to another user's account.
 * @throws ERR_ENROLLMENT_CONFIG when the table's name is not one
 * @throws ERR_ENROLLMENT_USER_STORE (from `find` and `link`) when the answer is not rows of that table
 */
export function sqlConnections(query: SqlQuery, options: SqlConnectionsOptions = {}): Connections {
  check(options);
  if (typeof query !== 'function')
    throw configError(['sqlConnections: the first argument must be a function of sql and values']);
  const table = checkedTableName(options.table ?? connectionsTableName);
  const [source, issuer, subject, user] = marks(options.placeholders ?? '?', 4);
  const select = `SELECT source, issuer, subject, user_id FROM ${table}
  WHERE source = ${source ?? ''} AND issuer = ${issuer ?? ''} AND subject = ${subject ?? ''}`;
  const insert = `INSERT INTO ${table} (source, issuer, subject, user_id)
  VALUES (${[source, issuer, subject, user].join(', ')})`;

  const anyOf = `SELECT user_id FROM ${table} WHERE user_id = ${source ?? ''}`;

  const ofUser = `SELECT source, issuer, subject, user_id, linked_at FROM ${table} WHERE user_id = ${source ?? ''}`;
  const remove = `DELETE FROM ${table}
  WHERE source = ${source ?? ''} AND issuer = ${issuer ?? ''} AND subject = ${subject ?? ''} AND user_id = ${user ?? ''}`;

  async function find(identity: ExternalIdentity): Promise<string | null> {
    const row = firstRow(asked, await query(select, [identity.source, identity.issuer, identity.subject]));
    if (row === null) return null;
    const same = (['source', 'issuer', 'subject'] as const).every(
      (part) => textOf(asked, row, part) === identity[part],
    );
    return same ? textOf(asked, row, 'user_id') : null;
  }

  return Object.freeze<Connections>({
    find,
    async link(userId, identity) {
      if ((await find(identity)) === userId) return;
      const row = connectionRow(userId, identity);
      try {
        await query(insert, [row.source, row.issuer, row.subject, row.user_id]);
      } catch (error) {
        // Another request may have been faster; in a failed transaction, this query fails too, and proves nothing.
        const holder = await find(identity).catch(() => null);
        if (holder !== userId) throw error;
      }
    },
    async list(userId) {
      const rows = allRows(asked, await query(ofUser, [userId]));
      return rows
        .filter((row) => textOf(asked, row, 'user_id') === userId)
        .map((row) => ({
          source: textOf(asked, row, 'source'),
          issuer: textOf(asked, row, 'issuer'),
          subject: textOf(asked, row, 'subject'),
          linkedAt: timeIn(row.get('linked_at')),
        }));
    },
    async unlink(userId, identity) {
      // The row's own values are compared again: a column that ignores case never removes another's.
      if ((await find(identity)) !== userId) return;
      await query(remove, [identity.source, identity.issuer, identity.subject, userId]);
    },
    hasConnection: async (userId) => firstRow(asked, await query(anyOf, [userId])) !== null,
  });
}

/** As drivers return it: a date, a text, or milliseconds. */
function timeIn(value: unknown): number | null {
  const time = value instanceof Date || typeof value === 'string' ? new Date(value).getTime() : Number(value ?? NaN);
  return Number.isFinite(time) ? time : null;
}

/**
 * The row for `enrollment_connections`, for an app that inserts it with the user in its own transaction.
 * @throws ERR_ENROLLMENT_USER_STORE for an id that names no user
 */
export function connectionRow(userId: string | number, identity: ExternalIdentity): ConnectionRow {
  const { source, issuer, subject } = identity;
  return { source, issuer, subject, user_id: userIdText(userId, 'connectionRow()') };
}
