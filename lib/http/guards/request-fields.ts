import type { Request } from 'express';
import { EnrollmentError } from '../../base/error.js';
import type { Json } from '../../base/json.js';
import { Secret } from '../../base/secret.js';
import { readEntryLink } from '../visit.js';
import type { GuardParts } from './guard-settings.js';

type Parts = Pick<GuardParts<unknown>, 'keyring' | 'clock' | 'site' | 'cookies'>;

/** The code of the request: from the field, or from an earlier link; `null` if there is none. */
export async function codeOfRequest(
  parts: Parts,
  terms: { readonly field: string; readonly from?: ((req: Request) => string | undefined) | undefined },
  req: Request,
): Promise<Secret | null> {
  const given: unknown = terms.from === undefined ? ownField(req, terms.field) : terms.from(req);
  const typed = typeof given === 'string' ? given : undefined;
  // A field that is present and empty was cleared on purpose.
  if (typed === undefined || (typed === '' && terms.from !== undefined)) return codeOfLink(parts, req);
  return typed.trim() === '' ? null : new Secret(typed);
}

/** The code of a link that was opened within the last ten minutes. */
export async function codeOfLink(parts: Parts, req: Request): Promise<Secret | null> {
  return (await readEntryLink(parts, req)).code ?? null;
}

/**
 * One declared field of a body that the app has parsed: `undefined` when absent.
 * @throws ERR_ENROLLMENT_BODY_MISSING (500) when nothing has parsed the body, or a parser for texts or bytes has read it
 * @throws ERR_ENROLLMENT_BODY (400, 415) when the field is there but is not one text, or the body is of another kind
 */
function ownField(req: Request, name: string): string | undefined {
  const value = read(req, name);
  if (value === undefined || typeof value === 'string') return value;
  throw refused(400, `the field '${name}' must be given once, as text`);
}

/** The same for a field that the app itself handles: `null` unless it is one text. Never throws. */
export function bodyText(req: Request, name: string): string | null {
  const value = bodyValue(req, name);
  return typeof value === 'string' ? value : null;
}

/** The same for a value of any type; `undefined` when absent. Never throws. */
export function bodyValue(req: Request, name: string): unknown {
  const body: unknown = req.body;
  return isRecord(body) ? valueOf(body, name) : undefined;
}

/** The body as it was sent, without one field. */
export function bodyWithout(req: Request, name: string): unknown {
  const body: unknown = req.body;
  if (!isRecord(body) || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([field]) => field !== name));
}

/**
 * Declared fields by key: each is one text, number or boolean, or `null`; those in `lists` are lists of them, also where
 * they are given once. A dotted key may be the name of a form's field or a path in a JSON body, not both: the app would
 * read another value than the policies. Nor do these see a list where they expect a text: "not the text 'admin'" is true
 * of every list.
 * @throws as `ownField` does, and ERR_ENROLLMENT_BODY (400) for any other shape
 */
export function declaredValues(
  req: Request,
  keys: readonly string[],
  { guard, lists }: { readonly guard: string; readonly lists: readonly string[] },
): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    keys.flatMap((key): (readonly [string, Json])[] => {
      const [flat, deep] = [read(req, key, guard), key.includes('.') ? nested(req.body, key) : undefined];
      if (flat !== undefined && deep !== undefined) throw refused(400, `the field '${key}' is given twice`);
      const value = flat ?? deep;
      if (value === undefined) return [];
      if (lists.includes(key)) return [[key, listIn(value, key)]];
      if (!isScalar(value)) throw refused(400, `the field '${key}' must be given once, as one value`);
      return [[key, value]];
    }),
  );
}

function listIn(value: unknown, key: string): readonly Json[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every(isScalar)) throw refused(400, `the field '${key}' must be a list of values`);
  return list;
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
}

function nested(body: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((at, part) => (isRecord(at) ? valueOf(at, part) : undefined), body);
}

/** `guard`: the middleware that error messages name. */
function read(req: Request, name: string, guard = 'requireInvite()'): unknown {
  const body: unknown = req.body;
  if (isUnparsed(req, body))
    throw new EnrollmentError(
      'ERR_ENROLLMENT_BODY_MISSING',
      `${guard} found a form in req.body as text or bytes: express.text() or express.raw() has read it; put express.urlencoded({ extended: false }), express.json() or multer before that parser`,
    );
  if (body instanceof Uint8Array) throw refused(415, 'a body of this type is not taken here');
  if (isRecord(body)) return valueOf(body, name);
  if (!('body' in req))
    throw new EnrollmentError(
      'ERR_ENROLLMENT_BODY_MISSING',
      `${guard} found no req.body: put express.urlencoded({ extended: false }), express.json() or multer before it`,
    );
  // A parser has run. Express 5 leaves the body undefined for content that the parser does not accept.
  if (body === undefined && req.headers['content-type'] === undefined) return undefined;
  if (body === undefined) throw refused(415, 'a body of this type is not taken here');
  throw refused(400, 'the body must be a form or a JSON object');
}

/**
 * True for a form or a JSON object that was read but not parsed. With `strict: false`, a JSON text parses to a string.
 */
function isUnparsed(req: Request, body: unknown): boolean {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return false;
  const isForm = req.is(['urlencoded', 'multipart']);
  if (isForm !== false && isForm !== null) return true;
  return (
    typeof req.is(['json', '+json']) === 'string' && Buffer.from(body).toString('utf8').trimStart().startsWith('{')
  );
}

// Only an own property that the sender set: never `constructor` or another inherited name.
function valueOf(body: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(body, name)?.value;
}

function isRecord(body: unknown): body is object {
  return typeof body === 'object' && body !== null;
}

function refused(status: 400 | 415, text: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_BODY', text, { status, expose: true });
}
