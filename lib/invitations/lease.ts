import type { InvitationStore, Place } from '../ports/invitation-store.js';
import type { Background } from './background.js';

export interface LeaseTerms {
  readonly seconds: number;
  /** How often a lease is lengthened while one write runs; a write that hangs must not hold a place for ever. */
  readonly renewals: number;
}

/** Lengthens a claim's lease every third of it while `work` runs. */
export async function keepingLease<T>(
  {
    store,
    background,
    terms,
  }: { readonly store: InvitationStore; readonly background: Background; readonly terms: LeaseTerms },
  claim: Place & { readonly token: string },
  work: () => Promise<T>,
): Promise<T> {
  let left = terms.renewals;
  const timer = setInterval(
    () => {
      left -= 1;
      if (left <= 0) clearInterval(timer);
      // A lease that could not be lengthened changes nothing: the unique key in the user store decides.
      background.run('lengthening a lease', store.renew({ ...claim, leaseSeconds: terms.seconds }));
    },
    (terms.seconds * 1000) / 3,
  );
  timer.unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
