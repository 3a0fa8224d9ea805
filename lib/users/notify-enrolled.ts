import type { FinishedEnrollment } from '../ports/events.js';
import type { Redeem, RedeemOrder } from '../ports/redeem.js';

/** Receives an account that is known to be written. Must neither throw nor wait: the sign-up waits for it. */
type NotifyEnrolled = (account: FinishedEnrollment) => void;

/**
 * Wraps the redemption protocol of flows and guards: calls `notify` for every account that it writes. It does so as
 * soon as the write commits, before the seat is marked as redeemed: one Redis connection keeps the order of commands,
 * so a marked seat belongs to a reported account. If the process dies before that, the seat is settled later, which
 * reports the account. A repeated enrollment is reported again.
 */
export function notifyEnrolled(redeem: Redeem, notify: NotifyEnrolled): Redeem {
  return async <User>(order: RedeemOrder<User>) => {
    const account = (user: string): FinishedEnrollment => ({
      user,
      invitation: order.invitation?.id ?? null,
      flow: order.flow,
      enrollment: order.enrollmentId,
    });
    const redeemed = await redeem<User>({
      ...order,
      async write(redemption) {
        const user = await order.write(redemption);
        const id = idOrNull(order, user);
        if (id !== null) notify(account(id));
        return user;
      },
    });
    if (redeemed.type === 'redeemed' && redeemed.user === null) notify(account(redeemed.userId));
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
