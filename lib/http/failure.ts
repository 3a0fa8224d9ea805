import { isEnrollmentError } from '../base/error.js';
import { randomReference } from '../base/ids.js';
import { message } from '../base/message.js';
import { refusal, type RefusalReply } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import type { Web } from './web.js';

/** What an exception comes to for a visitor: plain words and a reference; its text goes to the log only. */
export function failureReply(web: Web, flow: Flow | null, error: unknown): RefusalReply {
  if (isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_BODY') {
    const status = error.status === 413 || error.status === 415 ? error.status : 400;
    return refusal(status, [message(`problem.${String(status)}`)], { flow });
  }
  const reference = randomReference();
  if (isEnrollmentError(error) && error.status === 503) {
    web.log.warn({ err: error, reference, flow: flow?.slug }, 'a store is away');
    web.bench.events('store.away', { reference, code: error.code });
    return refusal(503, [message('problem.503')], { flow, reference, retryAfterSeconds: 5 });
  }
  web.log.error({ err: error, reference, flow: flow?.slug }, 'a request failed');
  return refusal(500, [message('problem.500')], { flow, reference });
}
