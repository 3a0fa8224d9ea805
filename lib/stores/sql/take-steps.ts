import type { Execute } from './sql-database.js';
import { marks, type Placeholders } from './sql-rows.js';

/**
 * Applies the steps of a schema that `table` does not list yet, in order, and records them there. Called in a
 * transaction. A published step is never edited: a change is another step, and it only adds, because processes of two
 * versions use one database while an update rolls out.
 */
export async function takeSteps(
  execute: Execute,
  steps: readonly (readonly string[])[],
  { table, placeholders }: { readonly table: string; readonly placeholders: Placeholders },
): Promise<void> {
  const taken = await stepsTaken(execute, table);
  for (const [index, statements] of steps.entries()) {
    if (index < taken) continue;
    for (const statement of statements) await execute(statement);
    await execute(`INSERT INTO ${table} (step) VALUES (${marks(placeholders, 1).join('')})`, [index + 1]);
  }
}

/** The statements of the steps that are not applied yet, to be run by hand. */
export function remainingSteps(steps: readonly (readonly string[])[], table: string, taken: number): readonly string[] {
  return steps
    .slice(taken)
    .flatMap((statements, at) => [...statements, `INSERT INTO ${table} (step) VALUES (${String(taken + at + 1)})`]);
}

/** How many steps of a schema a database has applied. */
export async function stepsTaken(execute: Execute, table: string): Promise<number> {
  const [row] = await execute(`SELECT coalesce(max(step), 0) AS taken FROM ${table}`);
  return Number(row?.['taken']);
}
