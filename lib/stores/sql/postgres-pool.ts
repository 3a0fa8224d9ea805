/** The part of a pooled connection that the kit uses; `pg`'s own have it. */
export interface PostgresConnection {
  query(sql: string, values?: unknown[]): Promise<{ readonly rows: readonly object[] }>;
  /** Releases the connection; with `true` it is closed instead. */
  release(close?: boolean): void;
  on?(event: 'error', listener: (error: Error) => void): unknown;
  removeListener?(event: 'error', listener: (error: Error) => void): unknown;
}

/** The part of the app's pool that the kit uses: a `Pool` of `pg`, or a compatible object. */
export interface PostgresPool {
  connect(): Promise<PostgresConnection>;
}
