import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { faultyTimes } from './redemption-faults.js';
import { History, type Subject } from './redemption-history.js';
import { peacefulTimes } from './redemption-quiescence.js';

/** Runs the history of one seed and returns what went wrong in it. */
export async function playHistory(subject: Subject, seed: number): Promise<readonly string[]> {
  const clock = fakeClock();
  const world = await subject.openWorld(clock);
  const history = new History(subject, world, clock, seed);
  try {
    await faultyTimes(history);
    await peacefulTimes(history);
  } catch (error) {
    history.violations.push(
      `the history broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  } finally {
    for (const { process } of history.attempts) process.bury();
    await world.close?.();
  }
  return history.violations;
}

/** Runs `count` histories from `seed` on, until one goes wrong. */
export async function playHistories(
  subject: Subject,
  seed: number,
  count: number,
): Promise<{ readonly seed: number; readonly violations: readonly string[] } | null> {
  for (let at = seed; at < seed + count; at += 1) {
    const violations = await playHistory(subject, at);
    if (violations.length > 0) return { seed: at, violations };
  }
  return null;
}
