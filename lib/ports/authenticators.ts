import type { AuthenticatorType } from '../base/authenticator-types.js';
import type { JsonObject } from '../base/json.js';

/** A second factor of a user: an authenticator app, a set of recovery codes, or a passkey. */
export interface Authenticator {
  /** Unique among those of all users. */
  readonly id: string;
  readonly userId: string;
  readonly type: AuthenticatorType;
  /** For its owner, e.g. `Authenticator app`. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** `null`: it was never used. */
  readonly lastUsedAt: number | null;
  /** Changes with every update: an update of an older version does nothing. */
  readonly version: string;
  /** Depends on the type. Secrets are encrypted, codes are keyed digests, and public keys are plain. */
  readonly data: JsonObject;
}

/** The authenticators of the app's users. */
export interface Authenticators {
  /** Those of this user, in any order. */
  list(userId: string): Promise<readonly Authenticator[]>;
  /** The one with this id, of any user; `null`: there is none. */
  find(id: string): Promise<Authenticator | null>;
  /** Adds one. Throw any error when this or another user has one with the same id. */
  add(authenticator: Authenticator): Promise<void>;
  /**
   * Replaces the one with the same user and id, if its present version is `version`. Of several concurrent updates of
   * one version at most one returns true: a code is accepted once. False also where it was removed, and where a later
   * update hides whether this one succeeded.
   */
  update(version: string, changed: Authenticator): Promise<boolean>;
  /** Removes one; resolves as well where there is none. */
  remove(userId: string, id: string): Promise<void>;
}
