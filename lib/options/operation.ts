import { systemClock, type EnrollmentClock } from '../base/clock.js';
import type { EnrollmentLogger } from '../ports/log.js';
import { defaultLog } from './default-log.js';
import type { OptionRules } from './option-rules.js';
import { objectWith } from './schemas.js';

export interface OperationOptions {
  /**
   * `{ info, warn, error }`, each called with fields and a sentence; a pino logger fits.
   * @defaultValue standard error: readable on a terminal, otherwise JSON lines
   */
  readonly logger?: EnrollmentLogger | undefined;
  /**
   * `{ now }`, in milliseconds since 1970. For tests.
   * @defaultValue the system's clock
   */
  readonly clock?: EnrollmentClock | undefined;
}

export const operationRules = {
  logger: { schema: objectWith('info', 'warn', 'error'), resolve: (given) => given ?? defaultLog() },
  clock: { schema: objectWith('now'), default: systemClock },
} satisfies OptionRules<OperationOptions>;
