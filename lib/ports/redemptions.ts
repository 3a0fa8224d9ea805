import type { JsonObject } from '../base/json.js';

/** One row of `enrollment_redemptions`: the proof, in the user store itself, that an account took a seat. */
export interface RedemptionRow {
  /** `<invitation id>:<seat>`; unique. */
  readonly redemption_key: string;
  /** The plan's id; unique. */
  readonly enrollment_id: string;
  readonly invitation_id: string | null;
  readonly user_id: string;
}

/** The argument of the app's write: the invitation that it redeems and the row to insert in the same transaction. */
export interface Redemption<Data = JsonObject> {
  readonly key: string;
  readonly enrollmentId: string;
  readonly invitation: {
    readonly id: string;
    readonly label: string;
    readonly email: string | null;
    readonly data: Data;
  } | null;
  /** The row for `enrollment_redemptions`, once the user's id is known. @throws ERR_ENROLLMENT_USER_STORE for what is no id */
  row(userId: string | number): RedemptionRow;
}

/** Looks redemptions up in the user store. Both columns are unique there; that is why a seat is one account. */
export interface Redemptions {
  find(by: { readonly key: string } | { readonly enrollmentId: string }): Promise<RedemptionRow | null>;
  /**
   * The latest `count` rows that have an invitation, the newest first. Left out: the start cannot detect that Redis
   * lost the invitations of existing accounts.
   */
  latest?(count: number): Promise<readonly RedemptionRow[]>;
  /**
   * True where the user has a row: the account was created by a sign-up. Left out: no account counts as created
   * beforehand, so none is claimed by an invitation.
   */
  hasRedemption?(userId: string): Promise<boolean>;
}
