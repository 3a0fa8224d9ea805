import { createTable } from '../create-table.js';
import { partsOf, type ColumnShape, type SqlDialect } from '../table-shape.js';
import type { MigrationOrder } from './order.js';

/** A model for `schema.prisma`, with the SQL in comments for apps that write their migrations by hand. */
export function prismaMigration({ shape, dialect, name }: MigrationOrder): string {
  const { schema, table } = partsOf(name);
  const [only, ...others] = shape.primaryKey;
  const single = others.length === 0 ? only : undefined;
  const lines = shape.columns.map((column) => fieldOf(column, dialect, column.name === single));
  lines.push('');
  if (single === undefined) lines.push(`  @@id([${shape.primaryKey.join(', ')}])`);
  lines.push(`  @@map("${table}")`);
  if (schema !== null) lines.push(`  @@schema("${schema}")`);
  const collation =
    dialect === 'mysql'
      ? ['// Prisma cannot say how text is compared: MySQL needs the collation utf8mb4_bin, as in the SQL below.']
      : [];

  return `${[...collation, `model ${shape.model} {`, ...lines, '}'].join('\n')}

// The same in SQL, for a migration of your own:
${createTable(shape, dialect, name).replaceAll(/^/gm, '// ')};
`;
}

function fieldOf({ name, length, nullable, unique }: ColumnShape, dialect: SqlDialect, isKey: boolean): string {
  if (length === null) {
    const type = { postgresql: ' @db.Timestamptz(6)', mysql: ' @db.DateTime(3)', sqlite: '' }[dialect];
    return `  ${name} DateTime @default(now())${type}`;
  }
  const type = dialect === 'mysql' ? ` @db.VarChar(${length})` : '';
  return `  ${name} String${nullable === true ? '?' : ''}${isKey ? ' @id' : ''}${unique === true ? ' @unique' : ''}${type}`;
}
