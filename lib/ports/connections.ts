/**
 * Who somebody is to an identity provider. Two identities are the same when all three are, letter by letter: nothing is
 * folded, trimmed or normalised, and an email address is no part of it.
 */
export interface ExternalIdentity {
  /** The source's slug in this app; one provider may stand behind two sources, and they do not share people. */
  readonly source: string;
  /** Who vouches, e.g. OpenID Connect's `iss`; `''` for a provider that names none. */
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
   * Gives the identity to the user. Again for the same user it changes nothing, so that it can be repeated after a crash.
   * Throw anything when the identity is another user's: it never changes hands here.
   */
  link(userId: string, identity: ExternalIdentity): Promise<void>;
  /**
   * True where the user has any identity. Left out: an account that was made beforehand cannot be claimed by its owner,
   * because it is not known whether somebody has it already.
   */
  hasConnection?(userId: string): Promise<boolean>;
}

/**
 * What an account carries that came by way of a source. A store whose `create` heeds it links the identity in the
 * transaction that writes the user: both are there, or neither.
 */
export interface AccountIdentity {
  readonly identity?: ExternalIdentity | null;
}
