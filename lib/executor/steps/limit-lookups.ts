import type { StageRun } from '../run.js';

/** Where the form looked up more names than the limit allows, its page says so, whether the names are free or not. */
export function limitLookups(run: StageRun): StageRun {
  return run.outcome === null ? run : { ...run, outcome: run.lookups.limited(run.binding, run.outcome) };
}
