import { canonicalEmail } from '../base/canonical.js';
import type { BulkRow, BulkSettings } from '../invitations/management/bulk-row.js';
import type { InvitationManager } from '../invitations/management/invitation-manager.js';
import type { InvitationInput } from '../ports/invitation-input.js';
import type { AskedRow } from './bulk-rows.js';

const atOnce = 250;

type AnyRow = { readonly row: number; readonly type: string };
type RowProblem = Extract<BulkRow, { readonly type: 'invalid' | 'duplicate' }>;

/**
 * Creates invitations one slice at a time and reports each slice before the next one: a process that dies or is stopped
 * midway leaves at most one slice unreported. `number` and `of` count over all rows.
 */
export function createInSlices(
  manager: Pick<InvitationManager, 'createMany'>,
  asked: readonly AskedRow[],
  settings: BulkSettings,
): AsyncGenerator<readonly BulkRow[]> {
  return inSlices<InvitationInput, BulkRow>(asked, (rows) => manager.createMany(rows, settings));
}

/** A slice of rows at a time, each made by `make`. */
export async function* inSlices<Input extends { readonly email?: unknown }, Row extends AnyRow>(
  asked: readonly ({ readonly input: Input } | { readonly issues: readonly string[] })[],
  make: (rows: readonly Input[]) => Promise<readonly Row[]>,
): AsyncGenerator<readonly (Row | RowProblem)[]> {
  const firsts = new Map<string, number>();
  for (let start = 0; start < asked.length; start += atOnce) {
    const answers: (Row | RowProblem)[] = [];
    const rest: { readonly row: number; readonly input: Input }[] = [];
    asked.slice(start, start + atOnce).forEach((one, at) => {
      const row = start + at + 1;
      if ('issues' in one) answers.push({ row, type: 'invalid', issues: one.issues });
      else {
        const of = firsts.get(nameOf(one.input));
        if (of === undefined) rest.push({ row, input: one.input });
        else answers.push({ row, type: 'duplicate', of });
      }
    });
    const made = await make(rest.map(({ input }) => input));
    for (const answer of made) answers.push(counted(answer, rest));
    for (const { row, type } of answers) {
      const one = asked[row - 1];
      if (type === 'invalid' || type === 'duplicate' || one === undefined || 'issues' in one) continue;
      const name = nameOf(one.input);
      if (name !== '') firsts.set(name, row);
    }
    yield answers.sort((a, b) => a.row - b.row);
  }
}

/** A slice's result with the row numbers of the whole input. */
function counted<Row extends AnyRow>(answer: Row, rest: readonly { readonly row: number }[]): Row {
  const whole = (row: number): number => rest[row - 1]?.row ?? row;
  return 'of' in answer && typeof answer.of === 'number'
    ? { ...answer, row: whole(answer.row), of: whole(answer.of) }
    : { ...answer, row: whole(answer.row) };
}

/** The canonical address of a row. Rows without an address never count as equal. */
function nameOf({ email }: { readonly email?: unknown }): string {
  return typeof email === 'string' ? (canonicalEmail(email) ?? '') : '';
}
