import type { RedemptionRow, Redemptions } from '../../ports/redemptions.js';

/** `enrollment_redemptions` in memory: rows are added, never changed or removed. */
export interface RedemptionTable extends Required<Redemptions> {
  /** Adds the row, or throws and adds nothing: both of its keys are unique. */
  insert(row: RedemptionRow): void;
}

export function createRedemptionTable(): RedemptionTable {
  const byKey = new Map<string, RedemptionRow>();
  const byEnrollment = new Map<string, RedemptionRow>();

  return Object.freeze<RedemptionTable>({
    insert(row) {
      if (byKey.has(row.redemption_key)) throw new Error('unique: redemption_key');
      if (byEnrollment.has(row.enrollment_id)) throw new Error('unique: enrollment_id');
      const kept = Object.freeze({ ...row });
      byKey.set(row.redemption_key, kept);
      byEnrollment.set(row.enrollment_id, kept);
    },
    async find(by) {
      return ('key' in by ? byKey.get(by.key) : byEnrollment.get(by.enrollmentId)) ?? null;
    },
    async latest(count) {
      const rows = [...byKey.values()].filter(({ invitation_id: id }) => id !== null);
      return rows.slice(-count).reverse();
    },
    async hasRedemption(userId) {
      return [...byKey.values()].some(({ user_id: id }) => id === userId);
    },
  });
}
