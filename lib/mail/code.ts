import { randomInt } from 'node:crypto';
import { symbols, symbolText, symbolValues } from '../base/crockford.js';

/** Eight symbols have 40 bits; a plan can try ten codes, and a code lives half an hour. */
const codeLength = 8;

/** A new code in its one form. */
export function newMailCode(): string {
  return symbolText(Array.from({ length: codeLength }, () => randomInt(symbols.length)));
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
