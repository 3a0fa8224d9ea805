import { configError } from '../../base/config-error.js';
import { EnrollmentError } from '../../base/error.js';
import { digest128 } from '../../base/ids.js';
import { settingsCheck } from '../../base/settings.js';
import type { Consent, Consents } from '../../ports/consents.js';
import { consentsTableName } from './consents-table.js';
import { allRows, firstRow, marks, textOf, type Placeholders, type SqlQuery } from './sql-rows.js';
import { checkedTableName } from './table-shape.js';

interface SqlConsentsOptions {
  /** The driver's placeholders for values: `?` (SQLite, MySQL, Knex; the default) or `$1` (PostgreSQL). */
  readonly placeholders?: Placeholders;
  /** Default `enrollment_consents`; may be `schema.table`. */
  readonly table?: string;
}

const check = settingsCheck<SqlConsentsOptions>('sqlConsents', (joi) => ({
  placeholders: joi.valid('?', '$1'),
  table: joi.string().allow(''),
}));

const asked = 'sqlConsents';
const columns = ['user_id', 'id', 'application', 'permissions', 'granted_at', 'expires_at'] as const;

/**
 * Consents in the app's own database, over its own connection: the option `stores.consents`. Every value is text: times
 * are milliseconds since 1970, `expires_at` is empty where a consent does not expire, and `permissions` is JSON.
 * @throws ERR_ENROLLMENT_CONFIG when the table's name is not one
 * @throws ERR_ENROLLMENT_USER_STORE (at use) when the answer is not rows of that table
 */
export function sqlConsents(query: SqlQuery, options: SqlConsentsOptions = {}): Consents {
  check(options);
  if (typeof query !== 'function')
    throw configError(['sqlConsents: the first argument must be a function of sql and values']);
  const table = checkedTableName(options.table ?? consentsTableName);
  const mark = marks(options.placeholders ?? '?', columns.length);
  const [first = '', second = '', third = '', fourth = ''] = mark;
  const ofUser = `SELECT ${columns.join(', ')} FROM ${table} WHERE user_id = ${first}`;
  const withId = `SELECT id FROM ${table} WHERE user_id = ${first} AND id = ${second}`;
  const insert = `INSERT INTO ${table} (${columns.join(', ')})
  VALUES (${mark.join(', ')})`;
  const change = `UPDATE ${table}
  SET granted_at = ${first}, expires_at = ${second} WHERE user_id = ${third} AND id = ${fourth}`;
  const removal = `DELETE FROM ${table} WHERE user_id = ${first} AND id = ${second}`;

  async function rowsOf(userId: string) {
    const rows = allRows(asked, await query(ofUser, [userId])).map((row) => ({
      id: textOf(asked, row, 'id'),
      consent: consentOf(row),
    }));
    // A column that ignores case must not give a user the consents of another.
    return rows.filter(({ consent }) => consent.userId === userId);
  }

  /** False: there is none to replace. Drivers count changed rows in different ways, so this looks. */
  async function replace(id: string, { userId, grantedAt, expiresAt }: Consent): Promise<boolean> {
    await query(change, [String(grantedAt), expiryText(expiresAt), userId, id]);
    return firstRow(asked, await query(withId, [userId, id])) !== null;
  }

  return Object.freeze<Consents>({
    list: async (userId) => (await rowsOf(userId)).map(({ consent }) => consent),
    async save(consent) {
      const { userId, application, permissions, grantedAt, expiresAt } = consent;
      const id = digest128(JSON.stringify([userId, application, permissions]));
      if (await replace(id, consent)) return;
      const given = JSON.stringify(permissions);
      try {
        await query(insert, [userId, id, application, given, String(grantedAt), expiryText(expiresAt)]);
      } catch (error) {
        // Another request may have been faster; in a failed transaction, this query fails too, and proves nothing.
        if (!(await replace(id, consent).catch(() => false))) throw error;
      }
    },
    async remove(userId, application) {
      for (const { id, consent } of await rowsOf(userId))
        if (application === undefined || consent.application === application) await query(removal, [userId, id]);
    },
  });
}

function expiryText(expiresAt: number | null): string {
  return expiresAt === null ? '' : String(expiresAt);
}

function consentOf(row: ReadonlyMap<string, unknown>): Consent {
  const text = (name: (typeof columns)[number]): string => textOf(asked, row, name);
  const expires = text('expires_at');
  const [grantedAt, expiresAt] = [Number(text('granted_at')), expires === '' ? null : Number(expires)];
  const permissions = permissionsIn(text('permissions'));
  if (permissions === null || !Number.isFinite(grantedAt) || !Number.isFinite(expiresAt ?? 0))
    throw new EnrollmentError('ERR_ENROLLMENT_USER_STORE', `${asked}: a row is not a consent`);
  return Object.freeze<Consent>({
    userId: text('user_id'),
    application: text('application'),
    permissions,
    grantedAt,
    expiresAt,
  });
}

function permissionsIn(text: string): readonly string[] | null {
  try {
    const ids: unknown = JSON.parse(text);
    return Array.isArray(ids) && ids.every((id) => typeof id === 'string') ? ids : null;
  } catch {
    return null;
  }
}
