import { randomReference } from '../base/ids.js';
import { message, type Texts } from '../base/message.js';
import type { Accounts } from '../ports/accounts.js';
import type { Log } from '../ports/log.js';

export const gateMessages: Texts = Object.freeze({
  'users.invitation_needed': 'An account can only be made with an invitation.',
});

/**
 * The gate at the write itself: without an invitation in the plan no account is made, whatever the flow's author
 * forgot. Stages stand in any order; this one check does not depend on it.
 */
export function gatedAccounts(accounts: Accounts, log: Log): Accounts {
  return Object.freeze({
    taken: accounts.taken,
    async enroll(enrollment) {
      if (enrollment.invitation !== null) return accounts.enroll(enrollment);
      const reference = randomReference();
      log.error(
        { flow: enrollment.flow, reference },
        'a flow came to its write stage without an invitation; put inviteCode() before it or set registration: open',
      );
      return { is: 'refused', message: message('users.invitation_needed'), reference };
    },
  } satisfies Accounts);
}
