import { nameIssues } from '../../base/setting-names.js';
import { refuseSettings } from '../../base/settings.js';
import { createTable } from './create-table.js';
import { authenticatorsShape, type SqlDialect } from './table-shape.js';

export const authenticatorsTableName = authenticatorsShape.name;

/**
 * The migration for the table of `sqlAuthenticators`: a single `CREATE TABLE` statement, repeatable. An app without a
 * second factor does not need it.
 * @param options.table default `enrollment_authenticators`; letters, digits and underscores, with a schema's name and a dot before it where wanted
 * @throws ERR_ENROLLMENT_CONFIG when `table` is not such a name
 */
export function authenticatorsTable(options: { readonly dialect: SqlDialect; readonly table?: string }): string {
  refuseSettings('authenticatorsTable', options, nameIssues(options, { dialect: true, table: true }));
  return createTable(authenticatorsShape, options.dialect, options.table ?? authenticatorsTableName);
}
