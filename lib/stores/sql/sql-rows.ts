import { EnrollmentError } from '../../base/error.js';

/**
 * Runs one statement in the app's database: returns its rows as records, or a result with `rows` (as pg's has). Values
 * are passed separately from the statement and must stay separate.
 */
export type SqlQuery = (
  sql: string,
  values: readonly unknown[],
) => Promise<readonly object[] | { readonly rows: readonly object[] }>;

/** A driver's placeholders for values: `?` (SQLite, MySQL, Knex) or `$1` (PostgreSQL). */
export type Placeholders = '?' | '$1';

/** `count` placeholders in the driver's style. */
export function marks(style: Placeholders, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => (style === '$1' ? `$${index + 1}` : '?'));
}

/**
 * The first row of an answer as its columns, or null when there is none.
 * @throws ERR_ENROLLMENT_USER_STORE when the answer is not rows; it must not pass for "not found"
 */
export function firstRow(asked: string, answer: unknown): ReadonlyMap<string, unknown> | null {
  const [row] = listOf(asked, answer);
  return row === undefined ? null : columnsOf(asked, row);
}

/** All rows of an answer as their columns. @throws ERR_ENROLLMENT_USER_STORE when the answer is not rows */
export function allRows(asked: string, answer: unknown): readonly ReadonlyMap<string, unknown>[] {
  return listOf(asked, answer).map((row) => columnsOf(asked, row));
}

function listOf(asked: string, answer: unknown): readonly unknown[] {
  const rows: unknown = typeof answer === 'object' && answer !== null && 'rows' in answer ? answer.rows : answer;
  if (!Array.isArray(rows)) throw notRows(asked, 'neither a list of rows nor a result with `rows`');
  return rows;
}

function columnsOf(asked: string, row: unknown): ReadonlyMap<string, unknown> {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw notRows(asked, 'a row that is not a record of columns');
  return new Map<string, unknown>(Object.entries(row));
}

/** @throws ERR_ENROLLMENT_USER_STORE when the column is missing or neither text nor a number */
export function textOf(asked: string, columns: ReadonlyMap<string, unknown>, name: string): string {
  const value = columns.get(name);
  // An app may use the type of its own ids for `user_id`.
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw notRows(asked, `a row whose ${name} is not text`);
}

function notRows(asked: string, what: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_USER_STORE', `${asked}: the query function answered with ${what}`);
}
