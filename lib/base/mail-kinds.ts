import { isJsonObject } from './json.js';

/** Mails that prove an address by a code and a link. */
const codeKinds = ['recovery', 'enrollment', 'verification'] as const;

/** What the owner of an account is told by email: something that somebody else may have changed. */
const noticeKinds = [
  'password_changed',
  'password_set',
  'address_changed',
  'authenticator_added',
  'authenticator_removed',
  'provider_connected',
  'provider_disconnected',
  'account_deleted',
] as const;

/**
 * Mails with a link of their own: the four purposes of a ticket, an invitation (`invitation`, `waitlist_approved`), the
 * way to undo a changed address (to the earlier address), and three that only tell something: an invited person got a
 * fresh link, or declined (to the inviter); an account lost an address that it never proved.
 */
const letterKinds = [
  'ticket_invite',
  'ticket_recovery',
  'ticket_verify_email',
  'ticket_change_email',
  'address_change_undo',
  'invitation',
  'waitlist_approved',
  'fresh_link_requested',
  'invitation_declined',
  'address_taken_over',
] as const;

export const mailKinds = [...codeKinds, 'account_exists', 'no_password', ...noticeKinds, ...letterKinds] as const;

export type CodeKind = (typeof codeKinds)[number];
export type NoticeKind = (typeof noticeKinds)[number];
export type LetterKind = (typeof letterKinds)[number];

export function isLetterKind(kind: string): kind is LetterKind {
  return letterKinds.some((one) => one === kind);
}

/** Mails to people who did not ask for one: they can end further ones. */
export function isUnrequested(kind: string): boolean {
  return kind === 'invitation' || kind === 'waitlist_approved';
}

/** What the list of mails says of one whose recipient gets no more invitations. */
export const suppressedResponse = 'its recipient gets no more invitations by email';

/** The values that every sentence of a letter can quote, beside those that its sender adds. */
export const letterPlaces: readonly string[] = Object.freeze(['app', 'address', 'inviter', 'end']);

/** True for the id of a letter's sentence. */
export function isLetterText(id: string): boolean {
  return (
    id === 'mail.greeting' ||
    id.startsWith('mail.letter.') ||
    letterKinds.some((kind) => id.startsWith(`mail.${kind}.`))
  );
}

export const mailStateNames = ['queued', 'sending', 'sent', 'failed', 'withdrawn', 'unknown', 'bounced'] as const;

export const mailSubjectTypes = ['ticket', 'invitation', 'waitlist', 'account'] as const;

/** What a stored mail is about; `null` for what says nothing. */
export function mailSubjectOf(value: unknown): { type: (typeof mailSubjectTypes)[number]; id: string } | null {
  if (!isJsonObject(value)) return null;
  const type = mailSubjectTypes.find((one) => one === value['type']);
  return type === undefined || typeof value['id'] !== 'string' ? null : { type, id: value['id'] };
}
