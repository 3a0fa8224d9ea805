import { canonicalEmail } from '../base/canonical.js';
import type { BulkRow, BulkSettings } from '../invitations/management/bulk-row.js';
import type { InvitationManager } from '../invitations/management/invitation-manager.js';
import type { InvitationInput } from '../ports/invitation-input.js';
import type { AskedRow } from './bulk-rows.js';

const atOnce = 250;

/**
 * Creates invitations one slice at a time and reports each slice before the next one: a process that dies or is stopped
 * midway leaves at most one slice unreported. `number` and `of` count over all rows.
 */
export async function* createInSlices(
  manager: Pick<InvitationManager, 'createMany'>,
  asked: readonly AskedRow[],
  settings: BulkSettings,
): AsyncGenerator<readonly BulkRow[]> {
  const firsts = new Map<string, number>();
  for (let start = 0; start < asked.length; start += atOnce) {
    const answers: BulkRow[] = [];
    const rest: { readonly row: number; readonly input: InvitationInput }[] = [];
    asked.slice(start, start + atOnce).forEach((one, at) => {
      const row = start + at + 1;
      if ('issues' in one) answers.push({ row, type: 'invalid', issues: one.issues });
      else {
        const of = firsts.get(nameOf(one.input));
        if (of === undefined) rest.push({ row, input: one.input });
        else answers.push({ row, type: 'duplicate', of });
      }
    });
    const made = await manager.createMany(
      rest.map(({ input }) => input),
      settings,
    );
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
function counted(answer: BulkRow, rest: readonly { readonly row: number }[]): BulkRow {
  const whole = (row: number): number => rest[row - 1]?.row ?? row;
  return answer.type === 'duplicate'
    ? { ...answer, row: whole(answer.row), of: whole(answer.of) }
    : { ...answer, row: whole(answer.row) };
}

/** The canonical address of a row. Rows without an address never count as equal. */
function nameOf({ email }: InvitationInput): string {
  return typeof email === 'string' ? (canonicalEmail(email) ?? '') : '';
}
