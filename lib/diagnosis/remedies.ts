import { causesOf, deepestCause } from '../base/deepest-cause.js';

/** Remedies for faults, by the text of the deepest cause. */
type Remedies = readonly (readonly [RegExp, string])[];

const remedies: Remedies = [
  [/^READONLY/, 'this is a read-only replica: let "redis" name the primary'],
  [/^OOM/, 'Redis is full: raise maxmemory or make room, and keep noeviction'],
  [/^NOREPLICAS/, 'fewer replicas than min-replicas-to-write asks for: bring them back'],
  [/^MISCONF/, 'Redis cannot save to its disk: make room there, or look at its log'],
  [/^NOPERM|executing the script/, 'give this user the commands and keys of docs/operations.md#permissions'],
  [
    /^(?:WRONGPASS|NOAUTH)|invalid password/,
    'correct user and password in the URL; escape : / @ # % in it as in any URL',
  ],
  [/^LOADING/, 'Redis is reading its data: wait'],
  [
    /\((?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+|CERT_UNTRUSTED)\)/,
    'trust its authority: NODE_EXTRA_CA_CERTS=/path/ca.pem, or a client with tls: { ca }',
  ],
  [/ERR_TLS_CERT_ALTNAME_INVALID|CERT_HAS_EXPIRED/, 'the certificate is for another name, or has ended: renew it'],
  [
    /ERR_SSL_WRONG_VERSION_NUMBER/,
    'the server does not speak TLS at this port: redis:// in place of rediss://, or its TLS port',
  ],
  [/\bEAUTH\b/, "correct the mailer's user and password"],
  [/Cannot find (?:package|module) '@?[\w/-]+'/, 'install the package'],
  [
    /\b42P01\b|no such table|ER_NO_SUCH_TABLE|doesn't exist|P2021/,
    'run your migrations; postgresUsers makes its tables in ready(), others by: npx express-enrollment migration',
  ],
  [
    /\b42703\b|no such column|ER_BAD_FIELD_ERROR|P2022/,
    'the table lacks a column that your store names: migrate it, or correct the store',
  ],
  [/\b(?:42883|42601|42804|22P02)\b|syntax error/, 'correct the statement of your store'],
  [/\b3D000\b|ER_BAD_DB_ERROR/, 'correct the name of the database'],
  [/\b28P01\b|\b28000\b|ER_ACCESS_DENIED/, "correct the database's user and password"],
  [/\b42501\b/, 'grant this role the rights on the table'],
  [
    /ETIMEDOUT/,
    'nothing answers there in time: is it running, are host and port right, and does it speak TLS where the URL says so?',
  ],
  [
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH/,
    'nothing answers there: is it running, and are host and port right?',
  ],
];

/** The remedy for a fault, or `null`. */
function remedyOf(error: unknown, special: Remedies): string | null {
  const texts = [deepestCause(error), ...causesOf(error).map(deepestCause)];
  return [...special, ...remedies].find(([words]) => texts.some((text) => words.test(text)))?.[1] ?? null;
}

/** `sentence` with the deepest cause and the remedy, where they are known. The `special` ones of a part are tried first. */
export function withRemedy(sentence: string, error: unknown, special: Remedies = []): string {
  const cause = deepestCause(error);
  const remedy = remedyOf(error, special);
  return `${sentence}${sentence.includes(cause) ? '' : `: ${cause}`}${remedy === null ? '' : `; ${remedy}`}`;
}
