import { randomReference } from '../base/ids.js';
import { message } from '../base/message.js';
import type { Accounts } from '../ports/accounts.js';
import type { Identities } from '../ports/identities.js';
import type { EnrollmentLogger } from '../ports/log.js';

/**
 * The gate at the write itself: without an invitation in the plan no account is made, whatever the flow's author
 * forgot. Stages stand in any order; this one check does not depend on it. Who was recognised by a source whose rule,
 * asked anew here, needs none passes; where it needs one, the code is asked for again.
 */
export function gatedAccounts(
  accounts: Accounts,
  log: EnrollmentLogger,
  identities: Pick<Identities, 'invitationRule'> | null = null,
): Accounts {
  return Object.freeze({
    taken: accounts.taken,
    async enroll(enrollment) {
      // An invitation that is there is used, also where none is needed.
      if (enrollment.invitation !== null) return accounts.enroll(enrollment);
      if (enrollment.identity && identities !== null) {
        if ((await identities.invitationRule(enrollment.identity)) !== 'required') return accounts.enroll(enrollment);
        return { type: 'invalid', errors: { invite_code: [message('users.invitation_needed')] } };
      }
      const reference = randomReference();
      log.error(
        { flow: enrollment.flow, reference },
        'a flow came to its write stage without an invitation; put inviteCode() before it or set registration: open',
      );
      return { type: 'denied', message: message('users.invitation_needed'), reference };
    },
  } satisfies Accounts);
}
