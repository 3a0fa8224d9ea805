import type { EnrollmentClock } from '../../base/clock.js';
import type { EphemeralStore, EphemeralValue } from '../../ports/ephemeral-store.js';

const fewValues = 1000;

/** Single-use values in this process: for development and tests. */
export function createMemoryEphemeralStore({ clock }: { readonly clock: EnrollmentClock }): EphemeralStore {
  const values = new Map<string, { readonly value: string; readonly until: number }>();
  let sweepAt = fewValues;

  // A sweep runs when there are twice as many values as after the last one, so that its cost is spread over many calls.
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
    async compareAndSet(key: string, expected: string, next: EphemeralValue | null) {
      const kept = values.get(key);
      if (kept === undefined || kept.until <= clock.now() || kept.value !== expected) return false;
      if (next === null) values.delete(key);
      else values.set(key, { value: next.value, until: clock.now() + next.ttlSeconds * 1000 });
      return true;
    },
  });
}
