import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { EnrollmentError } from '../../base/error.js';
import type { Keyring } from '../../base/keyring.js';
import type { Attempt } from './attempt.js';

const deepest = 100;

/**
 * Serializes what was sent as one text: two texts are equal only if all fields have the same values in the same order.
 * Types are preserved, so that the number 7, the text "7" and an absent field differ.
 * @throws ERR_ENROLLMENT_BODY (400) for a body that is nested too deeply
 */
function formText(sent: unknown): string {
  return JSON.stringify(tagged(sent, 0));
}

// Every value that is not a text, boolean or plain number becomes a list that begins with its type.
function tagged(value: unknown, depth: number): unknown {
  if (depth > deepest)
    throw new EnrollmentError('ERR_ENROLLMENT_BODY', 'the body is nested too deeply', { status: 400, expose: true });
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : ['number', String(value)];
  if (typeof value === 'bigint') return ['bigint', value.toString()];
  if (typeof value !== 'object') return [typeof value];
  if (value instanceof Uint8Array) return ['bytes', Buffer.from(value).toString('base64')];
  if (value instanceof Date) return ['date', value.getTime()];
  // Also a Map, a Set and URLSearchParams, which some parsers produce.
  if (isIterable(value)) return ['list', ...Array.from(value, (one) => tagged(one, depth + 1))];
  return ['record', ...Object.entries(value).map(([name, one]) => [name, tagged(one, depth + 1)])];
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

/**
 * The files of a form as multer leaves them on the request (`file`, `files`), to distinguish one form from another: the
 * field, name and size of each, and a hash of its content if it is in memory. Empty without files.
 */
export function uploadsOf(req: Request): readonly unknown[] {
  return [Reflect.get(req, 'file'), Reflect.get(req, 'files')].flatMap(filesIn).map(toldBy);
}

/** One file, a list of them, or lists by field. */
function filesIn(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(filesIn);
  return 'fieldname' in value ? [value] : Object.values(value).flatMap(filesIn);
}

function toldBy(file: object): unknown {
  const buffer: unknown = Reflect.get(file, 'buffer');
  return [
    ...['fieldname', 'originalname', 'size'].map((name): unknown => Reflect.get(file, name) ?? null),
    buffer instanceof Uint8Array ? createHash('sha256').update(buffer).digest('base64url') : null,
  ];
}

/**
 * The enrollment's id: a keyed digest of everything that was sent and of this browser. A difference in any field,
 * including a password, makes another enrollment, so that a second person at this browser never gets the first person's
 * account. Without the app's secret the digest reveals nothing about the fields.
 */
export function enrollmentIdOf(keyring: Keyring, attempt: Attempt, form: readonly unknown[]): string {
  return keyring.under(attempt.secretId).sign('form', JSON.stringify(['guard', attempt.planToken, formText(form)]));
}

/**
 * A keyed digest of the account's name, the same for all forms of the attempt with that name and code; `null` if there
 * is no name.
 */
export function accountDigest(keyring: Keyring, attempt: Attempt, code: string, account: unknown): string | null {
  if (account === null || account === undefined) return null;
  return keyring
    .under(attempt.secretId)
    .sign('form', JSON.stringify(['account', attempt.planToken, code, formText(account)]));
}
