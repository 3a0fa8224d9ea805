import { planLimits } from '../flow/plan.js';
import type { Run } from './run.js';

/** The seconds that a plan lives when it is stored by this request. */
export function remainingSeconds({ ask, plan }: Run): number {
  const age = (ask.facts.now - plan.startedAt) / 1000;
  return Math.max(1, Math.floor(Math.min(planLimits.idleSeconds, planLimits.totalSeconds - age)));
}

/** When a plan expires that this request stores, in milliseconds since 1970. */
export function storedUntil(run: Run): number {
  return run.ask.facts.now + remainingSeconds(run) * 1000;
}
