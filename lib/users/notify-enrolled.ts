import type { FinishedEnrollment } from '../ports/events.js';
import type { Redeem, RedeemOrder } from '../ports/redeem.js';

/** Takes an account that is known to be written. Must neither throw nor wait: the sign-up waits for it. */
type NotifyEnrolled = (account: FinishedEnrollment) => void;

/**
 * The redemption protocol, telling of every account that it writes: for flows and guards alike.
 * It tells as soon as the write is through, before the place is marked as redeemed: on one connection to Redis
 * commands keep their order, so a place that is marked belongs to an account that was told of, and an account whose
 * process died before has a place that will be settled, which tells. It tells again when an enrollment is repeated.
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

/** A user without an id is a mistake of the app; the protocol asks for it too, and says so. */
function idOrNull<User>(order: RedeemOrder<User>, user: User): string | null {
  try {
    return order.idOf(user);
  } catch {
    return null;
  }
}
