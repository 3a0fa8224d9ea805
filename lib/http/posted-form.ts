import type { Request } from 'express';
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

/** What the signature of a form says. */
export type ReadSignature = Pick<Signed, 'step' | 'revision' | 'mark'>;

/**
 * `<revision>.<step>.<MAC over enrollment, flow, step and revision>`; on the page of a signed-in user
 * `<revision>.<step>.<mark>.<MAC>`, which covers the mark too: a page of one user does nothing for another.
 */
export function signStep(keyring: Keyring, signed: Signed): string {
  const { revision, step, mark } = signed;
  return [String(revision), step, ...(mark === null ? [] : [mark]), keyring.sign('step', text(signed))].join('.');
}

const signature = /^(0|[1-9]\d{0,8})\.([-~a-zA-Z0-9_]{1,51})\.(?:([A-Za-z0-9_-]{22})\.)?([A-Za-z0-9_-]{22})$/;

/** True for a text with the form of a signature, of whichever enrollment. */
export function isStepSignature(token: string): boolean {
  return signature.test(token);
}

/** The step, revision and mark of a signature that was made for this enrollment and flow; otherwise `null`. */
export function readSignature(
  keyring: Keyring,
  enrollmentId: string,
  flow: string,
  token: string | undefined,
): ReadSignature | null {
  const [whole, count, step, mark = null, mac] = signature.exec(token ?? '') ?? [];
  if (whole === undefined || count === undefined || step === undefined || mac === undefined) return null;
  const revision = Number(count);
  const signed = { enrollmentId, flow, step, revision, mark };
  return keyring.verify('step', text(signed), mac) ? { step, revision, mark } : null;
}

/** A keyed digest of the signed-in user, which says nothing in another enrollment; `null`: the visitor is signed out. */
export function userMark(keyring: Keyring, enrollmentId: string, user: string | null): string | null {
  return user === null ? null : keyring.sign('step', markText(enrollmentId, user));
}

interface Present {
  readonly enrollmentId: string;
  /** Who is signed in; `null`: the visitor is signed out. */
  readonly user: string | null;
}

/** True for the page of this user; where `user` is `null`, for one that was drawn for a signed-out visitor. */
export function isOfUser(
  keyring: Keyring,
  { enrollmentId, user }: Present,
  { mark }: Pick<ReadSignature, 'mark'>,
): boolean {
  if (mark === null || user === null) return mark === user;
  return keyring.verify('step', markText(enrollmentId, user), mark);
}

/** True for the page of a user while another one is signed in. */
export function isOfAnotherUser(keyring: Keyring, present: Present, signed: Pick<ReadSignature, 'mark'>): boolean {
  return signed.mark !== null && present.user !== null && !isOfUser(keyring, present, signed);
}

function markText(enrollmentId: string, user: string): string {
  return JSON.stringify(['user', enrollmentId, user]);
}

/** JSON: none of the texts has a letter that JSON escapes. */
function text({ enrollmentId, flow, step, revision, mark }: Signed): string {
  const marked = mark === null ? '' : `,"${mark}"`;
  return `["${enrollmentId}","${flow}","${step}",${String(revision)}${marked}]`;
}
