import { settingsCheck } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';

interface IfManyWrongCodesSettings {
  /** Default: `rateLimits.codes.overall.points`, within its window. */
  readonly points?: number;
}

const check = settingsCheck<IfManyWrongCodesSettings>('ifManyWrongCodes', (joi) => ({
  points: joi.number().integer().min(0),
}));

/**
 * Passes while the wrong invitation codes of all clients are above a limit: somebody is guessing. Bound to a captcha
 * stage, it makes guesses cost something, and honest people are asked for a captcha only then.
 */
export function ifManyWrongCodes(settings: IfManyWrongCodesSettings = {}): Policy {
  check(settings);
  return kitPolicy('ifManyWrongCodes', [settings], {
    name: 'if-many-wrong-codes',
    async check({ services: { wrongCodes } }) {
      if (wrongCodes === undefined) return false;
      return (await wrongCodes.count()) > (settings.points ?? wrongCodes.points);
    },
  });
}
