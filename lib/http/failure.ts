import { deepestCause } from '../base/deepest-cause.js';
import { isEnrollmentError } from '../base/error.js';
import { faultKind } from '../base/fault-kind.js';
import { randomReference } from '../base/ids.js';
import { message, type Message } from '../base/message.js';
import { refusal, type RefusalReply } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import type { Web } from './web.js';

// Of a body that could not be read.
const problems = { 400: 'problem.400', 413: 'problem.413', 415: 'problem.415' } as const;

/**
 * What an exception comes to for a visitor: plain words and a reference; its text goes to the log, and in development to
 * the page. A mistake of code or tables is a 500 even where a store called it an outage: trying again does not help.
 */
export function failureReply(web: Web, flow: Flow | null, error: unknown): RefusalReply {
  if (isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_BODY') {
    const status = error.status === 413 || error.status === 415 ? error.status : 400;
    return refusal(status, [message(problems[status])], { flow });
  }
  if (isEnrollmentError(error) && error.status === 503 && faultKind(error) !== 'mistake') {
    return outageReply(web, flow, error);
  }
  const reference = randomReference();
  web.log.error({ err: error, reference, flow: flow?.slug }, `${deepestCause(error)}: a request failed`);
  return refusal(500, [message('problem.500'), ...causeFor(web, error)], { flow, reference });
}

/** Nothing can be served just now: 503, and one entry in the log for all requests of the outage. */
export function outageReply(web: Web, flow: Flow | null, error: unknown): RefusalReply {
  const reference = web.outages.report(error, { flow: flow?.slug });
  web.context.events({ type: 'store.away', reference, code: isEnrollmentError(error) ? error.code : null });
  return refusal(503, [message('problem.503'), ...causeFor(web, error)], { flow, reference, retryAfterSeconds: 5 });
}

/** The cause, for the developer at their own machine. */
function causeFor(web: Web, error: unknown): readonly Message[] {
  return web.showsCauses ? [message('problem.cause', { cause: deepestCause(error) })] : [];
}
