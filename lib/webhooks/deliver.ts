import { Webhook } from 'standardwebhooks';
import type { EnrollmentClock } from '../base/clock.js';
import type { EnrollmentLogger } from '../ports/log.js';
import { delivered, failed, type Attempt, type Handler } from './delivery-attempt.js';
import type { Endpoint } from './endpoint.js';

interface DeliverParts {
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  /** Endpoints that answered 410: nothing more is sent to them. Shared with the code that creates the items. */
  readonly gone: Set<string>;
  readonly clock: EnrollmentClock;
  readonly log: EnrollmentLogger;
}

/**
 * Posts a delivery to its endpoint, signed by the Standard Webhooks scheme. Any 2xx is a success; redirects are not
 * followed; only the status of the response is read. 410 disables the endpoint for as long as this process runs.
 */
export function createDeliver({ endpoints, gone, clock, log }: DeliverParts): Handler {
  return async (item, signal) => {
    const { endpoint: id, event, body } = item.payload;
    if (typeof id !== 'string' || typeof event !== 'string' || typeof body !== 'string')
      return failed('it cannot be read', false);
    const endpoint = endpoints.get(id);
    // Another process of a rolling deploy may know it.
    if (endpoint === undefined) return failed('this process has no such endpoint');
    if (gone.has(endpoint.id)) return failed('the endpoint has answered 410', false);

    const status = await post(endpoint, { id: event, body }, clock.now(), signal);
    if (typeof status === 'string') return failed(status);
    if (status >= 200 && status < 300) return delivered;
    if (status === 410) {
      gone.add(endpoint.id);
      log.warn(
        { code: 'WARN_WEBHOOK_GONE', endpoint: endpoint.origin },
        'a webhook receiver says that it is gone: nothing is sent to it until the next start; take it out of the options',
      );
    }
    return refusal(status);
  };
}

function refusal(status: number): Attempt {
  if (status >= 300 && status < 400) return failed(`answered ${status}: redirects are not followed`);
  return failed(`answered ${status}`, status !== 410);
}

/** The status, or why there is none. */
async function post(
  endpoint: Endpoint,
  { id, body }: { readonly id: string; readonly body: string },
  now: number,
  signal: AbortSignal,
): Promise<number | string> {
  const late = AbortSignal.timeout(endpoint.timeoutMs);
  try {
    const answer = await fetch(endpoint.url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'express-enrollment',
        ...signedHeaders(endpoint, id, new Date(now), body),
      },
      body,
      signal: AbortSignal.any([signal, late]),
    });
    // The body is not read, whatever its length. A connection that breaks now changes nothing.
    await answer.body?.cancel().catch(() => undefined);
    return answer.status;
  } catch (error) {
    if (late.aborted) return `no answer within ${endpoint.timeoutMs} ms`;
    return signal.aborted ? 'interrupted' : `no connection${codeOf(error)}`;
  }
}

function signedHeaders(endpoint: Endpoint, id: string, at: Date, body: string): Record<string, string> {
  const signatures = endpoint.secrets.map((secret) => new Webhook(secret.reveal()).sign(id, at, body));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}

/** Node's code, e.g. `ECONNREFUSED`; its message may contain the address. */
function codeOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined;
  return typeof code === 'string' ? `: ${code}` : '';
}
