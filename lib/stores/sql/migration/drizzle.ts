import { EnrollmentError } from '../../../base/error.js';
import { partsOf, type ColumnShape, type SqlDialect } from '../table-shape.js';
import type { MigrationOrder } from './order.js';

interface Words {
  readonly from: string;
  readonly table: string;
  readonly schema: string | null;
  readonly text: string;
  readonly time: string;
}

const words: Readonly<Record<SqlDialect, Words>> = {
  postgresql: { from: 'drizzle-orm/pg-core', table: 'pgTable', schema: 'pgSchema', text: 'text', time: 'timestamp' },
  mysql: {
    from: 'drizzle-orm/mysql-core',
    table: 'mysqlTable',
    schema: 'mysqlSchema',
    text: 'varchar',
    time: 'datetime',
  },
  sqlite: { from: 'drizzle-orm/sqlite-core', table: 'sqliteTable', schema: null, text: 'text', time: 'text' },
};

/** A table definition in TypeScript for Drizzle, which generates the migration from it. */
export function drizzleMigration({ shape, dialect, name }: MigrationOrder): string {
  const { from, table: maker, schema: schemaMaker, text, time } = words[dialect];
  const { schema, table } = partsOf(name);
  if (schema !== null && schemaMaker === null)
    throw new EnrollmentError(
      'ERR_ENROLLMENT_CONFIG',
      `SQLite has no schemas, so '${name}' cannot be a table of Drizzle's`,
    );
  const [only, ...others] = shape.primaryKey;
  const single = others.length === 0 ? only : undefined;
  const made = schema === null ? maker : (schemaMaker ?? '');
  const names = new Set([made, text, time, ...(single === undefined ? ['primaryKey'] : [])]);
  const imports = [
    ...(dialect === 'postgresql' ? [] : [`import { sql } from 'drizzle-orm';`]),
    `import { ${[...names].sort().join(', ')} } from '${from}';`,
  ];
  const lines = shape.columns.map(
    (column) => `  ${column.name}: ${columnOf(column, dialect, column.name === single)},`,
  );
  const keys = shape.primaryKey.map((key) => `table.${key}`).join(', ');
  const call = schema === null ? maker : `${made}('${schema}').table`;

  return `${imports.join('\n')}

export const ${shape.model.replace(/^./, (letter) => letter.toLowerCase())}s = ${call}('${table}', {
${lines.join('\n')}
}${single === undefined ? `, (table) => [primaryKey({ columns: [${keys}] })]` : ''});
`;
}

function columnOf({ name, length, nullable, unique }: ColumnShape, dialect: SqlDialect, isKey: boolean): string {
  if (length === null) return timeOf(name, dialect);
  const type = dialect === 'mysql' ? `varchar('${name}', { length: ${length} })` : `text('${name}')`;
  if (isKey) return `${type}.primaryKey()`;
  return `${type}${nullable === true ? '' : '.notNull()'}${unique === true ? '.unique()' : ''}`;
}

function timeOf(name: string, dialect: SqlDialect): string {
  if (dialect === 'postgresql') return `timestamp('${name}', { withTimezone: true }).notNull().defaultNow()`;
  if (dialect === 'mysql') return `datetime('${name}', { fsp: 3 }).notNull().default(sql\`CURRENT_TIMESTAMP(3)\`)`;
  return `text('${name}').notNull().default(sql\`(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))\`)`;
}
