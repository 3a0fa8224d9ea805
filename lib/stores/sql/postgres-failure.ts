import { EnrollmentError, isEnrollmentError, storeAway } from '../../base/error.js';

/** The name in errors. */
export const postgresName = 'the PostgreSQL database of users';

/**
 * Converts a statement's error to the kit's: a server that cannot serve now is an unavailable store, and missing or
 * foreign tables are named. A unique-key violation is for the caller, and is unchanged.
 */
export function postgresFailure(error: unknown): unknown {
  if (isEnrollmentError(error)) return error;
  const state = sqlStateOf(error);
  // An error that does not come from the server comes from the connection: refused, reset, timed out.
  if (state === null || awayStates.test(state)) return storeAway(postgresName, error);
  if (!foreignStates.test(state)) return error;
  return new EnrollmentError(
    'ERR_ENROLLMENT_USER_STORE',
    `${postgresName} has not the tables of this store, or not all of their columns: call ready() once, with a \`schema\` of its own where it has a table \`users\` already`,
    { cause: error },
  );
}

// By class: 08 connection, 25006 a read-only standby, 28 and 3D access denied, 40 rolled back by the server, 53 out of
// resources, 55P03 and 57 locked, canceled, shutting down or starting up, 58 and XX internal error.
const awayStates = /^(?:08|25006|28|3D|40|53|55P03|57|58|XX)/;

// No such schema, table, column or type; a table that already exists.
const foreignStates = /^(?:3F000|42P01|42703|42704|42804|42P07)$/;

/** True where the role lacks a right: 42501. */
export function isForbidden(error: unknown): boolean {
  return sqlStateOf(error) === '42501';
}

/** The five characters of each PostgreSQL error code; never those of the operating system, e.g. `EPIPE`. */
function sqlStateOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
}
