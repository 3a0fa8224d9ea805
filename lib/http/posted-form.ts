import { parse } from 'node:querystring';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { EnrollmentError } from '../base/error.js';
import type { Keyring } from '../base/keyring.js';
import type { Site } from '../base/target.js';

/** What the kit knows about its own origin. */
interface OriginParts {
  readonly site: Site;
  /** True outside production: a form is then also accepted from the host that the browser addressed. */
  readonly development: boolean;
  warnOnce(code: string, text: string): void;
}

/** The origin of a form as the browser reports it. `unknown`: the browser reports none. */
type FormOrigin = 'own' | 'foreign' | 'unknown';

/**
 * `Sec-Fetch-Site` decides if it is sent: the browser compares the two origins itself, regardless of `baseUrl` (Fetch
 * Metadata, 2.4). It is absent on plain http; there `Origin` is compared. An absent `Origin` proves nothing, and
 * neither does `null` (Fetch standard, "append a request Origin header").
 */
export function formOrigin(parts: OriginParts, req: Pick<Request, 'headers'>): FormOrigin {
  const said = saidOrigin(parts, req);
  if (said === 'foreign') {
    parts.warnOnce(
      'WARN_FOREIGN_ORIGIN',
      `a form came from ${req.headers.origin ?? 'another site'}, but baseUrl says ${parts.site.origin}; open the site under baseUrl, or correct it`,
    );
  }
  return said;
}

function saidOrigin({ site, development }: OriginParts, req: Pick<Request, 'headers'>): FormOrigin {
  const { origin, host } = req.headers;
  const fetchSite = req.headers['sec-fetch-site'];
  if (fetchSite !== undefined) return fetchSite === 'same-origin' || fetchSite === 'none' ? 'own' : 'foreign';
  if (origin === undefined || origin === 'null') return 'unknown';
  const isOwn = origin === site.origin || (development && hostOf(origin) === host?.toLowerCase());
  return isOwn ? 'own' : 'foreign';
}

function hostOf(origin: string): string | null {
  return /^https?:\/\/(.+)$/.exec(origin)?.[1] ?? null;
}

/** It is the kit's CSRF token. */
export { signatureField } from '../base/reserved-names.js';

interface Signed {
  /** It stays the same when the plan's token is exchanged: an earlier page is then stale, not forged. */
  readonly enrollmentId: string;
  readonly flow: string;
  readonly step: string;
  readonly revision: number;
  /** Who was signed in when the page was drawn, see `userMark`. */
  readonly mark: string | null;
}

/** What the signature of a form tells. */
export type ReadSignature = Pick<Signed, 'step' | 'revision' | 'mark'>;

/**
 * `<revision>.<step>.<MAC over enrollment, flow, step and revision>`; on the page of a signed-in user
 * `<revision>.<step>.<mark>.<MAC>`, which covers the mark too: a page of one user does nothing for another.
 */
export function signStep(keyring: Keyring, signed: Signed): string {
  const { revision, step, mark } = signed;
  return [String(revision), step, ...(mark === null ? [] : [mark]), keyring.sign('step', text(signed))].join('.');
}

/** The step, revision and mark of a signature that was made for this enrollment and flow; otherwise `null`. */
export function readSignature(
  keyring: Keyring,
  enrollmentId: string,
  flow: string,
  token: string | undefined,
): ReadSignature | null {
  const [whole, count, step, mark = null, mac] =
    /^(0|[1-9]\d{0,8})\.([-~a-zA-Z0-9_]{1,51})\.(?:([A-Za-z0-9_-]{22})\.)?([A-Za-z0-9_-]{22})$/.exec(token ?? '') ?? [];
  if (whole === undefined || count === undefined || step === undefined || mac === undefined) return null;
  const revision = Number(count);
  const signed = { enrollmentId, flow, step, revision, mark };
  return keyring.verify('step', text(signed), mac) ? { step, revision, mark } : null;
}

/** A keyed digest of the signed-in user, which says nothing in another enrollment; `null`: the visitor is signed out. */
export function userMark(keyring: Keyring, enrollmentId: string, user: string | null): string | null {
  return user === null ? null : keyring.sign('step', markText(enrollmentId, user));
}

/**
 * True for the page of a user while another one is signed in. A page of a signed-out visitor is that of the person who
 * has signed in since; the flow decides what it does for them.
 */
export function isOfAnotherUser(
  keyring: Keyring,
  { enrollmentId, user }: { readonly enrollmentId: string; readonly user: string | null },
  { mark }: Pick<ReadSignature, 'mark'>,
): boolean {
  return mark !== null && user !== null && !keyring.verify('step', markText(enrollmentId, user), mark);
}

function markText(enrollmentId: string, user: string): string {
  return JSON.stringify(['user', enrollmentId, user]);
}

/** JSON: none of the texts has a letter that JSON escapes. */
function text({ enrollmentId, flow, step, revision, mark }: Signed): string {
  const marked = mark === null ? '' : `,"${mark}"`;
  return `["${enrollmentId}","${flow}","${step}",${String(revision)}${marked}]`;
}

const otherCharset = /;\s*charset\s*=\s*"?(?!utf-8"?\s*(?:;|$))[^\s;"]/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

const longest = 32 * 1024;
const mostFields = 100;

const parseForm: RequestHandler = express.urlencoded({
  extended: false,
  limit: longest,
  parameterLimit: mostFields,
  verify: (_req, _res, bytes) => {
    refuseMalformed(bytes);
  },
});

/** One field of a posted form: `undefined` when absent. */
export interface FieldReader {
  (name: string): string | undefined;
  /** All values of a field that may come several times. */
  list(name: string): readonly string[];
}

/** Reads the fields of a parsed form. */
export function readerOf(body: unknown): FieldReader {
  return Object.assign((name: string) => fieldOf(body, name), { list: (name: string) => listOf(body, name) });
}

/**
 * Reads a URL-encoded form with the kit's own parser, or from a parser that the app ran before, including one for texts
 * or bytes.
 * @throws ERR_ENROLLMENT_BODY with status 400, 413 or 415
 */
export async function readBody(req: Request, res: Response): Promise<FieldReader> {
  if (req.is('application/x-www-form-urlencoded') === false || otherCharset.test(req.headers['content-type'] ?? ''))
    throw refused(415, 'a form must be sent as application/x-www-form-urlencoded in UTF-8');
  await new Promise<void>((resolve, reject) => {
    parseForm(req, res, (error?: unknown) => {
      if (error === undefined || error === null) resolve();
      else reject(refused(statusOf(error), 'the form could not be read', error));
    });
  });
  return readerOf(formIn(req.body));
}

/**
 * The text or bytes that `express.text()` or `express.raw()` left for a form are parsed as the kit's own parser does.
 */
function formIn(body: unknown): unknown {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return body;
  const bytes = Buffer.from(body);
  if (bytes.length > longest) throw refused(413, 'the form is too large');
  return parsed(bytes);
}

function parsed(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  if (text.split('&').length > mostFields) throw refused(413, 'the form is too large');
  refuseMalformed(bytes);
  return parse(text, '&', '=', { maxKeys: mostFields });
}

/** An own value of the body; a getter is not called. */
function valueOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  return Object.getOwnPropertyDescriptor(body, name)?.value;
}

function fieldOf(body: unknown, name: string): string | undefined {
  const value = valueOf(body, name);
  return value === undefined ? undefined : textOf(value, name);
}

function listOf(body: unknown, name: string): readonly string[] {
  const value = valueOf(body, name);
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((member: unknown) => textOf(member, name));
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw refused(400, `the field '${name}' must be given once, as text`);
  if (value.includes('\uFFFD')) throw refused(400, `the field '${name}' is not valid UTF-8`);
  return value;
}

function refuseMalformed(bytes: Buffer): void {
  if (!bytes.some((byte) => byte === 0x25 || byte > 0x7f)) return;
  try {
    decodeURIComponent(utf8.decode(bytes));
  } catch (cause) {
    throw refused(400, 'the form is not valid UTF-8', cause);
  }
}

function statusOf(error: unknown): 400 | 413 | 415 {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 400;
  return status === 413 || status === 415 ? status : 400;
}

function refused(status: 400 | 413 | 415, text: string, cause?: unknown): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_BODY', text, { status, expose: true, cause });
}
