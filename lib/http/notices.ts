import { message, type Message } from '../base/message.js';
import type { CookieJar } from './cookies/cookie-jar.js';
import type { Web } from './web.js';

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
  'notice.second_factor',
  'notice.second_factor_removed',
  'notice.ticket_sent',
  'invitation.held',
] as const;

// Before the id of a sentence that the present page says.
const shown = 'shown.';

// How long a page is read before its language is changed.
const shownSeconds = 600;

/** Passes a sentence to the next page, for at most a minute. */
export function writeNotice(jar: CookieJar, notice: Message): void {
  if (notices.some((id) => id === notice.id)) jar.set('notice', notice.id, 60);
}

/** The sentence of a page that says it itself, without the one before. As `readNotice`, for a change of its language. */
export function keepNotice({ pages }: Pick<Web, 'pages'>, jar: CookieJar, notice: Message): Message {
  if (pages.languages.length > 1 && notices.some((id) => id === notice.id))
    jar.set('notice', shown + notice.id, shownSeconds);
  return notice;
}

/**
 * Reads the sentence that the previous page left; it is shown once, and once more where the visitor changes the language
 * of the page that says it, see `shownNotice`.
 */
export function readNotice({ pages }: Pick<Web, 'pages'>, jar: CookieJar): Message | null {
  const passed = jar.read('notice');
  if (passed === undefined) return null;
  const id = notices.find((one) => one === passed);
  if (id !== undefined && pages.languages.length > 1) jar.set('notice', shown + id, shownSeconds);
  else jar.clear('notice');
  return id === undefined ? null : message(id);
}

/** What the page says whose language is changed; `null`: nothing. */
export function shownNotice(jar: CookieJar): Message | null {
  const passed = jar.read('notice');
  const id = notices.find((one) => passed === shown + one || passed === one);
  return id === undefined ? null : message(id);
}
