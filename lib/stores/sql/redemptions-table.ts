import { EnrollmentError } from '../../base/error.js';

export type SqlDialect = 'sqlite' | 'postgresql';

export const redemptionsTableName = 'enrollment_redemptions';

const redeemedAt: Readonly<Record<SqlDialect, string>> = {
  sqlite: `TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))`,
  postgresql: 'TIMESTAMPTZ NOT NULL DEFAULT now()',
};

/**
 * The migration for the one table that an app's database needs: a single `CREATE TABLE` statement, repeatable.
 * Its rows are `redemption.row(userId)`, inserted in the transaction that inserts the user; `redeemed_at` fills itself.
 *
 * There is no foreign key on purpose: a person can be erased, and that a place was taken stays.
 * @param options.table default `enrollment_redemptions`; letters, digits and underscores, with a schema's name and a dot before it where wanted
 * @throws ERR_ENROLLMENT_CONFIG when `table` is not such a name
 */
export function redemptionsTable(options: { readonly dialect: SqlDialect; readonly table?: string }): string {
  const table = checkedTableName(options.table ?? redemptionsTableName);
  return `CREATE TABLE IF NOT EXISTS ${table} (
  redemption_key TEXT PRIMARY KEY NOT NULL,
  enrollment_id TEXT NOT NULL UNIQUE,
  invitation_id TEXT,
  user_id TEXT NOT NULL,
  redeemed_at ${redeemedAt[options.dialect]}
)`;
}

/** `name` itself when it is a table's name that needs no quotes; it goes into SQL as it is. */
export function checkedTableName(name: string): string {
  if (/^(?:[A-Za-z_][A-Za-z0-9_]{0,62}\.)?[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name)) return name;
  throw new EnrollmentError(
    'ERR_ENROLLMENT_CONFIG',
    `'${name}' is not a table name: use letters, digits and underscores`,
  );
}
