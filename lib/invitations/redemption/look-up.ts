import { withTimeout } from '../../base/with-timeout.js';
import { EnrollmentError } from '../../base/error.js';
import type { RedemptionRow, Redemptions } from '../../ports/redemptions.js';

/** Asks the user store about a redemption. A caller without an answer knows nothing, and must not free a seat. */
export type LookUp = (
  by: { readonly key: string } | { readonly enrollmentId: string },
) => Promise<RedemptionRow | null>;

/**
 * A look-up that answers or throws within `seconds`; `null` where the app keeps no redemptions.
 * @throws ERR_ENROLLMENT_UNSETTLED (503) when the user store is slow or away
 */
export function createLookUp(redemptions: Redemptions | null, seconds: number): LookUp | null {
  if (redemptions === null) return null;
  return async (by) => {
    try {
      return await withTimeout(seconds * 1000, redemptions.find(by), () => new Error(`no answer within ${seconds} s`));
    } catch (cause) {
      throw unsettled('the user store could not be asked about a redemption', cause);
    }
  };
}

export function unsettled(reason: string, cause?: unknown): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_UNSETTLED', reason, { status: 503, cause });
}
