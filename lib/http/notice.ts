import { message, type Message } from '../base/message.js';
import type { CookieJar } from './cookies/cookie-jar.js';

// A closed list: a cookie that somebody planted can only choose among these sentences.
const notices = new Set([
  'notice.moved_on',
  'notice.expired',
  'notice.restarted',
  'notice.cancelled',
  'notice.stopped',
]);

/** Hands a sentence to the next page, for a minute at most. */
export function writeNotice(jar: CookieJar, notice: Message): void {
  if (notices.has(notice.id)) jar.set('notice', notice.id, 60);
}

/** Takes the sentence that the page before left; shown once. */
export function readNotice(jar: CookieJar): Message | null {
  const id = jar.read('notice');
  if (id === undefined) return null;
  jar.clear('notice');
  return notices.has(id) ? message(id) : null;
}
