/** The app's own user table. All servers write to the same kind of table, so that only the web layer differs. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly passwordHash: string;
}

export type LoginField = 'username' | 'email';

/** The row that is written to the redemption table in the same transaction; the by-hand server has no such table. */
export interface RedemptionRow {
  readonly redemption_key: string;
  readonly enrollment_id: string;
  readonly invitation_id: string | null;
  readonly user_id: string;
}

export interface Accounts {
  /** Throws when the username, the email address or the redemption already exists. */
  insert(account: Account, redemption?: RedemptionRow): Promise<void>;
  findById(id: string): Promise<Account | null>;
  findByLogin(field: LoginField, canonical: string): Promise<Account | null>;
  redemption(by: { key: string } | { enrollmentId: string }): Promise<RedemptionRow | null>;
}
