import type { Request } from 'express';
import type { EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import { EnrollmentError } from '../base/error.js';
import { identifierProblem } from '../base/text-problem.js';

type Locals = (req: Request) => Readonly<Record<string, unknown>>;

/** The app's locals. If they throw, the page renders without them: the same hook must not break an error page. */
export function carefulLocals(locals: Locals, log: EnrollmentLogger): Locals {
  return (req) => {
    try {
      return locals(req);
    } catch (error) {
      log.error({ err: error }, 'the option locals failed');
      return {};
    }
  };
}

/** The app's event sink. An event reports what has already happened; a sink that throws or rejects must not undo it. */
export function carefulEvents(events: EventSink, log: EnrollmentLogger): EventSink {
  return (event) => {
    const failed = (error: unknown): void => {
      log.error({ err: error, event: event.type }, 'the option events failed');
    };
    try {
      Promise.resolve<unknown>(events(event)).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}

/**
 * The tenant of a request; `undefined` if the app has none.
 * @throws ERR_ENROLLMENT_TENANT when the option `tenant` answers with neither a text nor null, or with a text that no store keeps as it is: an unknown host must not
 *   count as an app without tenants, where every invitation is good
 */
export function tenantOf(tenant: ((req: Request) => string | null) | null, req: Request): string | null | undefined {
  if (tenant === null) return undefined;
  const answer: unknown = tenant(req);
  if (answer === null) return answer;
  if (typeof answer !== 'string')
    throw new EnrollmentError('ERR_ENROLLMENT_TENANT', 'the option "tenant" must answer with a text, or with null');
  const problem = identifierProblem(answer);
  if (problem === null) return answer;
  throw new EnrollmentError('ERR_ENROLLMENT_TENANT', `the option "tenant" answered with a text that ${problem}`);
}
