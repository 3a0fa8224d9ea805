import { configError } from '../../base/config-error.js';
import { settingsCheck } from '../../base/settings.js';
import type { RedemptionRow, Redemptions } from '../../ports/redemptions.js';
import { redemptionsTableName } from './redemptions-table.js';
import { allRows, firstRow, marks, textOf, type Placeholders, type SqlQuery } from './sql-rows.js';
import { checkedTableName } from './table-shape.js';

interface SqlRedemptionsOptions {
  /** The driver's placeholders for values: `?` (SQLite, MySQL, Knex; the default) or `$1` (PostgreSQL). */
  readonly placeholders?: Placeholders;
  /** Default `enrollment_redemptions`; may be `schema.table`. */
  readonly table?: string;
}

const check = settingsCheck<SqlRedemptionsOptions>('sqlRedemptions', (joi) => ({
  placeholders: joi.valid('?', '$1'),
  table: joi.string().allow(''),
}));

const asked = 'sqlRedemptions';

/**
 * Looks redemptions up in the app's own database, over its own connection.
 * @throws ERR_ENROLLMENT_CONFIG when the table's name is not one
 * @throws ERR_ENROLLMENT_USER_STORE (from `find`) when the answer is not rows of that table; it must not pass for
 *   "not found", which would free the place of an account that exists
 */
export function sqlRedemptions(query: SqlQuery, options: SqlRedemptionsOptions = {}): Redemptions {
  check(options);
  if (typeof query !== 'function')
    throw configError(['sqlRedemptions: the first argument must be a function of sql and values']);
  const table = checkedTableName(options.table ?? redemptionsTableName);
  const value = marks(options.placeholders ?? '?', 1).join('');
  const select = `SELECT redemption_key, enrollment_id, invitation_id, user_id FROM ${table} WHERE `;
  const latest = `${select}invitation_id IS NOT NULL ORDER BY redeemed_at DESC LIMIT `;

  return Object.freeze<Redemptions>({
    async find(by) {
      const row = firstRow(
        asked,
        'key' in by
          ? await query(`${select}redemption_key = ${value}`, [by.key])
          : await query(`${select}enrollment_id = ${value}`, [by.enrollmentId]),
      );
      return row === null ? null : redemptionOf(row);
    },
    async latest(count) {
      const rows = allRows(asked, await query(latest + String(Math.max(1, Math.floor(count))), []));
      return rows.map(redemptionOf);
    },
    async hasRedemption(userId) {
      return firstRow(asked, await query(`${select}user_id = ${value} LIMIT 1`, [userId])) !== null;
    },
  });
}

function redemptionOf(row: ReadonlyMap<string, unknown>): RedemptionRow {
  const text = (name: string): string => textOf(asked, row, name);
  return {
    redemption_key: text('redemption_key'),
    enrollment_id: text('enrollment_id'),
    invitation_id: row.get('invitation_id') === null ? null : text('invitation_id'),
    user_id: text('user_id'),
  };
}
