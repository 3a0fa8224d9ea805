import { checkedTableName, type ColumnShape, type SqlDialect, type TableShape } from './table-shape.js';

/** SQL for the current time; in SQLite the text of RFC 3339 in UTC. */
const timeOf: Readonly<Record<SqlDialect, string>> = {
  sqlite: `TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))`,
  postgresql: 'TIMESTAMPTZ NOT NULL DEFAULT now()',
  mysql: 'DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)',
};

/** One `CREATE TABLE` statement without its semicolon, which does nothing when the table exists. */
export function createTable(shape: TableShape, dialect: SqlDialect, name: string): string {
  const [only, ...others] = shape.primaryKey;
  const single = others.length === 0 ? only : undefined;
  const lines = shape.columns.map((column) => `  ${column.name} ${typeOf(column, dialect, column.name === single)}`);
  if (single === undefined) lines.push(`  PRIMARY KEY (${shape.primaryKey.join(', ')})`);
  return `CREATE TABLE IF NOT EXISTS ${checkedTableName(name)} (\n${lines.join(',\n')}\n)`;
}

function typeOf({ length, nullable, unique }: ColumnShape, dialect: SqlDialect, isKey: boolean): string {
  if (length === null) return timeOf[dialect];
  // MySQL compares case-insensitively by default; and its keys need a length.
  const text = dialect === 'mysql' ? `VARCHAR(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin` : 'TEXT';
  if (isKey) return `${text} PRIMARY KEY NOT NULL`;
  if (nullable === true) return text;
  return `${text} NOT NULL${unique === true ? ' UNIQUE' : ''}`;
}
