import { deepestCause } from '../base/deepest-cause.js';
import { isEnrollmentError } from '../base/error.js';
import { faultKind } from '../base/fault-kind.js';
import { randomReference } from '../base/ids.js';
import { message, type Message } from '../base/message.js';
import { refusal, type RefusalReply } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import type { Web } from './web.js';
import type { Response } from 'express';

// For a body that could not be read.
const problems = { 400: 'problem.400', 413: 'problem.413', 415: 'problem.415' } as const;

/**
 * Maps an exception to a page for the visitor: plain text and a reference. The exception's text goes to the log, and in
 * development to the page. A mistake in code or tables is a 500 even if a store reported an outage: retrying does not
 * help.
 */
export function failureReply(web: Web, flow: Flow | null, error: unknown): RefusalReply {
  if (isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_BODY') {
    const status = error.status === 413 || error.status === 415 ? error.status : 400;
    return refusal(status, [message(problems[status])], { flow });
  }
  if (isOutage(error)) return outageReply(web, flow, error);
  const reference = randomReference();
  web.log.error({ err: error, reference, flow: flow?.slug }, `${deepestCause(error)}: a request failed`);
  return refusal(500, [message('problem.500'), ...causeFor(web, error)], { flow, reference });
}

/** True for an error that passes: a store is away. */
export function isOutage(error: unknown): boolean {
  return isEnrollmentError(error) && error.status === 503 && faultKind(error) !== 'mistake';
}

/** The kit cannot serve requests at the moment: 503, and one log entry for all requests of the outage. */
export function outageReply(web: Web, flow: Flow | null, error: unknown): RefusalReply {
  const reference = web.outages.report(error, { flow: flow?.slug });
  web.context.events({ type: 'store.away', reference, code: isEnrollmentError(error) ? error.code : null });
  return refusal(503, [message('problem.503'), ...causeFor(web, error)], { flow, reference, retryAfterSeconds: 5 });
}

/** The cause, for a developer on a local machine. */
function causeFor(web: Web, error: unknown): readonly Message[] {
  return web.showsCauses ? [message('problem.cause', { cause: deepestCause(error) })] : [];
}

/** Sets the `Retry-After` header for an error that the app's own error page answers, whatever that page reads. */
export function setRetryAfter(res: Response | undefined, error: unknown): void {
  if (res === undefined || res.headersSent || !isEnrollmentError(error)) return;
  // An error from an older copy of the package has none.
  const { headers }: { readonly headers?: Readonly<Record<string, string>> } = error;
  const seconds = headers?.['Retry-After'];
  if (seconds !== undefined) res.setHeader('Retry-After', seconds);
}

/** Runs `work`; if it fails, sets `Retry-After`. */
export async function withRetryAfter<T>(res: Response | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    setRetryAfter(res, error);
    throw error;
  }
}
