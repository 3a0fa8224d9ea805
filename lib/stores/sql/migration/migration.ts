import { EnrollmentError } from '../../../base/error.js';
import { nameIssues, type SettingNames } from '../../../base/setting-names.js';
import { refuseSettings } from '../../../base/settings.js';
import { createTable } from '../create-table.js';
import {
  authenticatorsShape,
  checkedTableName,
  connectionsShape,
  consentsShape,
  redemptionsShape,
  type SqlDialect,
  type TableShape,
} from '../table-shape.js';
import { drizzleMigration } from './drizzle.js';
import { knexMigration } from './knex.js';
import type { MigrationOrder } from './order.js';
import { prismaMigration } from './prisma.js';

export interface MigrationOptions {
  /** `sql`: a statement; `knex`: a migration file; `prisma`: a model; `drizzle`: a table definition in TypeScript. */
  readonly for: 'sql' | 'knex' | 'prisma' | 'drizzle';
  /** Default `postgresql`. */
  readonly dialect?: SqlDialect;
  /** `redemptions` (the default) is needed by every app; `connections` by apps with single sign-on, `authenticators` by apps with a second factor, `consents` by apps that store consents here. */
  readonly table?: 'redemptions' | 'connections' | 'authenticators' | 'consents';
  /** The table's name; default `enrollment_<table>`. May be `schema.table`. */
  readonly name?: string;
  /** How a Knex migration exports; default `esm`. */
  readonly module?: 'esm' | 'commonjs';
}

const names: SettingNames<MigrationOptions> = { for: true, dialect: true, table: true, name: true, module: true };

const writers: ReadonlyMap<string, (order: MigrationOrder) => string> = new Map([
  ['sql', ({ shape, dialect, name }: MigrationOrder) => `${createTable(shape, dialect, name)};\n`],
  ['knex', knexMigration],
  ['prisma', prismaMigration],
  ['drizzle', drizzleMigration],
]);
const shapes: ReadonlyMap<string, TableShape> = new Map([
  ['redemptions', redemptionsShape],
  ['connections', connectionsShape],
  ['authenticators', authenticatorsShape],
  ['consents', consentsShape],
]);
const dialects: readonly string[] = ['postgresql', 'mysql', 'sqlite'] satisfies readonly SqlDialect[];

/**
 * The text that creates one of the kit's tables in the app's own database, for the app's own migration tool.
 * Keep it in the app's repository, and change it there when the app needs other types.
 * @throws ERR_ENROLLMENT_CONFIG for a name that needs quotes, and for words that are not offered
 */
export function migration(options: MigrationOptions): string {
  refuseSettings('migration', options, nameIssues(options, names));
  const { dialect = 'postgresql', table = 'redemptions', module = 'esm' } = options;
  const write = writers.get(options.for);
  const shape = shapes.get(table);
  // Values from a command line are checked here too.
  if (write === undefined) throw unknownWord('for', options.for, [...writers.keys()]);
  if (shape === undefined) throw unknownWord('table', table, [...shapes.keys()]);
  if (!dialects.includes(dialect)) throw unknownWord('dialect', dialect, dialects);
  if (module !== 'esm' && module !== 'commonjs') throw unknownWord('module', module, ['esm', 'commonjs']);
  return write({ shape, dialect, module, name: checkedTableName(options.name ?? shape.name) });
}

function unknownWord(option: string, given: string, offered: readonly string[]): EnrollmentError {
  return new EnrollmentError(
    'ERR_ENROLLMENT_CONFIG',
    `migration: ${option} is one of ${offered.join(', ')}, not '${given}'`,
  );
}
