import { configError } from '../../base/config-error.js';
import { EnrollmentError } from '../../base/error.js';
import { parseJson } from '../../base/json.js';
import { settingsCheck } from '../../base/settings.js';
import type { Authenticator, Authenticators } from '../../ports/authenticators.js';
import { authenticatorsTableName } from './authenticators-table.js';
import { allRows, firstRow, marks, textOf, type Placeholders, type SqlQuery } from './sql-rows.js';
import { checkedTableName } from './table-shape.js';

interface SqlAuthenticatorsOptions {
  /** The driver's placeholders for values: `?` (SQLite, MySQL, Knex; the default) or `$1` (PostgreSQL). */
  readonly placeholders?: Placeholders;
  /** Default `enrollment_authenticators`; may be `schema.table`. */
  readonly table?: string;
}

const check = settingsCheck<SqlAuthenticatorsOptions>('sqlAuthenticators', (joi) => ({
  placeholders: joi.valid('?', '$1'),
  table: joi.string().allow(''),
}));

const asked = 'sqlAuthenticators';
const columns = ['user_id', 'id', 'type', 'name', 'created_at', 'last_used_at', 'version', 'data'] as const;

/**
 * Authenticators in the app's own database, over its own connection. Every value is text: times are milliseconds since
 * 1970, and `last_used_at` is empty where it was never used.
 * @throws ERR_ENROLLMENT_CONFIG when the table's name is not one
 * @throws ERR_ENROLLMENT_USER_STORE (at use) when the answer is not rows of that table
 */
export function sqlAuthenticators(query: SqlQuery, options: SqlAuthenticatorsOptions = {}): Authenticators {
  check(options);
  if (typeof query !== 'function')
    throw configError(['sqlAuthenticators: the first argument must be a function of sql and values']);
  const table = checkedTableName(options.table ?? authenticatorsTableName);
  const mark = marks(options.placeholders ?? '?', columns.length);
  const [first = '', second = '', third = '', fourth = '', fifth = '', sixth = '', seventh = ''] = mark;
  const ofUser = `SELECT ${columns.join(', ')} FROM ${table} WHERE user_id = ${first}`;
  const withId = `SELECT ${columns.join(', ')} FROM ${table} WHERE id = ${first}`;
  const versionOf = `SELECT version FROM ${table} WHERE user_id = ${first} AND id = ${second}`;
  const insert = `INSERT INTO ${table} (${columns.join(', ')})
  VALUES (${mark.join(', ')})`;
  const change = `UPDATE ${table}
  SET name = ${first}, last_used_at = ${second}, version = ${third}, data = ${fourth}
  WHERE user_id = ${fifth} AND id = ${sixth} AND version = ${seventh}`;
  const removal = `DELETE FROM ${table} WHERE user_id = ${first} AND id = ${second}`;

  return Object.freeze<Authenticators>({
    async list(userId) {
      const rows = allRows(asked, await query(ofUser, [userId])).map(authenticatorOf);
      // A column that ignores case must not give a user the authenticators of another.
      return rows.filter((row) => row.userId === userId);
    },
    async find(id) {
      const row = firstRow(asked, await query(withId, [id]));
      const one = row === null ? null : authenticatorOf(row);
      return one?.id === id ? one : null;
    },
    async add(one) {
      const { userId, id, type, name, createdAt, version, data } = one;
      const used = lastUsedText(one);
      await query(insert, [userId, id, type, name, String(createdAt), used, version, JSON.stringify(data)]);
    },
    async update(version, changed) {
      const { userId, id, name, data } = changed;
      const used = lastUsedText(changed);
      await query(change, [name, used, changed.version, JSON.stringify(data), userId, id, version]);
      // Drivers count changed rows in different ways; every version is unique.
      const row = firstRow(asked, await query(versionOf, [userId, id]));
      return row !== null && textOf(asked, row, 'version') === changed.version;
    },
    async remove(userId, id) {
      await query(removal, [userId, id]);
    },
  });
}

function lastUsedText({ lastUsedAt }: Authenticator): string {
  return lastUsedAt === null ? '' : String(lastUsedAt);
}

function authenticatorOf(row: ReadonlyMap<string, unknown>): Authenticator {
  const text = (name: (typeof columns)[number]): string => textOf(asked, row, name);
  const used = text('last_used_at');
  const type = text('type');
  const data = parseJson(text('data'));
  if (!isType(type) || data === null)
    throw new EnrollmentError('ERR_ENROLLMENT_USER_STORE', `${asked}: a row is not an authenticator`);
  return Object.freeze<Authenticator>({
    id: text('id'),
    userId: text('user_id'),
    type,
    name: text('name'),
    createdAt: Number(text('created_at')),
    lastUsedAt: used === '' ? null : Number(used),
    version: text('version'),
    data,
  });
}

function isType(text: string): text is Authenticator['type'] {
  return text === 'totp' || text === 'recovery_codes' || text === 'webauthn';
}
