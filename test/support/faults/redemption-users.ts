import type { RedemptionRow, Redemptions } from '../../../lib/ports/redemptions.js';

/** A user store as a model: accounts, each with its row, and the three unique keys of a real one. */
export interface ModelUsers extends Redemptions {
  /** One transaction: the account and its row, or nothing. */
  insert(row: RedemptionRow, username: string): void;
  /** True when another enrollment's account has the name. */
  hasName(username: string, enrollmentId: string): boolean;
  of(enrollmentId: string): RedemptionRow | null;
  /** Accounts created with an invitation. */
  rowsOf(invitationId: string): readonly RedemptionRow[];
}

export function createModelUsers(): ModelUsers {
  const rows: RedemptionRow[] = [];
  const names = new Map<string, string>();
  const of = (enrollmentId: string): RedemptionRow | null =>
    rows.find((row) => row.enrollment_id === enrollmentId) ?? null;
  const at = (key: string): RedemptionRow | null => rows.find((row) => row.redemption_key === key) ?? null;
  return {
    insert(row, username) {
      if (at(row.redemption_key) !== null) throw new Error('unique: redemption_key');
      if (of(row.enrollment_id) !== null) throw new Error('unique: enrollment_id');
      if (names.has(username)) throw new Error('unique: username');
      rows.push({ ...row });
      names.set(username, row.enrollment_id);
    },
    hasName: (username, enrollmentId) => (names.get(username) ?? enrollmentId) !== enrollmentId,
    of,
    rowsOf: (invitationId) => rows.filter((row) => row.invitation_id === invitationId),
    find: async (by) => ('key' in by ? at(by.key) : of(by.enrollmentId)),
  };
}
