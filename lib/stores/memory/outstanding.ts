import type { EnrollmentClock } from '../../base/clock.js';
import type { InvitationRecord, InvitationSnapshot, InvitationStore } from '../../ports/invitation-store.js';
import { isCount, isOutstanding, outstandingCounts, type OutstandingCount } from '../outstanding.js';

export interface MemoryOutstanding {
  /** Invitations that are about to be outstanding, until then. */
  readonly reservations: Map<string, { readonly record: InvitationRecord; readonly until: number }>;
  /** Invitations that end in favor of others, which have their places in these counts until then. */
  readonly leaving: Map<string, { readonly counts: readonly OutstandingCount[]; readonly until: number }>;
}

/** Counts of outstanding invitations. `mailed`: the stored invitations that were mailed. */
export function reserveInMemory(
  { reservations, leaving }: MemoryOutstanding,
  { clock, mailed }: { readonly clock: EnrollmentClock; mailed(): readonly InvitationSnapshot[] },
): InvitationStore['reserveOutstanding'] {
  function outstandingRecords(): readonly InvitationRecord[] {
    const now = clock.now();
    for (const ending of [reservations, leaving])
      for (const [id, { until }] of ending) if (until <= now) ending.delete(id);
    const present = mailed()
      .filter(isOutstanding)
      .map(({ record }) => record);
    const ids = new Set(present.map(({ id }) => id));
    return [...present, ...[...reservations.values()].map(({ record }) => record).filter(({ id }) => !ids.has(id))];
  }

  return async ({ record, ceilings, instead, seconds }) => {
    const present = outstandingRecords();
    if (record.mail === null) return null;
    if (present.some(({ id }) => id === record.id)) {
      // It goes on, also where it was to end in favor of another one.
      leaving.delete(record.id);
      return null;
    }
    const counts = outstandingCounts(record);
    for (const count of counts) {
      const isSame = isCount(count);
      const counted = present.filter(
        (one) =>
          outstandingCounts(one).some(isSame) &&
          !instead.includes(one.id) &&
          leaving.get(one.id)?.counts.some(isSame) !== true,
      );
      const most = ceilings[count.ceiling];
      if (most !== null && counted.length >= most) return count.ceiling;
    }
    const until = clock.now() + seconds * 1000;
    reservations.set(record.id, { record, until });
    leaving.delete(record.id);
    for (const id of instead) leaving.set(id, { counts, until });
    return null;
  };
}
