import { partsOf, type ColumnShape, type SqlDialect } from '../table-shape.js';
import type { MigrationOrder } from './order.js';

/** A Knex migration file. */
export function knexMigration({ shape, dialect, name, module }: MigrationOrder): string {
  const { schema, table } = partsOf(name);
  const inSchema = schema === null ? '' : `.withSchema('${schema}')`;
  const [only, ...others] = shape.primaryKey;
  const single = others.length === 0 ? only : undefined;
  const lines = shape.columns.map((column) => `    ${columnOf(column, dialect, column.name === single)};`);
  if (single === undefined) lines.push(`    table.primary([${shape.primaryKey.map((key) => `'${key}'`).join(', ')}]);`);
  const begin = (way: string): string =>
    module === 'esm' ? `export async function ${way}(knex) {` : `exports.${way} = async function ${way}(knex) {`;
  const end = module === 'esm' ? '}' : '};';

  return `${begin('up')}
  await knex.schema${inSchema}.createTable('${table}', (table) => {
${lines.join('\n')}
  });
${end}

${begin('down')}
  // What is in it cannot be made again from anything else.
  const [row] = await knex('${table}')${inSchema}.limit(1);
  if (row !== undefined) throw new Error('${name} is not empty: drop it by hand where that is meant');
  await knex.schema${inSchema}.dropTable('${table}');
${end}
`;
}

function columnOf({ name, length, nullable, unique }: ColumnShape, dialect: SqlDialect, isKey: boolean): string {
  if (length === null) {
    const type =
      dialect === 'mysql' ? `datetime('${name}', { precision: 3 })` : `timestamp('${name}', { useTz: true })`;
    const now = dialect === 'mysql' ? 'knex.fn.now(3)' : 'knex.fn.now()';
    return `table.${type}.notNullable().defaultTo(${now})`;
  }
  // MySQL compares case-insensitively by default; and its keys need a length.
  const type = dialect === 'mysql' ? `string('${name}', ${length}).collate('utf8mb4_bin')` : `text('${name}')`;
  if (nullable === true) return `table.${type}`;
  return `table.${type}.notNullable()${isKey ? '.primary()' : ''}${unique === true ? '.unique()' : ''}`;
}
