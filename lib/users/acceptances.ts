import { canonicalEmail } from '../base/canonical.js';
import { EnrollmentError } from '../base/error.js';
import { message } from '../base/message.js';
import type { Acceptances } from '../ports/acceptances.js';
import type { Redeem } from '../ports/redeem.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { UserProfile, UserStore } from '../ports/user-store.js';

/** Existing accounts of the app's user store that accept invitations, under the redemption protocol. */
export function createAcceptances<User>({
  users,
  redeem,
  redemptions,
}: {
  readonly users: UserStore<User>;
  readonly redeem: Redeem;
  /** `null`: the app has no table of redemptions. */
  readonly redemptions: Pick<Redemptions, 'find'> | null;
}): Acceptances {
  return Object.freeze<Acceptances>({
    async accept({ user: account, invitation, flow, tenant, address }) {
      if (users.acceptInvitation === undefined)
        throw new EnrollmentError(
          'ERR_ENROLLMENT_USER_STORE',
          'accepting invitations needs a user store with acceptInvitation',
        );
      // Accepted codes belong to the account that was signed in then.
      const { acceptance } = invitation;
      if (acceptance?.account !== account) return { type: 'denied', message: message('accept.other_account') };
      const user = await users.findById(account);
      const profile = user === null ? null : users.toProfile(user);
      if (user === null || profile?.active !== true)
        return { type: 'denied', message: message('accept.other_account') };
      const redeemed = await redeem<User>({
        enrollmentId: acceptance.enrollmentId,
        account,
        flow,
        tenant,
        address,
        invitation,
        email: addressOf(profile),
        async write(redemption) {
          await users.acceptInvitation?.(user, redemption);
          return user;
        },
        idOf: () => account,
        taken: () => Promise.resolve(null),
      });
      if (redeemed.type === 'refused')
        return { type: 'denied', message: redeemed.message, reference: redeemed.reference };
      // `taken` finds nothing, so nothing is invalid.
      if (redeemed.type === 'invalid' || redeemed.userId !== account)
        return { type: 'denied', message: message('invitation.already') };
      return { type: redeemed.user === null ? 'accepted_before' : 'accepted' };
    },
    async isAccepted({ acceptance }) {
      if (acceptance === undefined || redemptions === null) return false;
      return (await redemptions.find({ enrollmentId: acceptance.enrollmentId })) !== null;
    },
  });
}

/** The canonical address of an account that a bound invitation is compared with; `null`: it has none that counts. */
function addressOf({ email, emailVerified }: UserProfile): string | null {
  return typeof email === 'string' && emailVerified !== false ? canonicalEmail(email) : null;
}
