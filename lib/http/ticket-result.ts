import type { Request, RequestHandler } from 'express';
import { canonicalEmail } from '../base/canonical.js';
import { configError } from '../base/config-error.js';
import { nameIssues } from '../base/setting-names.js';
import { ownPath } from '../base/target.js';
import { isLoopback, parseUrl } from '../base/url.js';
import { queryOf } from './query.js';

/** `done`: this very use. The others: why it was no use. */
const statuses = [
  'done',
  'used',
  'expired',
  'superseded',
  'revoked',
  'signed_in',
  'password_changed',
  'address_changed',
  'deactivated',
  'address_taken',
  'busy',
] as const;

/** What a ticket's page added to the result URL. Anybody can write such a URL: it proves nothing. */
export interface TicketResult {
  readonly success: boolean;
  /** Canonical; `null` where the URL has none, or no valid one. */
  readonly email: string | null;
  /** `null`: one that this version does not know. */
  readonly status: (typeof statuses)[number] | null;
}

export interface TicketResultSettings {
  /**
   * How your app signs people in: a path of your app or a URL, to which `login_hint` is added, as
   * `/join/source/acme/login?next=/welcome`; or a function that returns a handler, as
   * `(options) => passport.authenticate('oidc', options)`. `options` has the address as `loginHint` and `login_hint`, the
   * two names that strategies read; it is empty where there is none.
   */
  readonly signIn: string | ((options: object, result: TicketResult) => RequestHandler);
}

/**
 * The result of a ticket in the query of a request: `success`, `email`, `ticket_status`. `null`: it has none, or one of
 * them twice.
 */
export function readTicketResult(req: Pick<Request, 'url'>): TicketResult | null {
  const query = new URLSearchParams(queryOf(req));
  const [success, ...more] = query.getAll('success');
  if (more.length > 0 || (success !== 'true' && success !== 'false')) return null;
  const [named, ...otherStatuses] = query.getAll('ticket_status');
  const [email = '', ...otherEmails] = query.getAll('email');
  if (named === undefined || otherStatuses.length > 0 || otherEmails.length > 0) return null;
  return {
    success: success === 'true',
    email: canonicalEmail(email),
    status: statuses.find((status) => status === named) ?? null,
  };
}

/**
 * For the page of your app that is a ticket's result URL. Where the ticket was used, now or before, it starts your
 * sign-in at once, with the address as `login_hint`. Any other request is passed on; with a ticket's result, it is in
 * `res.locals.ticket`.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings
 */
export function ticketResult(settings: TicketResultSettings): RequestHandler {
  const issues = issuesOf(settings);
  if (issues.length > 0) throw configError(issues.map((issue) => `ticketResult: ${issue}`));
  const { signIn } = settings;
  return (req, res, next) => {
    const result = req.method === 'GET' ? readTicketResult(req) : null;
    if (result === null) {
      next();
      return;
    }
    // The URL has the address: it stays out of caches and of `Referer`.
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    // A success with any other status is no answer of the kit's.
    if (result.status !== 'used' && !(result.success && result.status === 'done')) {
      res.locals['ticket'] = result;
      next();
      return;
    }
    if (typeof signIn === 'string') res.redirect(303, withHint(signIn, result.email));
    else start(signIn, result, req, res, next);
  };
}

function start(
  signIn: Exclude<TicketResultSettings['signIn'], string>,
  result: TicketResult,
  ...[req, res, next]: Parameters<RequestHandler>
): void {
  const { email } = result;
  const options = email === null ? {} : { loginHint: email, login_hint: email };
  try {
    // Handlers may be asynchronous, which Express 4 does not wait for.
    Promise.resolve(signIn(options, result)(req, res, next)).catch(next);
  } catch (error) {
    next(error);
  }
}

function withHint(address: string, email: string | null): string {
  if (email === null) return address;
  const [, before = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(address) ?? [];
  return `${before}${before.includes('?') ? '&' : '?'}login_hint=${encodeURIComponent(email)}${fragment}`;
}

const anySite = { origin: 'https://app.invalid', mount: '', secure: true };

function issuesOf(settings: TicketResultSettings): readonly string[] {
  const issues = nameIssues<TicketResultSettings>(settings, { signIn: true });
  if (issues.length > 0) return issues;
  const { signIn } = settings;
  if (typeof signIn === 'function' || (typeof signIn === 'string' && isSignInAddress(signIn))) return [];
  return ['"signIn" must be a path of your app, an https URL, or a function that returns a handler'];
}

function isSignInAddress(text: string): boolean {
  const url = ownPath(anySite, text) === null ? parseUrl(text) : null;
  if (url === null) return ownPath(anySite, text) !== null;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
