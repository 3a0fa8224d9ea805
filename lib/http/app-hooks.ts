import type { Request } from 'express';
import type { EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';

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
