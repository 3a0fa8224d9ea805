import type { Command } from 'commander';
import { isEnrollmentError } from '../../base/error.js';
import { migration, type MigrationOptions } from '../../stores/sql/migration/migration.js';
import { oneOf } from '../flags.js';
import { moduleSystemOf } from '../module-system.js';
import type { Action } from '../program.js';
import { usage } from '../terminal.js';

interface MigrationFlags {
  readonly for: string;
  readonly dialect: string;
  readonly table: string;
  readonly name?: string;
  readonly module?: string;
}

const choices = {
  for: ['sql', 'knex', 'prisma', 'drizzle'],
  dialect: ['postgresql', 'mysql', 'sqlite'],
  table: ['redemptions', 'connections', 'authenticators', 'consents'],
  module: ['esm', 'commonjs'],
} as const;

const examples = `
Needs no configuration.

Examples:
  express-enrollment migration --for sql --dialect sqlite > enrollment.sql
  express-enrollment migration --for knex --name auth.redemptions`;

/** `migration`: needs no configuration. */
export function addMigrationCommand(program: Command, action: Action): void {
  program
    .command('migration')
    .description('print the migration for the table beside your users')
    .requiredOption('--for <language>', choices.for.join(', '))
    .option('--dialect <dialect>', choices.dialect.join(', '), 'postgresql')
    .option(
      '--table <table>',
      'redemptions, connections for single sign-on, authenticators for a second factor, or consents',
      'redemptions',
    )
    .option('--name <name>', "the table's name, if another; may be schema.table")
    .option('--module <module>', 'of a Knex migration: esm or commonjs (default: as package.json says)')
    .addHelpText('after', examples)
    .action(
      action(async ({ output, terminal }, flags: MigrationFlags) => {
        const text = textOf({
          for: oneOf(choices.for, flags.for, '--for'),
          dialect: oneOf(choices.dialect, flags.dialect, '--dialect'),
          table: oneOf(choices.table, flags.table, '--table'),
          module:
            flags.module === undefined ? moduleSystemOf(terminal.cwd) : oneOf(choices.module, flags.module, '--module'),
          ...(flags.name === undefined ? {} : { name: flags.name }),
        });
        output.answer({ migration: text }, () => text.trimEnd());
      }),
    );
}

function textOf(options: MigrationOptions): string {
  try {
    return migration(options);
  } catch (error) {
    throw isEnrollmentError(error) ? usage(error.message) : error;
  }
}
