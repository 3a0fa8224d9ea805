import { randomToken } from '../base/ids.js';
import { isJsonObject, type JsonObject } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import type { MailCheck } from '../ports/mail-queue.js';
import type { MailRecords } from '../ports/mail-records.js';
import { unsealMail } from './sealed-mail.js';

interface PreparedParts {
  readonly records: Pick<MailRecords, 'read'>;
  readonly keyring: Keyring;
  /** True where what a prepared mail announces was written. */
  showsChange(check: MailCheck, to: string): Promise<boolean>;
}

/** After the longest write: what it wrote is seen by then. */
export const preparedMs = 60_000;

/**
 * The id of an item that looks, a minute later, whether the mail with this key was ordered. Each try has its own: the look
 * of one that wrote nothing is no look of the next.
 */
export function preparedId(key: string): string {
  return `mail-check:${key}:${randomToken(9)}`;
}

export const isPreparedId = (id: string): boolean => id.startsWith('mail-check:');

/**
 * True where a mail is still to be ordered: its process died after it wrote what the mail announces. A mail that was ordered
 * has a record, whatever became of it.
 */
export async function isToBeOrdered(
  { records, keyring, showsChange }: PreparedParts,
  payload: JsonObject,
  { key, now }: { readonly key: string; readonly now: number },
): Promise<boolean> {
  const [record = null] = await records.read([key]);
  const check = checkIn(payload['check']);
  if (record !== null || check === null) return false;
  const opened = await unsealMail(keyring, payload['sealed'], now);
  return opened !== null && showsChange(check, opened.to);
}

function checkIn(value: unknown): MailCheck | null {
  if (!isJsonObject(value)) return null;
  const { type, user, mark, change, id, isThere, source, issuer, subject, invitation } = value;
  if (type === 'declined') return typeof invitation === 'string' ? { type, invitation } : null;
  if (typeof user !== 'string') return null;
  if (type === 'address') return { type, user, ...(typeof change === 'string' ? { change } : {}) };
  if (type === 'deleted') return { type, user };
  if (type === 'password') return typeof mark === 'string' ? { type, user, mark } : null;
  if (typeof isThere !== 'boolean') return null;
  if (type === 'authenticator') return typeof id === 'string' ? { type, user, id, isThere } : null;
  if (typeof source !== 'string' || typeof issuer !== 'string' || typeof subject !== 'string') return null;
  return type === 'connection' ? { type, user, source, issuer, subject, isThere } : null;
}
