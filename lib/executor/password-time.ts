import { renewsSession } from './renewed-session.js';
import type { Run } from './run.js';

/**
 * Notes of which password the evidence is, for a later request: the store of plans may forget that it was ended, as
 * Redis does that starts from an older snapshot. Read anew where this very request has changed the password.
 */
export async function withPasswordTime(run: Run, done: boolean): Promise<Run> {
  const { evidence, plan, endSessions, signIn, context } = run;
  if (evidence === null || (plan.provedPassword !== undefined && endSessions?.user !== evidence.user)) return run;
  // Nothing is left that signs in.
  if (done && signIn === null && !renewsSession(run)) return run;
  // The account exists, whatever else fails: its page says so.
  const isWritten = done && evidence.type === 'account_written';
  const found = context.services.profiles.find(evidence.user);
  const profile = await (isWritten ? found.catch(() => null) : found);
  return profile === null ? run : { ...run, plan: { ...plan, provedPassword: profile.passwordChangedAt ?? null } };
}
