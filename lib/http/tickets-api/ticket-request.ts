import { canonicalEmail } from '../../base/canonical.js';
import type { TicketUser } from '../../ports/tickets.js';
import { invalidBody, type ApiProblem } from './problem.js';

/** One of Auth0's two endpoints for tickets. */
export type TicketEndpoint = 'password-change' | 'email-verification';

export interface TicketRequest {
  readonly who: TicketUser;
  readonly resultUrl: string | undefined;
  readonly client: string | undefined;
  /** Left out and 0: the default of Auth0, 5 days. */
  readonly ttlSeconds: number;
  readonly markEmailAsVerified: boolean;
  readonly includeEmailInRedirect: boolean;
}

const defaultSeconds = 432_000;

type Kind = 'string' | 'integer' | 'boolean';

const common = {
  user_id: 'string',
  result_url: 'string',
  client_id: 'string',
  organization_id: 'string',
  ttl_sec: 'integer',
  includeEmailInRedirect: 'boolean',
  identity: 'object',
} as const;

const properties: Readonly<Record<TicketEndpoint, ReadonlyMap<string, Kind | 'object'>>> = {
  'password-change': new Map<string, Kind | 'object'>(
    Object.entries({
      ...common,
      connection_id: 'string',
      email: 'string',
      mark_email_as_verified: 'boolean',
    }),
  ),
  'email-verification': new Map<string, Kind | 'object'>(Object.entries(common)),
};

/** Reads a request body by the rules of Auth0's Management API v2. */
export function readTicketRequest(
  endpoint: TicketEndpoint,
  body: unknown,
): { readonly request: TicketRequest } | { readonly problem: ApiProblem } {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { problem: invalidBody(`Expected type object but found type ${kindOf(body)}`) };
  const values = new Map<string, unknown>(Object.entries(body));
  const problem = kindProblem(endpoint, values) ?? ruleProblem(endpoint, values);
  if (problem !== null) return { problem };
  const [email, ttl] = [textOf(values, 'email'), values.get('ttl_sec')];
  const connection = textOf(values, 'connection_id');
  return {
    request: {
      who: email === undefined ? { user: textOf(values, 'user_id') ?? '' } : { email, connection },
      resultUrl: textOf(values, 'result_url'),
      client: textOf(values, 'client_id'),
      ttlSeconds: typeof ttl === 'number' && ttl > 0 ? ttl : defaultSeconds,
      markEmailAsVerified: values.get('mark_email_as_verified') === true,
      // As at Auth0, the address is sent along unless that is switched off.
      includeEmailInRedirect: values.get('includeEmailInRedirect') !== false,
    },
  };
}

function kindProblem(endpoint: TicketEndpoint, values: ReadonlyMap<string, unknown>): ApiProblem | null {
  for (const [name, value] of values) {
    const kind = properties[endpoint].get(name);
    if (kind === undefined) return invalidBody(`Additional properties not allowed: ${name.slice(0, 60)}`);
    const found = kindOf(value);
    if (found !== kind) return invalidBody(`Expected type ${kind} but found type ${found}`, name);
    if (value === '') return invalidBody('String is too short (0 chars), minimum 1', name);
  }
  return null;
}

const unsupported = ['organization_id', 'identity'] as const;
const longestSeconds = 2_592_000;

/** The rules about parameters that exclude or need each other. */
function ruleProblem(endpoint: TicketEndpoint, values: ReadonlyMap<string, unknown>): ApiProblem | null {
  const has = (name: string): boolean => values.has(name);
  const missing = (name: string): ApiProblem => invalidBody(`Missing required property: ${name}`);
  for (const name of unsupported) if (has(name)) return invalidBody('This property is not supported', name);
  if (endpoint === 'email-verification' && !has('user_id')) return missing('user_id');
  if (has('user_id') && (has('connection_id') || has('email')))
    return invalidBody('user_id cannot be sent with connection_id or email');
  if (has('connection_id') && !has('email')) return missing('email');
  if (has('email') && !has('connection_id')) return missing('connection_id');
  if (!has('user_id') && !has('email')) return missing('user_id');
  if (has('result_url') && has('client_id')) return invalidBody('result_url cannot be sent with client_id');
  const [ttl, email] = [values.get('ttl_sec'), textOf(values, 'email')];
  if (typeof ttl === 'number' && ttl < 0) return invalidBody('Value is less than minimum 0', 'ttl_sec');
  if (typeof ttl === 'number' && ttl > longestSeconds)
    return invalidBody(`Value is greater than maximum ${String(longestSeconds)}`, 'ttl_sec');
  return email !== undefined && canonicalEmail(email) === null
    ? invalidBody("Object didn't pass validation for format email", 'email')
    : null;
}

function textOf(values: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = values.get(name);
  return typeof value === 'string' ? value : undefined;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isSafeInteger(value) ? 'integer' : typeof value;
}
