import { canonicalEmail } from '../../base/canonical.js';
import { isEnrollmentError } from '../../base/error.js';
import { isSettings } from '../../base/setting-names.js';
import type { MailedInvitationInput, MailingSettings } from '../../ports/invitation-input.js';
import { obstacleOf, type BulkRow, type BulkSettings } from '../management/bulk-row.js';
import { failedRow } from '../management/bulk.js';
import { inputFor } from '../management/create.js';
import { mailedIssues } from './mailed-input.js';
import type { MailingParts } from './mailing.js';
import { refuseSuppressed } from './recipient.js';
import { findUnsent, sendUnsent } from './send-unsent.js';
import { sendInvitation, sendUnlessInvited, type SentInvitation } from './send.js';

/** The result of one row; `row` counts from 1. Its code is returned here and never again. */
export type SentRow =
  Exclude<BulkRow, { readonly type: 'created' }> | ({ readonly row: number; readonly type: 'sent' } & SentInvitation);

export type SendManySettings = BulkSettings & Pick<MailingSettings, 'onEarlier'>;

const progressEvery = 25;
const previewedAtOnce = 250;

/**
 * Mails many invitations, one after another. A row that cannot be sent does not stop the others; each row has its
 * result, in order.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when nothing could be sent; later on, the rows that are left are `failed`
 */
export async function sendMany(
  parts: MailingParts,
  rows: readonly MailedInvitationInput[],
  settings: SendManySettings = {},
): Promise<readonly SentRow[]> {
  const firsts = new Map<string, number>();
  const answers: SentRow[] = [];
  // Nothing depends on the row before, once its address is known.
  const atOnce = settings.preview === true ? previewedAtOnce : 1;
  for (let start = 0; start < rows.length; start += atOnce) {
    try {
      const chunk = rows.slice(start, start + atOnce);
      answers.push(
        ...(await Promise.all(chunk.map((given, at) => sendRow(parts, start + at + 1, given, firsts, settings)))),
      );
    } catch (error) {
      // When a store becomes unavailable, the answers for the mails that are on their way must not be lost.
      if (answers.length === 0) throw error;
      for (let row = answers.length + 1; row <= rows.length; row += 1) answers.push(failedRow(row, error));
      break;
    }
    if (answers.length % progressEvery === 0 || answers.length === rows.length)
      settings.onProgress?.(answers.length, rows.length);
  }
  return answers;
}

async function sendRow(
  parts: MailingParts,
  row: number,
  given: MailedInvitationInput,
  firsts: Map<string, number>,
  settings: SendManySettings,
): Promise<SentRow> {
  if (!isSettings(given)) return { row, type: 'invalid', issues: ['is not a record'] };
  const input = inputFor(parts, given);
  const obstacle = await obstacleOf(parts, { row, input, issues: mailedIssues(parts, input) }, firsts, settings);
  // An obstacle is never a made invitation.
  if (obstacle !== null && obstacle.type !== 'invited') return obstacle;
  try {
    if (obstacle !== null) return await sentNow(parts, row, { id: obstacle.id, input }, settings);
    if (settings.preview === true) {
      await refuseSuppressed(parts, { bound: canonicalEmail(given.email), tenant: input.tenant ?? null });
      return { row, type: 'fine' };
    }
    // The row was looked up among the members.
    const known = { ...settings, again: true };
    if (settings.again === true) return { row, type: 'sent', ...(await sendInvitation(parts, given, known)) };
    // Another process may send the same list.
    const sent = await sendUnlessInvited(parts, given, known);
    return 'invited' in sent
      ? await sentNow(parts, row, { id: sent.invited, input }, settings)
      : { row, type: 'sent', ...sent };
  } catch (error) {
    if (!isEnrollmentError(error) || error.status >= 500) throw error;
    return { row, type: 'refused', code: error.code, text: error.message };
  }
}

/** The address has an open invitation. It is mailed now where an earlier call died before it was. */
async function sentNow(
  parts: MailingParts,
  row: number,
  { id, input }: { readonly id: string; readonly input: MailedInvitationInput },
  { by, preview }: SendManySettings,
): Promise<SentRow> {
  if (preview === true)
    return (await findUnsent(parts, id, input)) === null ? { row, type: 'invited', id } : { row, type: 'fine' };
  const sent = await sendUnsent(parts, id, input, { ...(by === undefined ? {} : { by }) });
  return sent === null ? { row, type: 'invited', id } : { row, type: 'sent', ...sent };
}
