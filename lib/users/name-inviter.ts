import { withTimeout } from '../base/awaitable.js';
import { deepestCause } from '../base/deepest-cause.js';
import { displayText } from '../base/display-text.js';
import type { InviterRules, NameInviter } from '../ports/inviters.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { UserStore } from '../ports/user-store.js';

const timeoutMs = 2000;
const longest = 80;

/** The app's rule for names of inviters. A sign-up goes on without a name when the rule fails. */
export function nameInviterBy<User>(
  users: Pick<UserStore<User>, 'findById'> | null,
  displayName: NonNullable<InviterRules<User>['displayName']>,
  log: Pick<EnrollmentLogger, 'error'>,
): NameInviter {
  async function ask({ id, label, creator, data, tenant, inviter }: Parameters<NameInviter>[0]): Promise<unknown> {
    const user = inviter === null || users === null ? null : await users.findById(inviter);
    return displayName(user, { id, label, inviter, creator, data, tenant });
  }

  return async (invitation) => {
    try {
      const name = await withTimeout(
        timeoutMs,
        () => ask(invitation),
        () => new Error(`no answer within ${String(timeoutMs)} ms`),
      );
      if (name === null || name === undefined) return null;
      if (typeof name !== 'string') throw new TypeError('it returned neither a text nor null');
      return displayText(name, longest);
    } catch (error) {
      log.error({ err: error, invitation: invitation.id }, `inviters.displayName failed: ${deepestCause(error)}`);
      return null;
    }
  };
}
