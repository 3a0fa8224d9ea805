import { EnrollmentError } from './error.js';

/** What `String(user.id)` returns where the user has no `id`. */
const nameless = /^(?:|undefined|null|NaN|\[object .*)$/;

/** True for a text that identifies a user. */
export function isUserId(text: string): boolean {
  return !nameless.test(text);
}

/**
 * A user's id as stored in rows: of a text, a number, or an object such as an `ObjectId`.
 * @throws ERR_ENROLLMENT_USER_STORE for what names no user, such as `undefined` or a record
 */
export function userIdText(userId: unknown, asker: string): string {
  const text = typeof userId === 'symbol' || typeof userId === 'function' ? '' : String(userId);
  if (isUserId(text)) return text;
  throw new EnrollmentError(
    'ERR_ENROLLMENT_USER_STORE',
    `${asker} needs the id of a user, a text or a number; it got ${text === '' ? 'none' : text}`,
  );
}
