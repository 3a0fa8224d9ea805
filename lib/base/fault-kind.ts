import { isEnrollmentError } from './error.js';
import { causesOf } from './deepest-cause.js';

/**
 * `mistake`: code, tables or packages are wrong, and only changing them helps. `denied`: a server is running but
 * refuses access, so an operator has to act. `outage`: anything that may be over at the next try.
 */
type FaultKind = 'mistake' | 'denied' | 'outage';

/** Classifies a fault by the codes and messages of an error and all its causes. */
export function faultKind(error: unknown): FaultKind {
  const chain = causesOf(error);
  if (chain.some(isMistake) || isProgrammingError(chain.at(-1))) return 'mistake';
  return chain.some(isDenied) ? 'denied' : 'outage';
}

const mistakes = new Set([
  // Node: a package that is not installed.
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  // MySQL and MariaDB.
  'ER_NO_SUCH_TABLE',
  'ER_BAD_FIELD_ERROR',
  'ER_PARSE_ERROR',
  // Prisma: no such table, no such column.
  'P2021',
  'P2022',
]);

/**
 * SQLSTATE of statements that cannot succeed: no such schema (3F), wrong syntax, table, column or type (42), values
 * that the column cannot hold (22), not supported (0A). PostgreSQL's drivers have it as `code`.
 */
const wrongStatement = /^(?:0A|22|3F|42)[0-9A-Z]{3}$/;
/** Query builders that find the mistake before the database does. */
const wrongQueries = new Set(['PrismaClientValidationError', 'CastError', 'MissingSchemaError']);

const denials = new Set([
  // PostgreSQL: login refused, no such database, no permission.
  '28P01',
  '28000',
  '3D000',
  '42501',
  'ER_ACCESS_DENIED_ERROR',
  'ER_BAD_DB_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_TABLEACCESS_DENIED_ERROR',
  'P1000',
  'P1003',
  // TLS, as Node and OpenSSL name it.
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_UNTRUSTED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);

function isMistake(error: unknown): boolean {
  if (isEnrollmentError(error) && error.status === 500) return true;
  const code = stringAt(error, 'code');
  if (denials.has(code)) return false;
  // SQLite has one code for every statement that it cannot understand.
  const isWrong = /\bno such (?:table|column|function)\b|^(?:SQLITE_ERROR: )?near ".*": syntax error/;
  return (
    mistakes.has(code) ||
    wrongStatement.test(code) ||
    wrongQueries.has(stringAt(error, 'name')) ||
    isWrong.test(stringAt(error, 'message'))
  );
}

function isDenied(error: unknown): boolean {
  return denials.has(stringAt(error, 'code')) || /^(?:WRONGPASS|NOAUTH|NOPERM) /.test(stringAt(error, 'message'));
}

/** Checks the innermost error only: `fetch` rejects with a TypeError whose cause is the broken connection. */
function isProgrammingError(error: unknown): boolean {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError;
}

function stringAt(error: unknown, name: 'code' | 'message' | 'name'): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : '';
}
