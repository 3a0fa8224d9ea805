import { inspect } from 'node:util';
import type { Log } from '../ports/log.js';

/** One line of JSON per entry; errors with name, code, message and stack. */
export function lineLog(write: (line: string) => unknown): Log {
  const at = (level: string) => (fields: object, text: string) => {
    write(`${lineOf(level, text, fields)}\n`);
  };
  return Object.freeze({ info: at('info'), warn: at('warn'), error: at('error') });
}

/** What JSON cannot hold, such as a circle, is written as Node would show it: a log must not fail. */
function lineOf(level: string, text: string, fields: object): string {
  try {
    return JSON.stringify({ level, msg: text, ...fields }, (_key, value: unknown) =>
      value instanceof Error ? plain(value) : value,
    );
  } catch {
    return JSON.stringify({ level, msg: text, fields: inspect(fields) });
  }
}

function plain(error: Error): object {
  const code: unknown = Reflect.get(error, 'code');
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  };
}
