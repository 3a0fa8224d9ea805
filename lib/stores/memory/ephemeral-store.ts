import type { EnrollmentClock } from '../../base/clock.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';

const fewValues = 1000;

/** Values of this process that are handed out once: for development and tests. */
export function createMemoryEphemeralStore({ clock }: { readonly clock: EnrollmentClock }): EphemeralStore {
  const values = new Map<string, { readonly value: string; readonly until: number }>();
  let sweepAt = fewValues;

  // A look through all of them comes when there are twice as many as after the last, so that no call pays for it alone.
  function sweep(): void {
    if (values.size < sweepAt) return;
    for (const [key, { until }] of values) if (until <= clock.now()) values.delete(key);
    sweepAt = Math.max(fewValues, values.size * 2);
  }

  return Object.freeze({
    async set(key: string, value: string, ttlSeconds: number) {
      sweep();
      values.set(key, { value, until: clock.now() + ttlSeconds * 1000 });
    },
    async setIfAbsent(key: string, value: string, ttlSeconds: number) {
      sweep();
      const kept = values.get(key);
      if (kept !== undefined && kept.until > clock.now()) return kept.value;
      values.set(key, { value, until: clock.now() + ttlSeconds * 1000 });
      return value;
    },
    async peek(key: string) {
      const kept = values.get(key);
      return kept === undefined || kept.until <= clock.now() ? null : kept.value;
    },
    async take(key: string) {
      const kept = values.get(key);
      values.delete(key);
      return kept === undefined || kept.until <= clock.now() ? null : kept.value;
    },
  });
}
