import type { FieldErrors, Message } from '../base/message.js';
import type { LoginField, NewAccount } from './user-store.js';
import type { PendingIdentity } from './pending-identity.js';
import type { InvitationRef } from './invitation-gate.js';

export interface Enrollment {
  /** One account per enrollment, whatever happens. */
  readonly enrollmentId: string;
  readonly flow: string;
  /** The tenant that the visitor came to; `undefined`: the app has none. */
  readonly tenant?: string | null | undefined;
  /** `RequestFacts.address`. */
  readonly address?: string | undefined;
  /** `null`: registration is open, or the source's rule says that none is needed. */
  readonly invitation: InvitationRef | null;
  /**
   * The identity that a source vouches for; left out or `null`: none. It replaces `account.identity` while it has not
   * lapsed. A person who already has an account is refused with that reason, and nothing is spent.
   */
  readonly identity?: PendingIdentity | null;
  readonly account: NewAccount;
}

export type Enrolled =
  /** Written by this very call. */
  | { readonly type: 'written'; readonly userId: string }
  /**
   * Written by an earlier call for the same enrollment, which tells nothing of who is asking now. `agoMs` as in
   * `Redeemed`; `sameDetails`: the account has the user name or the address that was asked for now.
   */
  | {
      readonly type: 'written_before';
      readonly userId: string;
      readonly sameDetails: boolean;
      readonly agoMs: number | null | undefined;
    }
  /** A name or address was taken meanwhile, or the invitation wants another one: ask again. */
  | { readonly type: 'invalid'; readonly errors: FieldErrors }
  | { readonly type: 'denied'; readonly message: Message; readonly reference: string };

/** What stages may do with accounts; ids in, ids out. */
export interface Accounts {
  /** True when another account than the one this enrollment made has the name or address. */
  taken(field: LoginField, canonical: string, enrollmentId: string): Promise<boolean>;
  /** Writes an account under the redemption protocol. Repeated with the same `enrollmentId` it tells the same account. */
  enroll(enrollment: Enrollment): Promise<Enrolled>;
}
