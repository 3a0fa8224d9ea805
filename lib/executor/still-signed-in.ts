import { chain, type Awaitable } from '../base/awaitable.js';
import { message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import { redirectTo } from './reply.js';
import type { StageRun } from './run.js';

/**
 * Acts, if the session that the request began with still counts in this very moment: it may have been ended while the
 * request waited. Otherwise nothing is done. What this run itself ended is no reason to stop.
 */
export function ifStillSignedIn(run: StageRun, act: () => Awaitable<StageRun>): Awaitable<StageRun> {
  const { facts, flow } = run.ask;
  const { isStillSignedIn } = facts;
  const hasChanged = run.signIn !== null || run.signOut || run.endSessions !== null;
  if (isStillSignedIn === undefined || facts.user === undefined || !facts.act || hasChanged) return act();
  return chain(isStillSignedIn(), (isSignedIn) => {
    if (isSignedIn) return act();
    const reply = redirectTo(flowTarget(flow.slug), { notice: message('notice.expired'), freshToken: true });
    return { ...run, changed: false, outcome: null, reply };
  });
}
