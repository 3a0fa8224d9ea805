import { EnrollmentError } from '../../base/error.js';

export type SqlDialect = 'sqlite' | 'postgresql' | 'mysql';

/** A column of one of our tables: text of so many characters at most, or the time at which the row was written. */
export interface ColumnShape {
  readonly name: string;
  /** Characters, where a dialect's keys need a limit; `null`: a time that fills itself. */
  readonly length: number | null;
  readonly nullable?: true;
  readonly unique?: true;
}

/** One of our tables, for all that writes it down: SQL and the languages of other tools. */
export interface TableShape {
  /** What a model of one row is called. */
  readonly model: string;
  readonly name: string;
  readonly columns: readonly ColumnShape[];
  readonly primaryKey: readonly string[];
}

/** The proof that an account took a place. No foreign key on purpose: a person can be erased, and that a place was taken stays. */
export const redemptionsShape: TableShape = {
  model: 'EnrollmentRedemption',
  name: 'enrollment_redemptions',
  columns: [
    { name: 'redemption_key', length: 255 },
    { name: 'enrollment_id', length: 255, unique: true },
    { name: 'invitation_id', length: 255, nullable: true },
    { name: 'user_id', length: 255 },
    { name: 'redeemed_at', length: null },
  ],
  primaryKey: ['redemption_key'],
};

/** Which external identity is which user's. */
export const connectionsShape: TableShape = {
  model: 'EnrollmentConnection',
  name: 'enrollment_connections',
  columns: [
    // Together short enough for a key of MySQL's: 3,072 bytes at four a character.
    { name: 'source', length: 64 },
    { name: 'issuer', length: 255 },
    { name: 'subject', length: 255 },
    { name: 'user_id', length: 255 },
    { name: 'linked_at', length: null },
  ],
  primaryKey: ['source', 'issuer', 'subject'],
};

/** `name` itself when it is a table's name that needs no quotes; it goes into SQL as it is. */
export function checkedTableName(name: string): string {
  if (/^(?:[A-Za-z_][A-Za-z0-9_]{0,62}\.)?[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name)) return name;
  throw new EnrollmentError(
    'ERR_ENROLLMENT_CONFIG',
    `'${name}' is not a table name: use letters, digits and underscores`,
  );
}

/** A checked name in its parts. */
export function partsOf(name: string): { readonly schema: string | null; readonly table: string } {
  const [first = '', second] = checkedTableName(name).split('.');
  return second === undefined ? { schema: null, table: first } : { schema: first, table: second };
}
