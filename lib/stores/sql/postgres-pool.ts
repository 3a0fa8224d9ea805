/** What is used of a connection that was taken out of a pool; `pg`'s own have it. */
export interface PostgresConnection {
  query(sql: string, values?: unknown[]): Promise<{ readonly rows: readonly object[] }>;
  /** Gives the connection back; with `true` it is closed instead. */
  release(close?: boolean): void;
  on?(event: 'error', listener: (error: Error) => void): unknown;
  removeListener?(event: 'error', listener: (error: Error) => void): unknown;
}

/** What is used of the app's pool: a `Pool` of `pg`, or anything like it. */
export interface PostgresPool {
  connect(): Promise<PostgresConnection>;
}
