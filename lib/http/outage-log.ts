import type { EnrollmentClock } from '../base/clock.js';
import { deepestCause } from '../base/deepest-cause.js';
import { faultKind } from '../base/fault-kind.js';
import { randomReference } from '../base/ids.js';
import type { EnrollmentLogger } from '../ports/log.js';

/** Logs 503s: one entry with the stack when an outage begins, then one with a count each minute. */
export interface OutageLog {
  /** @returns the reference of the outage, the same for all requests that it affects, so that the log contains it */
  report(error: unknown, about: { readonly flow?: string | undefined }): string;
}

interface Outage {
  readonly reference: string;
  readonly since: number;
  requests: number;
  lastEntry: number;
  lastSeen: number;
}

const minute = 60_000;
/** Causes that are logged separately; further ones count as the same outage with other messages. */
const mostCauses = 50;

/** An outage has one cause, and ends once a minute has passed without that cause. */
export function createOutageLog({
  log,
  clock,
}: {
  readonly log: EnrollmentLogger;
  readonly clock: EnrollmentClock;
}): OutageLog {
  const outages = new Map<string, Outage>();

  return Object.freeze<OutageLog>({
    report(error, { flow }) {
      const cause = deepestCause(error);
      const now = clock.now();
      const known = outages.get(cause);
      // A denial lasts until an operator acts, so it is logged above a warning.
      const level = faultKind(error) === 'outage' ? 'warn' : 'error';
      if (known === undefined || now - known.lastSeen > minute) {
        if (outages.size >= mostCauses) outages.clear();
        const reference = randomReference();
        outages.set(cause, { reference, since: now, requests: 1, lastEntry: now, lastSeen: now });
        log[level]({ err: error, reference, flow }, `${cause}: a request was answered with 503`);
        return reference;
      }
      known.requests += 1;
      known.lastSeen = now;
      if (now - known.lastEntry >= minute) {
        known.lastEntry = now;
        const { reference, requests, since } = known;
        log[level](
          { reference, requests, seconds: Math.round((now - since) / 1000) },
          `${cause}: requests are still answered with 503`,
        );
      }
      return known.reference;
    },
  });
}
