import { inspect } from 'node:util';
import { systemClock, type Clock } from '../base/clock.js';
import type { Log } from '../ports/log.js';
import { errorRecord } from './error-record.js';

/**
 * One line of JSON per entry, for files and collectors: `time` (ISO 8601, UTC), `level`, `pid`, `msg`, and the fields;
 * errors with name, code, message, stack and cause.
 */
export function lineLog(write: (line: string) => unknown, clock: Clock = systemClock): Log {
  const at = (level: string) => (fields: object, text: string) => {
    const head = { time: new Date(clock.now()).toISOString(), level, pid: process.pid, msg: text };
    write(`${lineOf(head, fields)}\n`);
  };
  return Object.freeze({ info: at('info'), warn: at('warn'), error: at('error') });
}

/** What JSON cannot hold, such as a circle, is written as Node would show it: a log must not fail. */
function lineOf(head: object, fields: object): string {
  try {
    return JSON.stringify({ ...head, ...fields }, (_key, value: unknown) =>
      value instanceof Error ? errorRecord(value) : value,
    );
  } catch {
    return JSON.stringify({ ...head, fields: inspect(fields) });
  }
}
