import { EnrollmentError } from '../../base/error.js';
import type { RedemptionRow, Redemptions } from '../../ports/redemptions.js';
import { checkedTableName, redemptionsTableName } from './redemptions-table.js';

/** Runs one SELECT in the app's database: its rows as records, or a result that holds them as `rows` (as pg's does). */
export type SqlQuery = (
  sql: string,
  values: readonly unknown[],
) => Promise<readonly object[] | { readonly rows: readonly object[] }>;

export interface SqlRedemptionsOptions {
  /** How the driver marks values: `?` (SQLite, MySQL, Knex; the default) or `$1` (PostgreSQL). */
  readonly placeholders?: '?' | '$1';
  /** Default `enrollment_redemptions`; may be `schema.table`. */
  readonly table?: string;
}

/**
 * Looks redemptions up in the app's own database, over its own connection.
 * @throws ERR_ENROLLMENT_CONFIG when the table's name is not one
 * @throws ERR_ENROLLMENT_USER_STORE (from `find`) when the answer is not rows of that table; it must not pass for
 *   "not found", which would free the place of an account that exists
 */
export function sqlRedemptions(query: SqlQuery, options: SqlRedemptionsOptions = {}): Redemptions {
  const table = checkedTableName(options.table ?? redemptionsTableName);
  const value = options.placeholders === '$1' ? '$1' : '?';
  const select = `SELECT redemption_key, enrollment_id, invitation_id, user_id FROM ${table} WHERE `;

  return Object.freeze<Redemptions>({
    async find(by) {
      const answer: unknown =
        'key' in by
          ? await query(`${select}redemption_key = ${value}`, [by.key])
          : await query(`${select}enrollment_id = ${value}`, [by.enrollmentId]);
      const [row] = rowsOf(answer);
      return row === undefined ? null : redemptionOf(row);
    },
  });
}

function rowsOf(answer: unknown): readonly unknown[] {
  const rows: unknown = typeof answer === 'object' && answer !== null && 'rows' in answer ? answer.rows : answer;
  if (Array.isArray(rows)) return rows;
  throw notRows('neither a list of rows nor a result with `rows`');
}

function redemptionOf(row: unknown): RedemptionRow {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw notRows('a row that is not a record of columns');
  const columns = new Map<string, unknown>(Object.entries(row));
  const invitation = columns.get('invitation_id');
  return {
    redemption_key: textOf(columns, 'redemption_key'),
    enrollment_id: textOf(columns, 'enrollment_id'),
    invitation_id: invitation === null ? null : textOf(columns, 'invitation_id'),
    user_id: textOf(columns, 'user_id'),
  };
}

function textOf(columns: ReadonlyMap<string, unknown>, name: string): string {
  const value = columns.get(name);
  // An app may have given `user_id` its own ids' type.
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw notRows(`a row whose ${name} is not text`);
}

function notRows(what: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_USER_STORE', `sqlRedemptions: the query function answered with ${what}`);
}
