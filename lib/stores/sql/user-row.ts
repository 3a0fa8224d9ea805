import { EnrollmentError } from '../../base/error.js';
import { isJsonObject, type JsonObject } from '../../base/json.js';
import type { SqlRow } from './execute.js';

/** A user of the SQLite and PostgreSQL stores. The password's hash stays in the table: users are logged, sent to pages and put into sessions. */
export interface SqlUser {
  readonly id: string;
  readonly username: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly data: JsonObject;
  readonly active: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export type SqliteUser = SqlUser;
export type PostgresUser = SqlUser;

export const userColumns = 'id, username, email, name, data, active, created_at';

/** @throws ERR_ENROLLMENT_USER_STORE when the row is not what this store writes */
export function userOf(row: SqlRow): SqlUser {
  const { id, active, created_at: createdAt } = row;
  if (typeof id !== 'string' || typeof createdAt !== 'number') throw damaged('id or created_at');
  return Object.freeze({
    id,
    username: textOrNull(row, 'username'),
    email: textOrNull(row, 'email'),
    name: textOrNull(row, 'name'),
    data: dataOf(row),
    active: active === 1,
    createdAt,
  });
}

export function textOrNull(row: SqlRow, column: string): string | null {
  const value = row[column];
  if (value === null || typeof value === 'string') return value;
  throw damaged(column);
}

function dataOf(row: SqlRow): JsonObject {
  try {
    const data: unknown = JSON.parse(textOrNull(row, 'data') ?? '{}');
    if (isJsonObject(data)) return data;
  } catch {
    // Text that is no JSON is reported as any other damage.
  }
  throw damaged('data');
}

function damaged(column: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_USER_STORE', `a row of the table users cannot be read: ${column}`);
}
