import type { EnrollmentClock } from '../base/clock.js';

/** A clock that does not advance until it is moved. */
export interface FakeClock extends EnrollmentClock {
  advance(milliseconds: number): void;
  set(instant: number): void;
  /** The difference from the real time, in milliseconds: a store with its own clock must add it. */
  skew(): number;
}

/** Starts at `start`, by default at 2026-01-01T00:00:00Z. */
export function fakeClock(start: number = Date.UTC(2026, 0, 1)): FakeClock {
  let now = start;
  return Object.freeze({
    now: () => now,
    advance(milliseconds: number) {
      now += milliseconds;
    },
    set(instant: number) {
      now = instant;
    },
    skew: () => now - Date.now(),
  });
}
