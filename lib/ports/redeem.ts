import type { FieldErrors, Message } from '../base/message.js';
import type { InvitationRef } from './invitation-gate.js';
import type { RefusalCause } from './invitation-store.js';
import type { Redemption } from './redemptions.js';
import type { VouchedAddresses } from './identities.js';

export interface RedeemOrder<User> {
  /** The plan's id, or another id for one attempt to create one account; beside an `account`, that of the acceptance. */
  readonly enrollmentId: string;
  /** The id of the existing account that accepts the invitation; left out: `write` creates an account. */
  readonly account?: string | undefined;
  /** The flow of the attempt; `null` outside flows. */
  readonly flow: string | null;
  /** The visitor's tenant; `undefined`: the app has no tenants. */
  readonly tenant?: string | null | undefined;
  /** `RequestFacts.address`: a client's reservation no longer counts once the account exists. */
  readonly address?: string | undefined;
  /** The invitation that was validated before; `null`: no invitation is needed. */
  readonly invitation: InvitationRef | null;
  /** The new account's canonical address, compared with a bound invitation. */
  readonly email: string | null;
  /** The addresses that a source vouches for: a bound invitation is compared with these instead of `email`. */
  readonly vouched?: VouchedAddresses | undefined;
  /** Writes the account and `redemption.row(id)` in one transaction. May be called again with another seat. */
  write(redemption: Redemption): Promise<User>;
  idOf(user: User): string;
  /**
   * Called after a write threw and no redemption of this enrollment was found. Returns errors for the fields that other
   * accounts use, or `null`.
   */
  taken(): Promise<FieldErrors | null>;
}

/** Why an invitation is not redeemed. */
export type RedemptionRefusal =
  | RefusalCause
  | 'declined'
  | 'already_accepted'
  | 'other_tenant'
  | 'other_flow'
  | 'other_email'
  | 'no_person'
  | 'inviter';

export type Redeemed<User> =
  /**
   * `user` is null when the account was written by an earlier attempt of the same enrollment. `agoMs` is then how long
   * ago its seat was marked as redeemed, by the store's own clock: near 0 where only this call found out, and `null`
   * where it is not known. Left out where `user` is set or no seat was taken.
   */
  | {
      readonly type: 'redeemed';
      readonly user: User | null;
      readonly userId: string;
      readonly agoMs?: number | null;
    }
  | { readonly type: 'invalid'; readonly errors: FieldErrors }
  | {
      readonly type: 'refused';
      readonly cause: RedemptionRefusal;
      readonly message: Message;
      readonly reference: string;
    };

/**
 * The redemption protocol, for flows and guards alike: claim, write, commit.
 * Rethrows the error of `write` when nothing explains it.
 * @throws ERR_ENROLLMENT_UNSETTLED (503) when the outcome of earlier attempts cannot be looked up, or after 12 rounds
 * @throws ERR_ENROLLMENT_STORE_AWAY (503)
 */
export type Redeem = <User>(order: RedeemOrder<User>) => Promise<Redeemed<User>>;
