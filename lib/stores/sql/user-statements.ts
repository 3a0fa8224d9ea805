import { marks } from './sql-rows.js';
import type { UserDialect } from './user-dialect.js';

/** The names of the tables, with their schema if there is one. */
export interface UserTables {
  readonly users: string;
  readonly redemptions: string;
  readonly connections: string;
  readonly authenticators: string;
  readonly consents: string;
}

/** Each statement of the user store. */
export type UserStatements = ReturnType<typeof userStatements>;

/** The statements of the user store over `tables`, in the syntax of `dialect`. */
export function userStatements(
  { placeholders, columns, json, time, flag, forUpdate }: UserDialect,
  tables: UserTables,
) {
  const { users, redemptions, connections, authenticators, consents } = tables;
  const [
    first = '',
    second = '',
    third = '',
    fourth = '',
    fifth = '',
    sixth = '',
    seventh = '',
    eighth = '',
    ninth = '',
  ] = marks(placeholders, 9);
  const select = `SELECT ${columns} FROM ${users}`;
  const findById = `${select} WHERE id = ${first}`;
  return {
    findById,
    byUsername: `${select} WHERE username = ${first}`,
    byEmail: `${select} WHERE email = ${first}`,
    byIdForUpdate: `${findById}${forUpdate}`,
    passwordHash: `SELECT password_hash FROM ${users} WHERE id = ${first}`,
    passwords: `SELECT password_hash, password_history FROM ${users} WHERE id = ${first}`,
    any: `SELECT 1 FROM ${users} LIMIT 1`,
    probe: `SELECT ${columns}, password_hash, password_history FROM ${users} LIMIT 1`,
    insertUser: `INSERT INTO ${users} (id, username, email, name, password_hash, data, created_at, password_changed_at, email_verified)
  VALUES (${[first, second, third, fourth, fifth, json(sixth), time(seventh), eighth, flag(ninth)].join(', ')})`,
    insertRedemption: `INSERT INTO ${redemptions} (redemption_key, enrollment_id, invitation_id, user_id)
  VALUES (${[first, second, third, fourth].join(', ')})`,
    insertConnection: `INSERT INTO ${connections} (source, issuer, subject, user_id)
  VALUES (${[first, second, third, fourth].join(', ')})`,
    updateUser: `UPDATE ${users}
  SET username = ${first}, email = ${second}, name = ${third}, data = ${json(fourth)}, email_verified = ${flag(fifth)}
  WHERE id = ${sixth}`,
    updatePassword: `UPDATE ${users} SET password_hash = ${first} WHERE id = ${second}`,
    changePassword: `UPDATE ${users}
  SET password_hash = ${first}, password_changed_at = ${second}, password_history = ${third} WHERE id = ${fourth}`,
    deleteConnections: `DELETE FROM ${connections} WHERE user_id = ${first}`,
    deleteAuthenticators: `DELETE FROM ${authenticators} WHERE user_id = ${first}`,
    deleteConsents: `DELETE FROM ${consents} WHERE user_id = ${first}`,
    deleteUser: `DELETE FROM ${users} WHERE id = ${first}`,
  } as const;
}
