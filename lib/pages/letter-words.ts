import { messageOf, type Message } from '../base/message.js';
import type { MessageId } from '../base/texts/english.js';
import { isUnrequested, type LetterKind } from '../base/mail-kinds.js';
import type { Letter } from '../ports/mailer.js';
import type { MailWords } from './mail-words.js';

interface LetterFacts {
  readonly kind: LetterKind;
  readonly letter: Letter;
  /** The address that it is sent to. */
  readonly to: string;
  readonly brandName: string;
  /** When the link ends, as people read it; `null`: it does not end. */
  readonly end: string | null;
  /** Where further letters are stopped; `null`: nowhere. */
  readonly stopUrl: string | null;
}

/**
 * What a letter says: what it is about, who sends it, whose it is, until when its link works, and how to get another
 * one. Every sentence knows all values, so that an app's own wording can use them.
 */
export function letterWords({ kind, letter, to, brandName, end, stopUrl }: LetterFacts): MailWords {
  const { app, inviter, code, renewUrl } = letter;
  const values = {
    ...letter.values,
    app: app ?? brandName,
    address: to,
    inviter: inviter ?? '',
    end: end ?? '',
  };
  const say = (id: MessageId): Message => messageOf(id, values);
  const { subject, lines, link, note } = sentencesOf(kind, inviter !== null);
  const hasLink = note !== null;
  // Its reader started it on a page, and can do so again.
  const isStarted = code !== null && !isUnrequested(kind);
  // No contact of the app makes another link that undoes a change.
  const isAsked = kind !== 'address_change_undo' && hasLink && renewUrl === null && end !== null;
  return {
    subject: say(subject),
    greeting: say('mail.greeting'),
    lines: [
      ...lines.map(say),
      ...(hasLink ? [say('mail.letter.address')] : []),
      ...(hasLink && end !== null ? [say('mail.letter.until')] : []),
      ...(code === null ? [] : [say(isStarted ? 'mail.letter.code_started' : 'mail.letter.code')]),
    ],
    link: { href: letter.url, label: say(link) },
    renew:
      hasLink && renewUrl !== null
        ? { text: say('mail.letter.renew'), href: renewUrl, label: say('mail.letter.renew_link') }
        : null,
    stop:
      stopUrl !== null && isUnrequested(kind)
        ? { text: say('mail.letter.stop'), href: stopUrl, label: say('mail.letter.stop_link') }
        : null,
    notes: [
      ...(isAsked ? [say(isStarted ? 'mail.code.renew' : 'mail.letter.ask')] : []),
      ...(note === null ? [] : [say(note)]),
    ],
  };
}

interface Sentences {
  readonly subject: MessageId;
  readonly lines: readonly MessageId[];
  /** The label of the link. */
  readonly link: MessageId;
  /** What to do with a letter that was not expected; `null`: its link opens no more than the app. */
  readonly note: MessageId | null;
}

function sentencesOf(kind: LetterKind, isFromPerson: boolean): Sentences {
  switch (kind) {
    case 'ticket_invite':
      return {
        subject: 'mail.ticket_invite.subject',
        lines: [isFromPerson ? 'mail.ticket_invite.from' : 'mail.ticket_invite.text', 'mail.ticket_invite.next'],
        link: 'mail.ticket_invite.link',
        note: 'mail.letter.unexpected',
      };
    case 'ticket_recovery':
      return {
        subject: 'mail.ticket_recovery.subject',
        lines: ['mail.ticket_recovery.text'],
        link: 'mail.ticket_recovery.link',
        note: 'mail.ticket_recovery.unexpected',
      };
    case 'ticket_verify_email':
    case 'ticket_change_email':
      return {
        subject: `mail.${kind}.subject`,
        lines: [`mail.${kind}.text`],
        link: 'mail.letter.confirm',
        note: 'mail.unasked',
      };
    case 'address_change_undo':
      return {
        subject: 'mail.address_change_undo.subject',
        lines: ['mail.address_change_undo.text', 'mail.address_change_undo.undo'],
        link: 'mail.address_change_undo.link',
        note: 'mail.address_changed.unasked',
      };
    case 'invitation':
      return {
        subject: isFromPerson ? 'mail.invitation.subject_from' : 'mail.invitation.subject',
        lines: [isFromPerson ? 'mail.invitation.from' : 'mail.invitation.text'],
        link: 'mail.invitation.link',
        note: 'mail.letter.unexpected',
      };
    case 'waitlist_approved':
      return {
        subject: 'mail.waitlist_approved.subject',
        lines: ['mail.waitlist_approved.text'],
        link: 'mail.waitlist_approved.link',
        note: 'mail.letter.unexpected',
      };
    case 'fresh_link_requested':
      return {
        subject: 'mail.fresh_link_requested.subject',
        lines: ['mail.fresh_link_requested.text'],
        link: 'mail.fresh_link_requested.link',
        note: null,
      };
    case 'invitation_declined':
      return {
        subject: 'mail.invitation_declined.subject',
        lines: ['mail.invitation_declined.text'],
        link: 'mail.invitation_declined.link',
        note: null,
      };
    case 'address_taken_over':
      return {
        subject: 'mail.address_taken_over.subject',
        lines: ['mail.address_taken_over.text', 'mail.address_taken_over.yours'],
        link: 'mail.sign_in',
        note: null,
      };
  }
}
