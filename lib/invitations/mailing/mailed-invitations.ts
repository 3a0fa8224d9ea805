import type {
  MailedInvitationInput,
  MailingSettings,
  ReissueSettings,
  ResendSettings,
} from '../../ports/invitation-input.js';
import { callSettings as check } from '../management/manager-arguments.js';
import { reissueInvitation, type ReissuedInvitation, type ReissueParts } from '../management/reissue.js';
import type { MailingParts } from './mailing.js';
import { resendInvitation, type ResentInvitation } from './resend.js';
import { sendMany, type SendManySettings, type SentRow } from './send-many.js';
import { sendInvitation, type SentInvitation } from './send.js';

/** The administrators' operations on invitations that are mailed, and on codes that were lost. */
export interface MailedInvitations {
  /**
   * Creates an invitation for one address and mails it: with its link, which proves the address, and the code to type.
   * Without a mailer the result has all there is.
   */
  send(input: MailedInvitationInput, settings?: MailingSettings): Promise<SentInvitation>;
  /** Mails many, row by row: an invalid row does not stop the others. */
  sendMany(rows: readonly MailedInvitationInput[], settings?: SendManySettings): Promise<readonly SentRow[]>;
  /** Mails an invitation again: the same code for longer, or a new one. */
  resend(id: string, settings?: ResendSettings): Promise<ResentInvitation>;
  /** A new code for a lost one, which ends; the history stays, and both name each other. Mails nothing. */
  reissue(id: string, settings?: ReissueSettings): Promise<ReissuedInvitation>;
}

export function mailedInvitations(parts: MailingParts & ReissueParts): MailedInvitations {
  return {
    async send(input, settings) {
      check.input('send', input);
      check.send('send', settings);
      return sendInvitation(parts, input, settings);
    },
    async sendMany(rows, settings) {
      check.sendMany(rows, settings);
      return sendMany(parts, rows, settings);
    },
    async resend(id, settings) {
      check.text('resend', 'id', id);
      check.resend(settings);
      return resendInvitation(parts, id, settings);
    },
    async reissue(id, settings) {
      check.text('reissue', 'id', id);
      check.reissue(settings);
      const { record: _record, ...made } = await reissueInvitation(parts, id, settings);
      return made;
    },
  };
}
