import { message, type Message } from '../base/message.js';
import type { CookieJar } from './cookies/cookie-jar.js';

// A closed list: a planted cookie can only choose among these sentences.
const notices = [
  'notice.moved_on',
  'notice.expired',
  'notice.restarted',
  'notice.other_account',
  'notice.signed_in_since',
  'notice.signed_out_since',
  'notice.cancelled',
  'notice.stopped',
  'notice.email_sent',
  'notice.changes_saved',
  'notice.password_changed',
  'notice.session_ended',
  'notice.sessions_ended',
  'notice.totp_added',
  'notice.passkey_added',
  'notice.codes_saved',
  'notice.authenticator_removed',
  'notice.disconnected',
  'notice.ticket_sent',
  'invitation.held',
] as const;

/** Passes a sentence to the next page, for at most a minute. */
export function writeNotice(jar: CookieJar, notice: Message): void {
  if (notices.some((id) => id === notice.id)) jar.set('notice', notice.id, 60);
}

/** Reads and removes the sentence that the previous page left; it is shown once. */
export function readNotice(jar: CookieJar): Message | null {
  const passed = jar.read('notice');
  if (passed === undefined) return null;
  jar.clear('notice');
  const id = notices.find((one) => one === passed);
  return id === undefined ? null : message(id);
}
