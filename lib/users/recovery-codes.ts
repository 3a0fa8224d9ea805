import { symbolText, symbolValues } from '../base/crockford.js';
import type { Keyring } from '../base/keyring.js';

/** Ten symbols have 50 bits. */
const codeLength = 10;

/** The codes of a plan, under the secret with the id `set`; `null`: there is no such secret. */
export function newCodes(
  keyring: Keyring,
  { plan, count, set }: { readonly plan: readonly string[]; readonly count: number; readonly set: string },
): readonly string[] | null {
  if (!keyring.ids.includes(set)) return null;
  const own = keyring.under(set);
  return Array.from({ length: count }, (_, index) => {
    const derived = own.sign('authenticator-setup', JSON.stringify(['codes', ...plan, index]), codeLength);
    const code = symbolText([...Buffer.from(derived, 'base64url')].map((byte) => byte % 32));
    return `${code.slice(0, 5)}-${code.slice(5)}`;
  });
}

/** A typed code in its one form; `null` for what cannot be one. Case, blanks, dashes and look-alikes do not matter. */
export function canonicalRecoveryCode(typed: string): string | null {
  const values = symbolValues(withoutSeparators(typed).toUpperCase());
  return values?.length === codeLength ? symbolText(values) : null;
}

/** A typed code without the blanks and dashes that group it. */
export function withoutSeparators(typed: string): string {
  return typed.replaceAll(/[\s\p{Pd}]/gu, '');
}

/** What is stored of a code, under the newest secret. */
export function digestOf(keyring: Keyring, userId: string, canonical: string): string {
  return keyring.sign('authenticator', textOf(userId, canonical));
}

/** What is stored of it, under any of the secrets. */
export function digestsOf(keyring: Keyring, userId: string, canonical: string): readonly string[] {
  return keyring.signAll('authenticator', textOf(userId, canonical));
}

const textOf = (userId: string, canonical: string): string => JSON.stringify(['code', userId, canonical]);
