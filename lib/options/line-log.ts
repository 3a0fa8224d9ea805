import { inspect } from 'node:util';
import { systemClock, type EnrollmentClock } from '../base/clock.js';
import { escapeInvisible } from '../base/json.js';
import type { EnrollmentLogger } from '../ports/log.js';

/**
 * One line of JSON per entry, for files and collectors: `time` (ISO 8601, UTC), `level`, `pid`, `msg`, and the fields;
 * errors with name, code, message, stack and cause.
 */
export function lineLog(write: (line: string) => unknown, clock: EnrollmentClock = systemClock): EnrollmentLogger {
  const at = (level: string) => (fields: object, text: string) => {
    const head = { time: new Date(clock.now()).toISOString(), level, pid: process.pid, msg: text };
    write(`${escapeInvisible(entryJson(head, fields))}\n`);
  };
  return Object.freeze({ info: at('info'), warn: at('warn'), error: at('error') });
}

/** What JSON cannot represent, such as a cycle, is written in the form of Node's `inspect`: a log must not fail. */
function entryJson(head: object, fields: object): string {
  try {
    return JSON.stringify({ ...head, ...fields }, (_key, value: unknown) =>
      value instanceof Error ? errorRecord(value) : value,
    );
  } catch {
    return JSON.stringify({ ...head, fields: inspect(fields) });
  }
}

/** An error as a plain record: name, code, message, stack and cause. */
function errorRecord(error: Error): object {
  const code: unknown = Reflect.get(error, 'code');
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  };
}
