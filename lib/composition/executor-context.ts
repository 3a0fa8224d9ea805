import type { Keyring } from '../base/keyring.js';
import { createLimitedLog } from '../executor/limited-log.js';
import type { ExecutorContext } from '../executor/run.js';
import { createSealedPasswords } from '../http/sealed-passwords.js';
import { createAvailabilityChecks, createNewPlans } from '../rate-limits/limits.js';
import type { EventSink } from '../ports/events.js';
import type { Stores } from '../stores/stores.js';
import type { EnrollmentConfig } from '../options/options.js';

/** Composes what the executor's context has beside the services, which depend on the flows. */
export function composeExecutorContext<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly events: EventSink;
    readonly keyring: Keyring;
  },
): Omit<ExecutorContext, 'services'> {
  const { stores, events, keyring } = parts;
  const { rateLimiter, plans } = stores;
  return {
    plans,
    events,
    log: config.logger,
    repeatedLog: createLimitedLog(config.logger, () => config.clock.now()),
    availability: createAvailabilityChecks({ rateLimiter, events, ...config.rateLimits.availability }),
    newPlans: createNewPlans({ rateLimiter, events, ...config.rateLimits.newPlans }),
    sealedPasswords: createSealedPasswords(keyring),
    now: () => config.clock.now(),
    digest: (text, secretId = '') => keyring.under(secretId).sign('form', text),
  };
}
