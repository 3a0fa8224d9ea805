import type { JsonObject } from '../base/json.js';
import type { FieldErrors, Message } from '../base/message.js';
import type { ProvedRequest } from './account-lock.js';
import type { LoginField, NewAccount } from './user-store.js';
import type { PendingIdentity } from './pending-identity.js';
import type { InvitationRef } from './invitation-gate.js';

export interface Enrollment {
  /** One account per enrollment, in every case. */
  readonly enrollmentId: string;
  readonly flow: string;
  /** The visitor's tenant; `undefined`: the app has no tenants. */
  readonly tenant?: string | null | undefined;
  /** `RequestFacts.address`. */
  readonly address?: string | undefined;
  /** `null`: registration is open, or the source's rule requires none. */
  readonly invitation: InvitationRef | null;
  /**
   * The identity that a source vouches for; left out or `null`: none. It replaces `account.identity` while it has not
   * lapsed. A person who already has an account is refused with that reason, and no seat is used.
   */
  readonly identity?: PendingIdentity | null;
  readonly account: NewAccount;
}

export type Enrolled =
  /** Written by this very call. */
  | { readonly type: 'written'; readonly userId: string }
  /**
   * Written by an earlier call for the same enrollment, which is no evidence of who is asking now. `agoMs` as in
   * `Redeemed`; `sameDetails`: the account has the username or the address that was passed now.
   */
  | {
      readonly type: 'written_before';
      readonly userId: string;
      readonly sameDetails: boolean;
      readonly agoMs: number | null | undefined;
    }
  /** A name or address was taken meanwhile, or the invitation requires another one: ask again. */
  | { readonly type: 'invalid'; readonly errors: FieldErrors }
  | { readonly type: 'denied'; readonly message: Message; readonly reference: string };

export interface PasswordChange {
  readonly passwordHash: string;
  /** When it was set, in milliseconds since 1970. */
  readonly at: number;
  /** `digest128` of the hash that the account had when its user was proved, `''`: none; `null`: it does not matter. */
  readonly seen: string | null;
  /** The address that proved the user: it must still be the account's, and counts as verified. `null`: none did. */
  readonly address: string | null;
  /** True where an account without a password may get one. */
  readonly first: boolean;
  /** True where the user has proved a second factor of the account as well. Left out: false. */
  readonly secondFactor?: boolean;
  /** False where what proved the user was ended; asked in the moment of the write. Left out: it cannot be. */
  holds?(): Promise<boolean>;
}

/** How the former address is told of a change. */
export interface Announcement {
  readonly flow: string;
  readonly locale: string;
}

/** A change of an existing account. What is left out stays. Names and addresses are in their canonical form. */
export interface AccountUpdate {
  readonly username?: string;
  readonly email?: string | null;
  /** The address that this flow has proved, in its canonical form. A new address that is another one is not verified. */
  readonly proved?: string;
  readonly name?: string | null;
  /** The hash of a new password, and when it was set, in milliseconds since 1970. */
  readonly password?: { readonly hash: string; readonly at: number };
  readonly data?: JsonObject;
  /**
   * What the request that changes the address or the password relies on. It is compared when no other change of what
   * opens the account is under way. Left out: nothing is compared.
   */
  readonly relied?: {
    /** The address that the account had, canonical; `null`: none. Left out: it does not matter. */
    readonly address?: string | null;
    /** False where what proved the user counts no more. */
    holds(): Promise<boolean>;
  };
  /** Left out: the former address gets no mail with a link that undoes the change. */
  readonly announcement?: Announcement;
}

export type UpdatedAccount =
  /** `addressChanged`: what the earlier address proved counts no more. */
  | { readonly type: 'updated'; readonly addressChanged: boolean }
  /** A name or address belongs to another account: ask again. */
  | { readonly type: 'invalid'; readonly errors: FieldErrors }
  /** The address was changed meanwhile, or what proved the user counts no more: nothing is written. */
  | { readonly type: 'outdated' }
  /** There is no such account, or it is not active. */
  | { readonly type: 'gone' };

/** Who asks whether a name or an address is taken. */
export interface LoginAsker {
  /** The user who may keep it. */
  readonly own?: string | undefined;
  /** True: the address is proved. Accounts that have it and never proved it do not count: they give it up. */
  readonly isProved?: boolean;
}

/** What stages may do with accounts, by id. */
export interface Accounts {
  /** True when an account other than this enrollment's own has the name or address. */
  taken(field: LoginField, canonical: string, enrollmentId: string, asker?: LoginAsker): Promise<boolean>;
  /**
   * Writes an account under the redemption protocol. Repeated with the same `enrollmentId`, it returns the same
   * account.
   */
  enroll(enrollment: Enrollment): Promise<Enrolled>;
  /**
   * Replaces the password of an active account. False where there is none, it has no password, or what proved its user
   * no longer holds: then nothing is changed. Where a mail proves an address that the account only typed, a stranger may
   * have made the account: without a second factor, its authenticators and connections end too.
   * @throws ERR_ENROLLMENT_USER_STORE when the user store has no `update` or no `passwordHash`
   */
  changePassword(userId: string, change: PasswordChange): Promise<boolean>;
  /**
   * Changes an account.
   * @throws ERR_ENROLLMENT_USER_STORE when the user store has no `update`
   */
  update(userId: string, change: AccountUpdate): Promise<UpdatedAccount>;
  /** What the invitation that the account came from enforces in its data: no update changes it. */
  enforced(userId: string): Promise<JsonObject>;
  /**
   * Removes an account with its authenticators, connections and consents. `absent`: there is none any more. `ended`: what
   * proved its user was ended meanwhile, and nothing is removed.
   * @throws ERR_ENROLLMENT_USER_STORE when the user store has no `remove`
   */
  remove(userId: string, request: ProvedRequest): Promise<'removed' | 'absent' | 'ended'>;
}
