import { LimitExceeded } from '../limits.js';
import { HostError } from './host-error.js';
import type { Run } from './machine.js';

/** Measures how long an evaluation takes, without the time in which it waits for the host. */
interface Stopwatch {
  start(): void;
  stop(): void;
  elapsed(): number;
}

export function createStopwatch(now: () => number): Stopwatch {
  let total = 0;
  let since = now();
  return {
    start() {
      since = now();
    },
    stop() {
      total += now() - since;
    },
    elapsed: () => total + now() - since,
  };
}

/** Runs a computation to its end, and waits for each promise of the host. @throws what it throws */
export async function drive<T>(run: Run<T>, watch: Stopwatch, isAborted: () => boolean): Promise<T> {
  watch.start();
  let step = advance(() => run.next());
  while (step.done !== true) {
    watch.stop();
    const answer = await settled(step.value);
    // Its result is not waited for any more: it asks the host nothing further.
    if (isAborted()) throw new LimitExceeded('the answer came too late');
    watch.start();
    step = advance(() => ('error' in answer ? run.throw(new HostError(answer.error)) : run.next(answer.value)));
  }
  return step.value;
}

/** Too many calls within each other exhaust the stack of the process. */
function advance<T>(next: () => T): T {
  try {
    return next();
  } catch (error) {
    if (error instanceof RangeError) throw new LimitExceeded('the expression is nested too deep');
    throw error;
  }
}

async function settled(promise: Promise<unknown>): Promise<{ readonly value: unknown } | { readonly error: unknown }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}
