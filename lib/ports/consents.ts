/** What a user allowed an application. */
export interface Consent {
  readonly userId: string;
  /** The application's id. */
  readonly application: string;
  /** The ids of the permissions, sorted. */
  readonly permissions: readonly string[];
  /** Milliseconds since 1970. */
  readonly grantedAt: number;
  /** The first instant at which it is no longer valid; `null`: it does not expire. */
  readonly expiresAt: number | null;
}

/** The consents of the app's users, by user, application and set of permissions. */
export interface Consents {
  /** All of this user, in any order; expired ones may be among them. */
  list(userId: string): Promise<readonly Consent[]>;
  /** Stores it, in place of one of the same user, application and permissions. */
  save(consent: Consent): Promise<void>;
  /** Removes the user's consents for this application; left out: all of the user. Resolves as well where there is none. */
  remove(userId: string, application?: string): Promise<void>;
}
