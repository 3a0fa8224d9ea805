import type { Keyring, Purpose } from '../../base/keyring.js';

/** The purpose that a cookie's value was signed for, and its lifetime. */
interface SignedFormat {
  readonly purpose: Purpose;
  readonly seconds: number;
}

export interface SignedValue {
  readonly text: string;
  readonly body: string;
  /** Milliseconds since 1970, whole seconds. */
  readonly issuedAt: number;
  /** The id of the secret that signed it. */
  readonly secretId: string;
}

/** Tolerated clock skew, in seconds: the clock of the process that issued a cookie may be ahead. */
const tolerance = 60;
const longest = 4096;
const pattern = /^([A-Za-z0-9_.-]*)\.([0-9a-z]{1,9})\.([A-Za-z0-9_-]{22})$/;

/**
 * The only format of signed cookies: `<body>.<time of issue>.<MAC>`. The MAC also covers the `subject` (the flow, the
 * user, the source), so that a value is valid for nothing else. `body` contains only letters, digits and `_.-`.
 */
export function signValue(
  keyring: Keyring,
  { purpose }: Pick<SignedFormat, 'purpose'>,
  subject: string,
  body: string,
  now: number,
): SignedValue {
  const seconds = Math.floor(now / 1000);
  const signed = `${body}.${seconds.toString(36)}`;
  const text = `${signed}.${keyring.sign(purpose, covered(subject, signed))}`;
  return { text, body, issuedAt: seconds * 1000, secretId: keyring.ids[0] ?? '' };
}

/**
 * Returns a value that one of the configured secrets signed for `subject` and that has not expired; otherwise `null`.
 */
export function readValue(
  keyring: Keyring,
  format: SignedFormat,
  subject: string,
  text: string | undefined,
  now: number,
): SignedValue | null {
  const value = text === undefined ? null : verifiedValue(keyring, format, subject, text);
  return value !== null && isInTime(format, value, now) ? value : null;
}

/** As `readValue`, but it may have expired. */
export function verifiedValue(
  keyring: Keyring,
  { purpose }: Pick<SignedFormat, 'purpose'>,
  subject: string,
  text: string,
): SignedValue | null {
  if (text.length > longest) return null;
  const [whole, body, issued, mac] = pattern.exec(text) ?? [];
  if (whole === undefined || body === undefined || issued === undefined || mac === undefined) return null;
  const secretId = keyring.signedBy(purpose, covered(subject, `${body}.${issued}`), mac);
  return secretId === null ? null : { text: whole, body, issuedAt: Number.parseInt(issued, 36) * 1000, secretId };
}

/** True for what has not expired and was not issued in the future. `now` in milliseconds since 1970. */
export function isInTime(
  { seconds }: Pick<SignedFormat, 'seconds'>,
  { issuedAt }: Pick<SignedValue, 'issuedAt'>,
  now: number,
): boolean {
  const age = (now - issuedAt) / 1000;
  return age <= seconds && age >= -tolerance;
}

/** The length separates the end of the subject from the start of the body: both may contain dots. */
function covered(subject: string, signed: string): string {
  return `${String(subject.length)}.${subject}.${signed}`;
}
