import { EnrollmentError } from '../../base/error.js';

export type SqlDialect = 'sqlite' | 'postgresql' | 'mysql';

/** A column of one of the kit's tables: text with a maximum length, or the time at which the row was written. */
export interface ColumnShape {
  readonly name: string;
  /** Characters, because a dialect's keys need a limit; `null`: a time that has a default. */
  readonly length: number | null;
  readonly nullable?: true;
  readonly unique?: true;
}

/** One of the kit's tables, for all writers: SQL and the formats of other tools. */
export interface TableShape {
  /** The name of a model of one row. */
  readonly model: string;
  readonly name: string;
  readonly columns: readonly ColumnShape[];
  readonly primaryKey: readonly string[];
}

/**
 * The proof that an account used a seat. No foreign key on purpose: a person can be erased, but the record of the used
 * seat stays.
 */
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

/** Maps external identities to users. */
export const connectionsShape: TableShape = {
  model: 'EnrollmentConnection',
  name: 'enrollment_connections',
  columns: [
    // Together short enough for a MySQL key: 3,072 bytes at four per character.
    { name: 'source', length: 64 },
    { name: 'issuer', length: 255 },
    { name: 'subject', length: 255 },
    { name: 'user_id', length: 255 },
    { name: 'linked_at', length: null },
  ],
  primaryKey: ['source', 'issuer', 'subject'],
};

/** The authenticators of users. Everything is text, so that one statement fits every driver. */
export const authenticatorsShape: TableShape = {
  model: 'EnrollmentAuthenticator',
  name: 'enrollment_authenticators',
  columns: [
    { name: 'user_id', length: 255 },
    { name: 'id', length: 64, unique: true },
    { name: 'type', length: 32 },
    { name: 'name', length: 255 },
    { name: 'created_at', length: 32 },
    { name: 'last_used_at', length: 32 },
    { name: 'version', length: 64 },
    { name: 'data', length: 4000 },
  ],
  primaryKey: ['user_id', 'id'],
};

/** What users allowed applications. Everything is text, so that one statement fits every driver. */
export const consentsShape: TableShape = {
  model: 'EnrollmentConsent',
  name: 'enrollment_consents',
  columns: [
    { name: 'user_id', length: 255 },
    // A digest of user, application and permissions.
    { name: 'id', length: 64 },
    { name: 'application', length: 255 },
    { name: 'permissions', length: 4000 },
    { name: 'granted_at', length: 32 },
    { name: 'expires_at', length: 32 },
  ],
  primaryKey: ['user_id', 'id'],
};

/** Returns `name` when it is a table name that needs no quotes; it is inserted into SQL unchanged. */
export function checkedTableName(name: string): string {
  if (/^(?:[A-Za-z_][A-Za-z0-9_]{0,62}\.)?[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name)) return name;
  throw new EnrollmentError(
    'ERR_ENROLLMENT_CONFIG',
    `'${name}' is not a table name: use letters, digits and underscores`,
  );
}

/** The parts of a checked name. */
export function partsOf(name: string): { readonly schema: string | null; readonly table: string } {
  const [first = '', second] = checkedTableName(name).split('.');
  return second === undefined ? { schema: null, table: first } : { schema: first, table: second };
}
