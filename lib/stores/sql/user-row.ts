import { EnrollmentError } from '../../base/error.js';
import { isJsonObject, type JsonObject } from '../../base/json.js';
import type { StoredUser } from '../stored-user.js';
import type { SqlRow } from './sql-database.js';

/** A user of the SQLite and PostgreSQL stores. */
export type SqlUser = StoredUser;

/** @throws ERR_ENROLLMENT_USER_STORE when the row is not what this store writes */
export function userOf(row: SqlRow): SqlUser {
  const { id } = row;
  if (typeof id !== 'string') throw damaged('id');
  return Object.freeze({
    id,
    username: textOrNull(row, 'username'),
    email: textOrNull(row, 'email'),
    name: textOrNull(row, 'name'),
    data: dataOf(row),
    active: numberOf(row, 'active') === 1,
    emailVerified: row['email_verified'] === null ? null : numberOf(row, 'email_verified') === 1,
    passwordChangedAt: row['password_changed_at'] === null ? null : numberOf(row, 'password_changed_at'),
    createdAt: numberOf(row, 'created_at'),
  });
}

export function textOrNull(row: SqlRow, column: string): string | null {
  const value = row[column];
  if (value === null || typeof value === 'string') return value;
  throw damaged(column);
}

/** An app may have configured its driver to return numbers as text. */
function numberOf(row: SqlRow, column: string): number {
  const value = row[column];
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw damaged(column);
}

function dataOf(row: SqlRow): JsonObject {
  try {
    const data: unknown = JSON.parse(textOrNull(row, 'data') ?? '{}');
    if (isJsonObject(data)) return data;
  } catch {
    // Text that is not JSON is reported like any other invalid row.
  }
  throw damaged('data');
}

/** The hashes of earlier passwords, the newest first. */
export function historyOf(row: SqlRow): readonly string[] {
  try {
    const history: unknown = JSON.parse(textOrNull(row, 'password_history') ?? '[]');
    if (Array.isArray(history) && history.every((hash) => typeof hash === 'string')) return history;
  } catch {
    // Text that is not JSON is reported like any other invalid row.
  }
  throw damaged('password_history');
}

function damaged(column: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_USER_STORE', `a row of the table users cannot be read: ${column}`);
}
