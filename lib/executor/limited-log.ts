import type { EnrollmentLogger } from '../ports/log.js';

const minute = 60_000;
const mostEntries = 200;

/**
 * A log of what every view of a page may repeat: an entry with the same text about the same flow comes at most once a
 * minute.
 */
export function createLimitedLog(log: EnrollmentLogger, now: () => number): EnrollmentLogger {
  const written = new Map<string, number>();

  function limited(level: keyof EnrollmentLogger): EnrollmentLogger['error'] {
    return (fields, text) => {
      const key = JSON.stringify([level, Reflect.get(fields, 'flow'), text]);
      const last = written.get(key);
      if (last !== undefined && now() - last < minute) return;
      if (written.size >= mostEntries) written.clear();
      written.set(key, now());
      log[level](fields, text);
    };
  }

  return Object.freeze<EnrollmentLogger>({ info: limited('info'), warn: limited('warn'), error: limited('error') });
}
