import { EnrollmentError } from './error.js';

/** One error for all mistakes of a configuration. `issues` lists each of them. */
export function configError(issues: readonly string[]): EnrollmentError {
  const list = issues.map((issue) => `  - ${issue}`).join('\n');
  return new EnrollmentError(
    'ERR_ENROLLMENT_CONFIG',
    `the configuration has ${issues.length === 1 ? 'a mistake' : `${String(issues.length)} mistakes`}:\n${list}`,
    { issues },
  );
}
