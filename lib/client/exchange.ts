import type { Challenge } from './challenges.js';
import { FlowClientError, type FlowClientErrorCode } from './flow-client-error.js';
import type { HeldToken, PlanTokens } from './plan-tokens.js';
import type { ClientConfig } from './settings.js';

/** One request to the JSON of a flow. */
export interface Sent {
  /** Below the flow's own address: `''`, or `cancel/`. */
  readonly path?: string;
  /** `undefined`: GET. */
  readonly body?: object;
  /** The step that the body answers. */
  readonly step?: string | null;
  readonly signal?: AbortSignal | undefined;
}

export interface Shown<OwnChallenge> {
  readonly type: 'challenge';
  readonly challenge: Challenge | OwnChallenge;
  readonly step: string | null;
}

/** What came: a challenge with its step, or that the plan goes on at the flow's own address. */
export type Answer<OwnChallenge> = Shown<OwnChallenge> | { readonly type: 'redirect' };

type Exchange<OwnChallenge> = (sent: Sent) => Promise<Answer<OwnChallenge>>;

/** Sends requests with what the client proves itself by, and keeps what the answers bring for the next one. */
export function createExchange<OwnChallenge>(
  { baseUrl, slug, query, byBearer, fetch }: ClientConfig<OwnChallenge>,
  own: HeldToken,
  begin: PlanTokens['begin'],
): Exchange<OwnChallenge> {
  const address = (path: string): string =>
    `${baseUrl}/api/v3/flows/executor/${slug}/${path}?query=${encodeURIComponent(query)}`;
  let csrf: string | null = null;

  function headersOf({ body, step }: Sent): Record<string, string> {
    return {
      Accept: 'application/json',
      ...(byBearer ? { Authorization: `Bearer ${own.use() ?? 'new'}` } : {}),
      // Of a form, `fetch` names the boundary itself.
      ...(body === undefined || hasFile(body) ? {} : { 'Content-Type': 'application/json' }),
      ...(body === undefined || byBearer || csrf === null ? {} : { 'X-authentik-CSRF': csrf }),
      ...(step === null || step === undefined ? {} : { 'X-Enrollment-Step': step }),
    };
  }

  function keep({ headers }: Response): void {
    const [token, flow] = [headers.get('X-Enrollment-Token'), headers.get('X-Enrollment-Flow')];
    if (token !== null && flow !== null && flow !== slug) begin(flow, token);
    else if (token !== null) own.set(token);
    csrf = headers.get('X-authentik-CSRF') ?? csrf;
  }

  return async (sent) => {
    const { path = '', body, signal = null } = sent;
    const response = await answered(
      fetch(address(path), {
        method: body === undefined ? 'GET' : 'POST',
        headers: headersOf(sent),
        credentials: 'include',
        // Followed by `fetch`, a redirect to another origin would get the headers too.
        redirect: 'manual',
        signal,
        ...(body === undefined ? {} : { body: hasFile(body) ? formOf(body) : JSON.stringify(body) }),
      }),
      signal,
    );
    keep(response);
    const { status, headers } = response;
    if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) return { type: 'redirect' };
    const value = await answered(valueOf(response), signal);
    if (isChallenge<OwnChallenge>(value)) {
      if (status === 200) return { type: 'challenge', challenge: value, step: headers.get('X-Enrollment-Step') };
      throw failure(response, value);
    }
    if (status === 401) own.set(null);
    throw failure(response, value);
  };
}

/** True for an answer with a file, which JSON has not. */
function hasFile(body: object): boolean {
  return Object.values(body).some(isFile);
}

function isFile(value: unknown): value is Blob {
  return value instanceof Blob;
}

/** The fields before the files: the server knows them when the first file arrives. */
function formOf(body: object): FormData {
  const form = new FormData();
  const members = Object.entries(body).flatMap(([name, value]: [string, unknown]) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown): readonly [string, unknown] => [name, one]),
  );
  for (const [name, value] of members)
    if (!isFile(value) && value !== null && value !== undefined)
      form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  for (const [name, value] of members) if (isFile(value)) form.append(name, value);
  return form;
}

/** What did not arrive is an error of the client's own, but not what the caller aborted. */
async function answered<T>(waiting: Promise<T>, signal: AbortSignal | null): Promise<T> {
  try {
    return await waiting;
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new FlowClientError('unreachable', 'no answer came from the flow', { cause });
  }
}

/** The JSON of an answer; `null` where it is none. */
async function valueOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isChallenge<OwnChallenge>(value: unknown): value is Challenge | OwnChallenge {
  return typeof textAt(value, 'component') === 'string';
}

function textAt(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const member: unknown = Reflect.get(value, key);
  return typeof member === 'string' ? member : undefined;
}

function codeOf(status: number, reason: string | undefined): FlowClientErrorCode {
  if (status === 401) return 'expired';
  if (status === 429) return 'too_many_attempts';
  if (status === 503) return 'unavailable';
  return reason === undefined ? 'unexpected_answer' : 'refused';
}

function failure({ status, headers }: Response, value: unknown): FlowClientError {
  const challenge = isChallenge<never>(value) ? value : null;
  const [reason, detail] = [textAt(value, 'code'), textAt(value, 'detail') ?? textAt(value, 'error')];
  return new FlowClientError(codeOf(status, reason), `${status}: ${detail ?? 'this is no answer of a flow'}`, {
    status,
    reason: reason ?? '',
    retryAfterSeconds: secondsOf(headers.get('Retry-After')),
    challenge,
  });
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function secondsOf(text: string | null): number | null {
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}
