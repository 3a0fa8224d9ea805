import type { StageReply } from '../executor/reply.js';
import type { PageForm } from '../pages/page-model.js';
import { planTokenSeconds } from './cookies/plan-token.js';
import { savedPasswordSeconds } from './sealed-passwords.js';
import type { Visit } from './visit.js';

/** Longer limits need no warning (WCAG 2.2, success criterion 2.2.1, "20 Hour Exception"). */
const longest = 20 * 60 * 60;

type FormTime = NonNullable<PageForm['time']>;

/**
 * How long the form of a page is accepted as it is: until its plan or its plan token expires, and with a saved password
 * until that does. `null`: so long that nothing needs to be said.
 */
export function formTime(
  { web, planToken }: Pick<Visit, 'web' | 'planToken'>,
  { expiresAt, savedPassword }: Pick<StageReply, 'expiresAt' | 'savedPassword'>,
): FormTime | null {
  const now = web.clock.now();
  const secondsTo = (instant: number): number => Math.max(0, Math.floor((instant - now) / 1000));
  const token = secondsTo(planToken.issuedAt + planTokenSeconds * 1000);
  const plan = expiresAt === 0 ? token : secondsTo(expiresAt);
  const session = Math.min(token, plan);
  const limits: FormTime['limits'] = [
    ...(savedPassword !== null && savedPasswordSeconds < session
      ? [{ of: 'password' as const, seconds: savedPasswordSeconds }]
      : []),
    ...(session < longest ? [{ of: 'session' as const, seconds: session }] : []),
  ];
  // The plan token is not prolonged: a day after the start everything begins again.
  return limits.length === 0 ? null : { limits, extendable: session < token };
}
