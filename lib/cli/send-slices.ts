import { canonicalEmail } from '../base/canonical.js';
import type { InvitationManager } from '../invitations/management/invitation-manager.js';
import type { SendManySettings, SentRow } from '../invitations/mailing/send-many.js';
import type { MailedInvitationInput } from '../ports/invitation-input.js';
import { inSlices } from './bulk-slices.js';
import type { MailedRow } from './mailed-rows.js';

const atOnce = 25;

/**
 * Sends one slice of rows at a time and reports each before the next one: a process that dies or is stopped midway leaves
 * at most one slice unreported. `row` and `of` count over all rows.
 */
export async function* sendInSlices(
  manager: Pick<InvitationManager, 'sendMany'>,
  rows: readonly MailedRow[],
  settings: SendManySettings,
): AsyncGenerator<readonly SentRow[]> {
  if (settings.preview === true) {
    // Nothing is on its way that a report could miss.
    yield* inSlices<MailedInvitationInput, SentRow>(rows, (inputs) => manager.sendMany(inputs, settings));
    return;
  }
  const firsts = new Map<string, number>();
  for (let start = 0; start < rows.length; start += atOnce) {
    const slice: SentRow[] = [];
    try {
      for (const [at, one] of rows.slice(start, start + atOnce).entries())
        slice.push(await sendRow(one, start + at + 1));
    } catch (error) {
      // The mails of these rows are on their way.
      yield slice;
      throw error;
    }
    yield slice;
  }

  async function sendRow(one: MailedRow, row: number): Promise<SentRow> {
    if ('issues' in one) return { row, type: 'invalid', issues: one.issues };
    const name = canonicalEmail(one.input.email);
    const of = name === null ? undefined : firsts.get(name);
    if (of !== undefined) return { row, type: 'duplicate', of };
    const [answer] = await manager.sendMany([one.input], settings);
    if (answer === undefined) return { row, type: 'invalid', issues: ['is not a record'] };
    if (name !== null && answer.type !== 'invalid') firsts.set(name, row);
    return { ...answer, row };
  }
}
