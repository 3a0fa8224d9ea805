/** One row as the driver returns it. */
export type SqlRow = Readonly<Record<string, unknown>>;

type SqlValue = string | number | null;

/** Runs one statement; returns its rows. */
export type Execute = (sql: string, values?: readonly SqlValue[]) => Promise<readonly SqlRow[]>;

/** A database of users: an SQLite file, or PostgreSQL. */
export interface SqlDatabase {
  readonly read: Execute;
  /** Runs `work` in a transaction: all of its changes are applied, or none. */
  write<T>(work: (execute: Execute) => Promise<T>): Promise<T>;
}
