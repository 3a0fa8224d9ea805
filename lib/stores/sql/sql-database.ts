/** One row as the driver gives it. */
export type SqlRow = Readonly<Record<string, unknown>>;

type SqlValue = string | number | null;

/** One statement; its rows. */
export type Execute = (sql: string, values?: readonly SqlValue[]) => Promise<readonly SqlRow[]>;

/** A database of users: an SQLite file, or PostgreSQL. */
export interface SqlDatabase {
  readonly read: Execute;
  /** Everything `work` does happens, or nothing. */
  write<T>(work: (execute: Execute) => Promise<T>): Promise<T>;
}
