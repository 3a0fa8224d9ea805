import type { JsonObject } from '../base/json.js';

/**
 * A user of the kit's own stores. The password hash is stored separately: users are logged, sent to pages and put into
 * sessions.
 */
export interface StoredUser {
  readonly id: string;
  readonly username: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly data: JsonObject;
  readonly active: boolean;
  /** When the password was last set, in milliseconds since 1970. Left out or `null`: there is none, or it is not known. */
  readonly passwordChangedAt?: number | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}
