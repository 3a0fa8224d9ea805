/**
 * The identity of a person at an identity provider. Two identities are equal when all three parts are, character by
 * character: nothing is folded, trimmed or normalized, and an email address is not part of it.
 */
export interface ExternalIdentity {
  /** The source's slug in this app. Two sources may use the same provider; they do not share identities. */
  readonly source: string;
  /** The issuer, e.g. OpenID Connect's `iss`; `''` for a provider without one. */
  readonly issuer: string;
  /** The provider's own, unchanging id of the person, e.g. `sub`; never a name or an address. */
  readonly subject: string;
}

/** One row of `enrollment_connections`. */
export interface ConnectionRow extends ExternalIdentity {
  readonly user_id: string;
}

/** Which external identity belongs to which of the app's users. */
export interface Connections {
  /** The id of the user that this exact identity belongs to, or null. */
  find(identity: ExternalIdentity): Promise<string | null>;
  /**
   * Links the identity to the user. Repeated for the same user it changes nothing, so that it can run again after a
   * crash. Throw any error when the identity is another user's: it never changes its user here.
   */
  link(userId: string, identity: ExternalIdentity): Promise<void>;
  /**
   * True where the user has any identity. Left out: an account that was created in advance cannot be claimed by its
   * owner, because it is unknown whether it already has an identity.
   */
  hasConnection?(userId: string): Promise<boolean>;
  /** The identities of this user, in any order. Required, with `unlink`, by the page of connected providers. */
  list?(userId: string): Promise<readonly LinkedIdentity[]>;
  /**
   * Removes the identity of this user. It resolves as well where there is none, and does nothing where the identity is
   * another user's. That an account keeps a way in is checked before.
   */
  unlink?(userId: string, identity: ExternalIdentity): Promise<void>;
}

/** A connection of a user. */
export interface LinkedIdentity extends ExternalIdentity {
  /** When it was linked, in milliseconds since 1970; `null`: not known. */
  readonly linkedAt: number | null;
}

/**
 * The identity of an account that was created through a source. A store whose `create` uses it links the identity in
 * the transaction that writes the user: both exist, or neither.
 */
export interface AccountIdentity {
  readonly identity?: ExternalIdentity | null;
}
