import { EnrollmentError, isEnrollmentError, storeAway } from '../../base/error.js';

/** As errors name it. */
export const postgresName = 'the PostgreSQL database of users';

/**
 * What a statement failed with, as the kit's: a server that cannot serve just now is a store that is away, and missing
 * or foreign tables are named. A broken unique key is the caller's to look at, and stays as it is.
 */
export function postgresFailure(error: unknown): unknown {
  if (isEnrollmentError(error)) return error;
  const state = sqlStateOf(error);
  // Whatever the server did not say itself came from the wire: refused, reset, too late.
  if (state === null || awayStates.test(state)) return storeAway(postgresName, error);
  if (!foreignStates.test(state)) return error;
  return new EnrollmentError(
    'ERR_ENROLLMENT_USER_STORE',
    `${postgresName} has not the tables of this store: call ready() once, with a \`schema\` of its own where it has a table \`users\` already`,
    { cause: error },
  );
}

// By class: 08 connection, 25006 a standby that only reads, 28 and 3D not let in, 40 rolled back by the server,
// 53 out of something, 55P03 and 57 locked, cancelled, shutting down or starting up, 58 and XX broken within.
const awayStates = /^(?:08|25006|28|3D|40|53|55P03|57|58|XX)/;

// No such schema, table, column or type; a table that is there already.
const foreignStates = /^(?:3F000|42P01|42703|42704|42804|42P07)$/;

/** The five characters that PostgreSQL gives each of its errors; never those of the operating system, such as `EPIPE`. */
function sqlStateOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
}
