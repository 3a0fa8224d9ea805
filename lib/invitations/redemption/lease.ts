import { keepRenewed, type Background, type RenewalTerms } from '../../base/background.js';
import { storeAway } from '../../base/error.js';
import { withTimeout } from '../../base/awaitable.js';
import type { InvitationStore, SeatRef } from '../../ports/invitation-store.js';

export type LeaseTerms = RenewalTerms;

/**
 * When the last lease of a write ends, in milliseconds since its claim: after that another enrollment may have its
 * seat.
 */
function leaseEndMs({ seconds, renewals }: LeaseTerms): number {
  return (seconds + (renewals * seconds) / 3) * 1000;
}

/** Waits for a write until its last lease ends. A later lookup determines its outcome after that. */
export function writtenInTime<T>(terms: LeaseTerms, work: () => Promise<T>): Promise<T> {
  const late = (): Error => storeAway('the user store', new Error('the account was not written in time'));
  return withTimeout(leaseEndMs(terms), work, late);
}

/** Extends a claim's lease every third of it while `work` runs, and stops waiting when its last one ends. */
export async function keepingLease<T>(
  {
    store,
    background,
    terms,
  }: { readonly store: InvitationStore; readonly background: Background; readonly terms: LeaseTerms },
  claim: SeatRef & { readonly token: string },
  work: () => Promise<T>,
): Promise<T> {
  const stop = keepRenewed(terms, () => {
    // A lease that could not be extended changes nothing: the unique key in the user store decides.
    background.run('lengthening a lease', store.renew({ ...claim, leaseSeconds: terms.seconds }));
  });
  try {
    return await writtenInTime(terms, work);
  } finally {
    stop();
  }
}
