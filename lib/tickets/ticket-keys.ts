import { randomToken } from '../base/ids.js';
import type { Keyring } from '../base/keyring.js';
import type { Secret } from '../base/secret.js';

/** In bytes: 192 bits. The store has a keyed digest only. */
const secretBytes = 24;
const linkPattern = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{32})(?:\.([A-Za-z0-9_-]{22}))?$/;
const idPattern = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})$/;

/** A ticket in the store: `id` is unique below its subject. */
export interface TicketRef {
  readonly subject: string;
  readonly id: string;
}

/** The subjects that a user's tickets may have, under each of the secrets; the newest first. */
export function subjectsOf(keyring: Keyring, user: string): readonly string[] {
  return keyring.signAll('ticket', JSON.stringify(['subject', user]));
}

/** A new secret, and the ticket's id that follows from it. */
export function newTicketSecret(keyring: Keyring): { readonly secret: string; readonly id: string } {
  const secret = randomToken(secretBytes);
  return { secret, id: keyring.sign('ticket', JSON.stringify(['secret', secret])) };
}

/** The second secret of a mailed link: who has it has read the mail. It is not stored, and follows from no other link. */
export function mailProof(keyring: Keyring, secret: string): string {
  return keyring.sign('ticket', JSON.stringify(['mailed', secret]));
}

/** True for a link that came by the kit's own mail. */
export function isMailed(keyring: Keyring, token: Secret): boolean {
  const [, , secret, proof] = linkPattern.exec(token.reveal()) ?? [];
  if (secret === undefined || proof === undefined) return false;
  return keyring.verify('ticket', JSON.stringify(['mailed', secret]), proof);
}

/** The text in a link. */
export const linkText = (subject: string, secret: string): string => `${subject}.${secret}`;

/** The tickets that a link may be for, one for each of the secrets; empty for a text that is no ticket. */
export function refsOfLink(keyring: Keyring, token: Secret): readonly TicketRef[] {
  const [, subject, secret] = linkPattern.exec(token.reveal()) ?? [];
  if (subject === undefined || secret === undefined) return [];
  return keyring.signAll('ticket', JSON.stringify(['secret', secret])).map((id) => ({ subject, id }));
}

/** The id by which administrators know a ticket. It opens nothing. */
export const publicId = ({ subject, id }: TicketRef): string => `${subject}.${id}`;

export function refOfId(text: string): TicketRef | null {
  const [, subject, id] = idPattern.exec(text) ?? [];
  return subject === undefined || id === undefined ? null : { subject, id };
}

/** Whether the ticket of this id is one of the user's. */
export function isTicketOf(keyring: Keyring, id: string, user: string): boolean {
  const subject = refOfId(id)?.subject;
  return subject !== undefined && subjectsOf(keyring, user).includes(subject);
}

/** What the account had when the ticket was created: an address, or the digest of a password hash; `null`: none. */
export function markOf(keyring: Keyring, kind: 'address' | 'password', user: string, value: string | null): string {
  return keyring.sign('ticket', JSON.stringify([kind, user, value]));
}

/** True where the account still has it. */
export function isMarkOf(
  keyring: Keyring,
  mark: string,
  kind: 'address' | 'password',
  user: string,
  value: string | null,
): boolean {
  return keyring.verify('ticket', JSON.stringify([kind, user, value]), mark);
}
