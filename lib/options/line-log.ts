import type { Log } from '../ports/log.js';

/** One line of JSON per entry; errors with name, code, message and stack. */
export function lineLog(write: (line: string) => unknown): Log {
  const at = (level: string) => (fields: object, text: string) => {
    write(`${JSON.stringify({ level, msg: text, ...fields }, (_key, value: unknown) => (value instanceof Error ? plain(value) : value))}\n`);
  };
  return Object.freeze({ info: at('info'), warn: at('warn'), error: at('error') });
}

function plain(error: Error): object {
  const code: unknown = Reflect.get(error, 'code');
  return { name: error.name, ...(code === undefined ? {} : { code }), message: error.message, stack: error.stack, ...(error.cause === undefined ? {} : { cause: error.cause }) };
}
