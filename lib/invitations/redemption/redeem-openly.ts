import type { Redeemed, RedeemOrder } from '../../ports/redeem.js';
import { writtenInTime, type LeaseTerms } from './lease.js';
import { openRedemption } from './redemption.js';
import type { LookUp } from './settle.js';

/** Writes an account that needs no invitation: no seat is claimed, but one enrollment is still one account. */
export async function redeemOpenly<User>(
  order: RedeemOrder<User>,
  { lookUp, terms }: { readonly lookUp: LookUp | null; readonly terms: LeaseTerms },
): Promise<Redeemed<User>> {
  try {
    const user = await writtenInTime(terms, () => order.write(openRedemption(order.enrollmentId)));
    return { type: 'redeemed', user, userId: order.idOf(user) };
  } catch (error) {
    const row = await lookUp?.({ enrollmentId: order.enrollmentId });
    if (row) return { type: 'redeemed', user: null, userId: row.user_id };
    const errors = await order.taken();
    if (errors !== null) return { type: 'invalid', errors };
    throw error;
  }
}
