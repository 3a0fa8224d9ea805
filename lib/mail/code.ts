import type { Keyring } from '../base/keyring.js';
import { symbols, symbolText, symbolValues } from '../base/crockford.js';

/** Eight symbols have 40 bits; a plan can try ten codes, and a code lives half an hour. */
const codeLength = 8;

/**
 * The code and the link's token of the mail with this seed: the same in each process, so that another one can queue the
 * mail of a process that died. Without the app's secret, the seed does not tell them.
 */
export function derivedSecrets(keyring: Keyring, seed: string): { readonly code: string; readonly token: string } {
  const bytes = Buffer.from(keyring.sign('mail', JSON.stringify(['new code', seed]), codeLength), 'base64url');
  return {
    code: symbolText([...bytes].map((byte) => byte % symbols.length)),
    token: keyring.sign('mail', JSON.stringify(['new link', seed]), 24),
  };
}

/** As people read and type it: `XXXX-XXXX`. */
export function inGroups(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** A typed code in its one form; `null` for what cannot be one. Case, blanks, dashes and look-alikes do not matter. */
export function canonicalMailCode(typed: string): string | null {
  const values = symbolValues(typed.replaceAll(/[\s\p{Pd}]/gu, '').toUpperCase());
  return values?.length === codeLength ? symbolText(values) : null;
}
