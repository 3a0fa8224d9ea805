import type { JsonObject } from '../base/json.js';
import type { AccountIdentity } from './connections.js';
import type { Redemption } from './redemptions.js';

/** The kit's view of a user. */
export interface UserProfile {
  readonly id: string;
  readonly username?: string | null;
  readonly email?: string | null;
  /**
   * False where the address is known as not proved: no password is reset by it, and no invitation that is bound to it
   * is accepted. `null`: it was typed, and never proved since. An account gives up such an address, `null` or false, to
   * a person who proves it. Left out: the app does not tell, and the address stays.
   */
  readonly emailVerified?: boolean | null;
  readonly name?: string | null;
  /** False denies the user access, on every path. */
  readonly active: boolean;
  readonly groups?: readonly string[];
  /** What the account page and the profile page asked by prompts of the app: the profile page shows it again. */
  readonly data?: JsonObject;
  /**
   * When the password was last set, in milliseconds since 1970; `null` or left out: unknown. Sessions that began with
   * an earlier password end by it.
   */
  readonly passwordChangedAt?: number | null;
}

/** An account to be written. Names and addresses are already in their canonical form. */
export interface NewAccount extends AccountIdentity {
  readonly username: string | null;
  readonly email: string | null;
  /** True where a source vouches for the address, or a code was sent to it; left out where it was only typed. */
  readonly emailVerified?: boolean;
  readonly name: string | null;
  /** `null` for an account without a password. */
  readonly passwordHash: string | null;
  /** Declared attributes and the invitation's enforced data, merged; the invitation's values win. */
  readonly data: JsonObject;
}

export interface AccountChange {
  readonly username?: string | null;
  /** A new address is not verified, unless `emailVerified` comes with it. */
  readonly email?: string | null;
  /**
   * True once a code that was sent to the account's address came back; false or `null` with an address that the account
   * gets back, as `UserProfile.emailVerified` was before. A store that does not tell ignores it.
   */
  readonly emailVerified?: boolean | null;
  readonly name?: string | null;
  readonly passwordHash?: string | null;
  /**
   * When the password was changed, in milliseconds since 1970: set together with a hash of another password, whose
   * predecessor then belongs to the history. Left out: the hash is of the same password, with newer settings.
   */
  readonly passwordChangedAt?: number;
  /** The named keys change, record by record; the others stay. `null`: the user cleared the value. */
  readonly data?: JsonObject;
}

/** A change that sets a password. */
export interface NewPasswordHash extends AccountChange {
  readonly passwordHash: string;
}

export type LoginField = 'username' | 'email';

/** A user store that records accepted invitations, whatever the type of their data. */
export interface AcceptanceRecorder<User> {
  acceptInvitation(user: User, redemption: Pick<Redemption, 'row'>): Promise<void>;
}

/** The app's own users behind four functions. Generic over the app's own user type. */
export interface UserStore<User, Data = JsonObject> {
  toProfile(user: User): UserProfile;
  /**
   * Writes the user **and** `redemption.row(id)` in one transaction. Throw any error when it fails: the kit then checks
   * what was stored, and never reads the error.
   */
  create(account: NewAccount, redemption: Redemption<Data>): Promise<User>;
  findById(id: string): Promise<User | null>;
  /** `canonical` is in the same form as in `NewAccount`. */
  findByLogin(field: LoginField, canonical: string): Promise<User | null>;
  passwordHash?(user: User): Promise<string | null>;
  /**
   * The hashes of at most `count` earlier passwords, newest first, without the present one. The store keeps them where
   * `update` gets a hash with `passwordChangedAt`.
   */
  passwordHistory?(user: User, count: number): Promise<readonly string[]>;
  update?(user: User, change: AccountChange): Promise<User>;
  /**
   * `update` with a password, where the user's hash is still `present` (`null`: none). Compares and writes in one
   * statement or transaction. `null`: another one was set meanwhile, and nothing is written. Left out: the kit compares
   * before it calls `update`, and a write that the database delays can replace a later password.
   */
  replacePassword?(user: User, present: string | null, change: NewPasswordHash): Promise<User | null>;
  remove?(user: User): Promise<void>;
  /**
   * Writes what an existing user gets by accepting an invitation **and** `redemption.row(id)` in one transaction. The
   * row's unique keys limit it to one seat. Throw any error when it fails, as in `create`. Needed by
   * `acceptInvitationFlow`.
   */
  acceptInvitation?(user: User, redemption: Redemption<Data>): Promise<unknown>;
  /**
   * Reads one row, or none, with every column that the store uses, so that a missing table or column shows at the
   * start. Called by `ready()`, `health()` and `doctor`. Left out: they look up a login that no account has.
   */
  probe?(): Promise<void>;
  /** True while there is no account at all; allows the code for the first administrator to be refused later. */
  isEmpty?(): Promise<boolean>;
}
