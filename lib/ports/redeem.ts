import type { FieldErrors, Message } from '../base/message.js';
import type { InvitationRef } from './invitation-gate.js';
import type { RefusalCause } from './invitation-store.js';
import type { Redemption } from './redemptions.js';

export interface RedeemOrder<User> {
  /** The plan's id, or another id that stands for one attempt to make one account. */
  readonly enrollmentId: string;
  /** The flow it happens in; `null` outside flows. */
  readonly flow: string | null;
  /** What was validated before; `null`: no invitation is needed. */
  readonly invitation: InvitationRef | null;
  /** The new account's canonical address, held against a bound invitation. */
  readonly email: string | null;
  /** Writes the account and `redemption.row(id)` in one transaction. May be called again with another place. */
  write(redemption: Redemption): Promise<User>;
  idOf(user: User): string;
  /** Called after a write threw and no redemption of this enrollment was found: which fields are taken by others? */
  taken(): Promise<FieldErrors | null>;
}

export type Redeemed<User> =
  /** `user` is null when the account was written by an earlier attempt of the same enrollment. */
  | { readonly is: 'redeemed'; readonly user: User | null; readonly userId: string }
  | { readonly is: 'again'; readonly errors: FieldErrors }
  | {
      readonly is: 'refused';
      readonly cause: RefusalCause | 'other_flow' | 'other_email';
      readonly message: Message;
      readonly reference: string;
    };

/**
 * The one redemption protocol, for flows and guards alike: claim, write, commit.
 * Rethrows what `write` threw when nothing explains it.
 * @throws ERR_ENROLLMENT_UNSETTLED (503) when the outcome of earlier attempts cannot be looked up, or after 12 rounds
 * @throws ERR_ENROLLMENT_STORE_AWAY (503)
 */
export type Redeem = <User>(order: RedeemOrder<User>) => Promise<Redeemed<User>>;
