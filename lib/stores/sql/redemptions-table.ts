import { nameIssues } from '../../base/setting-names.js';
import { refuseSettings } from '../../base/settings.js';
import { createTable } from './create-table.js';
import { redemptionsShape, type SqlDialect } from './table-shape.js';

export const redemptionsTableName = redemptionsShape.name;

/**
 * The migration for the one table that an app's database needs: a single `CREATE TABLE` statement, repeatable.
 * Its rows are `redemption.row(userId)`, inserted in the user's transaction; `redeemed_at` has a default.
 *
 * There is no foreign key on purpose: a person can be erased, but the record of the used seat stays.
 * @param options.table default `enrollment_redemptions`; letters, digits and underscores, with a schema's name and a dot before it where wanted
 * @throws ERR_ENROLLMENT_CONFIG when `table` is not such a name
 */
export function redemptionsTable(options: { readonly dialect: SqlDialect; readonly table?: string }): string {
  refuseSettings('redemptionsTable', options, nameIssues(options, { dialect: true, table: true }));
  return createTable(redemptionsShape, options.dialect, options.table ?? redemptionsTableName);
}
