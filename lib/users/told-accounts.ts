import type { Accounts } from '../ports/accounts.js';
import type { InvitationRef } from '../ports/invitation-gate.js';
import type { Log } from '../ports/log.js';

export type Teller = (userId: string, flow: string, invitation: InvitationRef | null) => unknown;

/** Tells of every account that was written, again when the same enrollment is repeated. What `tell` throws is logged and undoes nothing. */
export function toldAccounts(accounts: Accounts, tell: Teller, log: Log): Accounts {
  return Object.freeze({
    taken: accounts.taken,
    async enroll(enrollment) {
      const enrolled = await accounts.enroll(enrollment);
      if (enrolled.is === 'written') {
        Promise.resolve()
          .then(() => tell(enrolled.userId, enrollment.flow, enrollment.invitation))
          .catch((error: unknown) => {
            log.error({ err: error, user: enrolled.userId }, 'onEnrolled failed');
          });
      }
      return enrolled;
    },
  } satisfies Accounts);
}
