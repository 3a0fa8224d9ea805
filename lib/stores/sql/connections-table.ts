import { nameIssues } from '../../base/setting-names.js';
import { refuseSettings } from '../../base/settings.js';
import { createTable } from './create-table.js';
import { connectionsShape, type SqlDialect } from './table-shape.js';

export const connectionsTableName = connectionsShape.name;

/**
 * The migration for the table of `sqlConnections`: a single `CREATE TABLE` statement, repeatable. An app without sources
 * (single sign-on) does not need it. `linked_at` fills itself.
 * @param options.table default `enrollment_connections`; letters, digits and underscores, with a schema's name and a dot before it where wanted
 * @throws ERR_ENROLLMENT_CONFIG when `table` is not such a name
 */
export function connectionsTable(options: { readonly dialect: SqlDialect; readonly table?: string }): string {
  refuseSettings('connectionsTable', options, nameIssues(options, { dialect: true, table: true }));
  return createTable(connectionsShape, options.dialect, options.table ?? connectionsTableName);
}
