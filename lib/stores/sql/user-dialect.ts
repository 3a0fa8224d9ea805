import type { Placeholders } from './sql-rows.js';

/** How statements about users differ between SQLite and PostgreSQL. */
export interface UserDialect {
  readonly placeholders: Placeholders;
  /**
   * The selected columns of a user: `data` as text, `active` and `email_verified` as 0 or 1, `created_at` and `password_changed_at` in
   * milliseconds since 1970.
   */
  readonly columns: string;
  /** The value of `data`, from text. */
  json(mark: string): string;
  /** The value of `created_at`, from milliseconds since 1970. */
  time(mark: string): string;
  /** The value of `email_verified`, from 0, 1 or null. */
  flag(mark: string): string;
  /** Follows a SELECT whose row is written in the same transaction. */
  readonly forUpdate: string;
}

export const sqliteDialect: UserDialect = {
  placeholders: '?',
  columns: 'id, username, email, name, data, active, created_at, password_changed_at, email_verified',
  json: (mark) => mark,
  time: (mark) => mark,
  flag: (mark) => mark,
  // A write transaction locks the file.
  forUpdate: '',
};

export const postgresDialect: UserDialect = {
  placeholders: '$1',
  columns: `id, username, email, name, data::text AS data, active::int AS active,
  round(extract(epoch FROM created_at) * 1000)::float8 AS created_at,
  password_changed_at::float8 AS password_changed_at, email_verified::int AS email_verified`,
  json: (mark) => `${mark}::jsonb`,
  time: (mark) => `to_timestamp(${mark}::float8 / 1000)`,
  flag: (mark) => `${mark}::int::boolean`,
  forUpdate: ' FOR UPDATE',
};
