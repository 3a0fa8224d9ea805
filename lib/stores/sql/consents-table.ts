import { nameIssues } from '../../base/setting-names.js';
import { refuseSettings } from '../../base/settings.js';
import { createTable } from './create-table.js';
import { consentsShape, type SqlDialect } from './table-shape.js';

export const consentsTableName = consentsShape.name;

/**
 * The migration for the table of `sqlConsents`: a single `CREATE TABLE` statement, repeatable. An app that asks for no
 * consents, or stores them elsewhere, does not need it.
 * @param options.table default `enrollment_consents`; letters, digits and underscores, with a schema's name and a dot before it where wanted
 * @throws ERR_ENROLLMENT_CONFIG when `table` is not such a name
 */
export function consentsTable(options: { readonly dialect: SqlDialect; readonly table?: string }): string {
  refuseSettings('consentsTable', options, nameIssues(options, { dialect: true, table: true }));
  return createTable(consentsShape, options.dialect, options.table ?? consentsTableName);
}
