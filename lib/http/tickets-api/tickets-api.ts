import type { Request, RequestHandler, Response } from 'express';
import { configError } from '../../base/config-error.js';
import { isEnrollmentError } from '../../base/error.js';
import { nameIssues } from '../../base/setting-names.js';
import type { TicketPurpose } from '../../ports/ticket-store.js';
import type { Tickets, TicketUser } from '../../ports/tickets.js';
import { formOrigin } from '../posted-form.js';
import type { Web } from '../web.js';
import { guardCheck, keyCheck } from './authorize.js';
import { invalidBody, sendJson, sendProblem, type ApiProblem } from './problem.js';
import { readJson } from './read-json.js';
import { readTicketRequest, type TicketEndpoint, type TicketRequest } from './ticket-request.js';

export interface TicketsApiSettings {
  /**
   * Keys of which every request has one, as `Authorization: Bearer <key>`; each has at least 32 characters, as
   * `openssl rand -hex 32` makes them. Several rotate: add the new one, change the callers, remove the old one.
   */
  readonly keys?: readonly string[];
  /** Your own check, in place of keys: `true` lets the request through. Requests of other sites are refused before it. */
  readonly guard?: (req: Request) => boolean | Promise<boolean>;
  /** What tickets for passwords are for. Default: `invite` for an account without a password, otherwise `recovery`. */
  readonly purpose?: 'invite' | 'recovery';
}

export interface TicketsApiParts {
  readonly web: Pick<Web, 'site' | 'development' | 'log' | 'warnOnce' | 'startFailure'>;
  readonly tickets: Tickets;
  readonly clients: ReadonlyMap<string, unknown>;
  readonly connections: readonly string[];
  /** Whether the account has a password. @throws ERR_ENROLLMENT_UNKNOWN_USER */
  readonly hasPassword: (who: TicketUser) => Promise<boolean>;
}

/**
 * `POST /api/v2/tickets/password-change` and `/email-verification`, with the names, rules and answers of Auth0's
 * Management API v2. It sends no mail. Other paths are passed on.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings
 */
export function ticketsApi(parts: TicketsApiParts, settings: TicketsApiSettings): RequestHandler {
  const issues = issuesOf(settings);
  if (issues.length > 0) throw configError(issues.map((issue) => `ticketsApi: ${issue}`));
  const { keys, guard, purpose } = settings;
  const isForeign = (req: Request): boolean => formOrigin(parts.web, req) === 'foreign';
  const check = guard === undefined ? keyCheck(keys ?? []) : guardCheck(guard, isForeign);
  return (req, res, next) => {
    const endpoint = endpointAt(req);
    if (endpoint === null) {
      next();
      return;
    }
    answer(endpoint, req, res).catch(next);
  };

  async function answer(endpoint: TicketEndpoint, req: Request, res: Response): Promise<void> {
    const refused = await check(req);
    if (refused !== null) return sendProblem(res, refused);
    if (req.method !== 'POST') {
      res.set('Allow', 'POST');
      return sendProblem(res, { statusCode: 405, message: 'Method Not Allowed', errorCode: 'method_not_allowed' });
    }
    const read = await readJson(req, res);
    if ('problem' in read) return sendProblem(res, read.problem);
    const asked = readTicketRequest(endpoint, read.body);
    if ('problem' in asked) return sendProblem(res, asked.problem);
    const outcome = await create(parts, endpoint, asked.request, purpose);
    if ('problem' in outcome) sendProblem(res, outcome.problem);
    // Callers append what the page shows, such as `type=invite`.
    else sendJson(res, 201, { ticket: `${outcome.url}#` });
  }
}

type Outcome = { readonly url: string } | { readonly problem: ApiProblem };

async function create(
  { web, tickets, clients, connections, hasPassword }: TicketsApiParts,
  endpoint: TicketEndpoint,
  { who, client, ...asked }: TicketRequest,
  wanted: TicketsApiSettings['purpose'],
): Promise<Outcome> {
  if (client !== undefined && !clients.has(client)) return absent('client');
  if ('connection' in who && who.connection !== undefined && !connections.includes(who.connection))
    return absent('connection');
  if (web.startFailure() !== null) return { problem: unavailable };
  try {
    const { markEmailAsVerified, ...others } = asked;
    const settings = { ...others, client, delivery: 'own' as const };
    // As at Auth0, the call itself says that its link is sent to the address of the account.
    if (endpoint === 'email-verification')
      return await tickets.create(who, { ...settings, purpose: 'verify-email', markEmailAsVerified: true });
    const purpose: TicketPurpose = wanted ?? ((await hasPassword(who)) ? 'recovery' : 'invite');
    return await tickets.create(who, { ...settings, purpose, markEmailAsVerified });
  } catch (error) {
    return { problem: problemOf(web, error) };
  }
}

const unavailable: ApiProblem = {
  statusCode: 503,
  message: 'Service Unavailable',
  errorCode: 'unavailable',
  retryAfter: 5,
};

function absent(what: 'client' | 'connection' | 'user'): { readonly problem: ApiProblem } {
  return { problem: { statusCode: 404, message: `The ${what} does not exist.`, errorCode: `inexistent_${what}` } };
}

/** The names that this API has for settings of `tickets.create`. */
const names: ReadonlyMap<string, string> = new Map([
  ['resultUrl', 'result_url'],
  ['client', 'client_id'],
  ['connection', 'connection_id'],
  ['ttlSeconds', 'ttl_sec'],
  ['markEmailAsVerified', 'mark_email_as_verified'],
]);

function problemOf({ log }: Pick<Web, 'log'>, error: unknown): ApiProblem {
  if (isEnrollmentError(error)) {
    if (error.code === 'ERR_ENROLLMENT_UNKNOWN_USER') return absent('user').problem;
    if (error.code === 'ERR_ENROLLMENT_INACTIVE')
      return { statusCode: 400, message: 'The user is blocked.', errorCode: 'user_blocked' };
    if (error.code === 'ERR_ENROLLMENT_TICKET_LIMIT')
      return { statusCode: 409, message: 'The user has too many open tickets.', errorCode: 'too_many_tickets' };
    if (error.code === 'ERR_ENROLLMENT_TICKET')
      return invalidBody(
        (error.issues ?? []).join('; ').replace(/"(\w+)"/g, (_, name: string) => names.get(name) ?? name),
      );
  }
  const isAway = isEnrollmentError(error) && error.status === 503;
  log.error({ err: error }, 'a request for a ticket failed');
  return isAway ? unavailable : { statusCode: 500, message: 'Internal Server Error', errorCode: 'internal_error' };
}

/** Mounted at the root or at a path of its own, and at `/api/v2` too. */
function endpointAt({ path }: Request): TicketEndpoint | null {
  const [, name] = /^(?:\/api\/v2)?\/tickets\/(password-change|email-verification)\/?$/.exec(path) ?? [];
  return name === 'password-change' || name === 'email-verification' ? name : null;
}

const shortestKey = 32;

function issuesOf(settings: TicketsApiSettings): readonly string[] {
  const unknown = nameIssues<TicketsApiSettings>(settings, { keys: true, guard: true, purpose: true });
  if (unknown.length > 0) return unknown;
  const { keys, guard, purpose } = settings;
  const isKey = (key: unknown): boolean => typeof key === 'string' && key.length >= shortestKey && /^\S+$/.test(key);
  return [
    ...((keys === undefined) === (guard === undefined) ? ['give either "keys" or "guard"'] : []),
    ...(keys === undefined || (Array.isArray(keys) && keys.length > 0 && keys.every(isKey))
      ? []
      : [`"keys" must be a list of texts of at least ${String(shortestKey)} characters, without blanks`]),
    ...(guard === undefined || typeof guard === 'function' ? [] : ['"guard" must be a function']),
    ...(purpose === undefined || ['invite', 'recovery'].includes(purpose)
      ? []
      : ['"purpose" must be one of [invite, recovery]']),
  ];
}
