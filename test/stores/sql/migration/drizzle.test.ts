import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlDialect } from '../../../../lib/stores/sql/table-shape.js';
import { migration } from '../../../../lib/stores/sql/migration/migration.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { typeErrors } from '../../../support/type-check.js';

/** The part of drizzle-orm 0.45's types that a table definition needs; these tests do not depend on the package. */
const declarations = {
  'drizzle-orm': `export interface SQL { readonly queryChunks: unknown }
export declare function sql(strings: TemplateStringsArray, ...values: unknown[]): SQL;`,
  ...Object.fromEntries(
    (['pg', 'mysql', 'sqlite'] as const).map((dialect) => [
      `drizzle-orm/${dialect}-core`,
      `import type { SQL } from './drizzle-orm.js';
interface Column<T> { notNull(): Column<T>; unique(): Column<T>; primaryKey(): Column<T>; default(value: T | SQL): Column<T> }
interface Time extends Column<Date> { notNull(): Time; defaultNow(): Time }
interface Key { readonly columns: readonly unknown[] }
type Table = <C extends Record<string, Column<string> | Column<Date>>>(name: string, columns: C, extra?: (table: C) => readonly Key[]) => C;
export declare function primaryKey(key: { name?: string; columns: readonly [unknown, ...unknown[]] }): Key;
${
  {
    pg: `export declare function text(name: string): Column<string>;
export declare function timestamp(name: string, config: { withTimezone?: boolean; precision?: number }): Time;
export declare const pgTable: Table;
export declare function pgSchema(name: string): { readonly table: Table };`,
    mysql: `export declare function varchar(name: string, config: { length: number }): Column<string>;
export declare function datetime(name: string, config: { fsp?: 0 | 1 | 2 | 3 | 4 | 5 | 6 }): Column<Date>;
export declare const mysqlTable: Table;
export declare function mysqlSchema(name: string): { readonly table: Table };`,
    sqlite: `export declare function text(name: string): Column<string>;
export declare const sqliteTable: Table;`,
  }[dialect]
}`,
    ]),
  ),
};

describe('migration for drizzle (type-checked against our declaration; drizzle-orm not installed)', () => {
  const folder = temporaryFolder();
  const paths: Record<string, string[]> = {};
  before(() => {
    for (const [name, text] of Object.entries(declarations)) {
      const file = join(folder, `${name.replace('/', '-')}.d.ts`);
      writeFileSync(file, text);
      paths[name] = [file];
    }
  });

  const orders: [SqlDialect, string | undefined][] = [
    ['postgresql', undefined],
    ['postgresql', 'app.ours'],
    ['mysql', undefined],
    ['mysql', 'app.ours'],
    ['sqlite', undefined],
  ];

  it('type-checks for both tables in every dialect', () => {
    const files = orders.flatMap(([dialect, name], index) =>
      (['redemptions', 'connections'] as const).map((table) => {
        const file = join(folder, `${table}-${index}.ts`);
        writeFileSync(file, migration({ for: 'drizzle', dialect, table, ...(name === undefined ? {} : { name }) }));
        return file;
      }),
    );
    const slip = join(folder, 'slip.ts');
    const text = migration({ for: 'drizzle' });
    writeFileSync(slip, text.replace("text('user_id')", "text('user_id', 'slip')"));
    const errors = typeErrors([...files, slip], paths);
    assert.equal(errors.length, 1, errors.join('\n'));
    assert.match(errors[0] ?? '', /slip\.ts/);
  });

  it('is formatted as if written by hand', () => {
    assert.equal(
      migration({ for: 'drizzle', table: 'connections' }),
      `import { pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

export const enrollmentConnections = pgTable('enrollment_connections', {
  source: text('source').notNull(),
  issuer: text('issuer').notNull(),
  subject: text('subject').notNull(),
  user_id: text('user_id').notNull(),
  linked_at: timestamp('linked_at', { withTimezone: true }).notNull().defaultNow(),
}, (table) => [primaryKey({ columns: [table.source, table.issuer, table.subject] })]);
`,
    );
  });
});
