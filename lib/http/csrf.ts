import type { Request } from 'express';
import type { Site } from '../base/target.js';
import type { Keyring } from '../base/keyring.js';

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
}

/** `<revision>.<step>.<MAC over enrollment, flow, step and revision>` */
export function signStep(keyring: Keyring, signed: Signed): string {
  return `${String(signed.revision)}.${signed.step}.${keyring.sign('step', text(signed))}`;
}

/** The step and revision of a signature that was made for this enrollment and flow; otherwise `null`. */
export function readSignature(
  keyring: Keyring,
  enrollmentId: string,
  flow: string,
  token: string | undefined,
): { readonly step: string; readonly revision: number } | null {
  const [whole, count, step, mac] =
    /^(0|[1-9]\d{0,8})\.([-~a-zA-Z0-9_]{1,51})\.([A-Za-z0-9_-]{22})$/.exec(token ?? '') ?? [];
  if (whole === undefined || count === undefined || step === undefined || mac === undefined) return null;
  const revision = Number(count);
  return keyring.verify('step', text({ enrollmentId, flow, step, revision }), mac) ? { step, revision } : null;
}

function text({ enrollmentId, flow, step, revision }: Signed): string {
  return JSON.stringify([enrollmentId, flow, step, revision]);
}
