import type { JsonObject } from '../base/json.js';
import type { AcceptedInvitation, FinishedEnrollment } from '../ports/events.js';
import type { Redeem, RedeemOrder } from '../ports/redeem.js';

/** The invitation as the write got it; `null`: an earlier request wrote. */
type WrittenTerms = { readonly label: string; readonly data: JsonObject } | null;

/** Receives what is known to be written. Must neither throw nor wait: the visitor waits for it. */
interface Notified {
  finished(account: FinishedEnrollment): void;
  accepted(acceptance: AcceptedInvitation, terms: WrittenTerms): void;
}

/**
 * Wraps the redemption protocol of flows and guards: notifies of every account that it writes, and of every invitation
 * that an account accepts. It does so as soon as the write commits, before the seat is marked as redeemed: one Redis
 * connection keeps the order of commands, so a marked seat belongs to a reported account. If the process dies before
 * that, the seat is settled later, which reports the account. A repeated enrollment is reported again.
 */
export function notifyEnrolled(redeem: Redeem, notified: Notified): Redeem {
  return async <User>(order: RedeemOrder<User>) => {
    const { flow, enrollmentId: enrollment, account } = order;
    const invitation = order.invitation?.id ?? null;
    const notify = (user: string, terms: WrittenTerms): void => {
      if (account === undefined) notified.finished({ user, invitation, flow, enrollment });
      else if (invitation !== null) notified.accepted({ user, invitation, flow, enrollment }, terms);
    };
    const redeemed = await redeem<User>({
      ...order,
      async write(redemption) {
        const user = await order.write(redemption);
        const id = idOrNull(order, user);
        if (id !== null) notify(id, redemption.invitation);
        return user;
      },
    });
    if (redeemed.type === 'redeemed' && redeemed.user === null) notify(redeemed.userId, null);
    return redeemed;
  };
}

/** A user without an id is a mistake of the app; the protocol also checks the id, and reports the mistake. */
function idOrNull<User>(order: RedeemOrder<User>, user: User): string | null {
  try {
    return order.idOf(user);
  } catch {
    return null;
  }
}
