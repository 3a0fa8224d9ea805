import { message, type Message } from '../base/message.js';
import type { LetterKind } from '../base/mail-kinds.js';
import type { MailContent, MailKind } from '../ports/mailer.js';

/** A sentence with a link after it. */
interface MailLink {
  readonly text: Message;
  readonly href: string;
  readonly label: Message;
}

/** The sentences of a mail, and its links. */
export interface MailWords {
  readonly subject: Message;
  /** `null`: there is none. */
  readonly greeting: Message | null;
  readonly lines: readonly Message[];
  readonly link: { readonly href: string; readonly label: Message } | null;
  /** Where another link is requested. */
  readonly renew: MailLink | null;
  /** Where further letters of this kind are stopped. */
  readonly stop: MailLink | null;
  readonly notes: readonly Message[];
}

type Sentences = Pick<MailWords, 'subject' | 'lines' | 'notes'>;

type CodeOrNotice = Pick<MailContent, 'code' | 'provider' | 'hasEarlierLink'> & {
  readonly kind: Exclude<MailKind, LetterKind>;
};

/** What a mail with a code, or a notice, says. */
export function mailWords({ kind, code, provider: source = '', hasEarlierLink = false }: CodeOrNotice): Sentences {
  const minutes = code?.minutes ?? 0;
  const unasked = message('mail.unasked');
  switch (kind) {
    case 'recovery':
      return {
        subject: message('mail.recovery.subject'),
        lines: [message('mail.recovery.text'), message('mail.code.text', { minutes })],
        notes: [message('mail.code.renew'), message('mail.code.secret'), unasked],
      };
    case 'enrollment':
      return {
        subject: message('mail.enrollment.subject'),
        lines: [message('mail.enrollment.text'), message('mail.code.text', { minutes })],
        notes: [message('mail.code.renew'), message('mail.code.secret'), unasked],
      };
    case 'verification':
      return {
        subject: message('mail.verification.subject'),
        lines: [message('mail.verification.text'), message('mail.code.text', { minutes })],
        notes: [message('mail.code.renew'), message('mail.code.secret'), unasked],
      };
    case 'account_exists':
      return {
        subject: message('mail.account_exists.subject'),
        lines: [message('mail.account_exists.text')],
        notes: [unasked],
      };
    case 'no_password':
      return {
        subject: message('mail.no_password.subject'),
        lines: [message('mail.no_password.text')],
        notes: [unasked],
      };
    case 'password_changed':
      return {
        subject: message('mail.password_changed.subject'),
        lines: [message('mail.password_changed.text')],
        notes: [message('mail.password_changed.unasked')],
      };
    case 'password_set':
      return {
        subject: message('mail.password_set.subject'),
        lines: [message('mail.password_set.text')],
        notes: [message('mail.password_changed.unasked')],
      };
    case 'account_deleted':
      return {
        subject: message('mail.account_deleted.subject'),
        lines: [message('mail.account_deleted.text')],
        notes: [message('mail.account_deleted.unasked')],
      };
    case 'address_changed':
      return {
        subject: message('mail.address_changed.subject'),
        lines: [
          message('mail.address_changed.text'),
          ...(hasEarlierLink ? [message('mail.address_changed.earlier_link')] : []),
        ],
        notes: [message('mail.address_changed.unasked')],
      };
    case 'authenticator_added':
    case 'authenticator_removed':
      return {
        subject: message(`mail.${kind}.subject`),
        lines: [message(`mail.${kind}.text`)],
        notes: [message('mail.unasked_change')],
      };
    case 'provider_connected':
    case 'provider_disconnected':
      return {
        subject: message(`mail.${kind}.subject`, { source }),
        lines: [message(`mail.${kind}.text`, { source })],
        notes: [message('mail.unasked_change')],
      };
  }
}
