import { symbolValues } from '../../base/crockford.js';
import type { Keyring } from '../../base/keyring.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import { codeLength } from './generated-code.js';

/** A code in its canonical form, in which codes are compared. */
export interface CanonicalCode {
  readonly kind: InvitationRecord['kind'];
  readonly text: string;
}

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const blanksAndDashes = /[\p{Zs}\p{Pd}\t\r\n\u2212_]/gu;

// Phones insert these instead of the plain one.
const curlyApostrophe = /[\u2018\u2019\u02bc]/g;

/** Full-width forms, as East Asian keyboards write them, become ASCII. */
export function halfWidth(typed: string): string {
  return typed.replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

/**
 * Reduces typed or pasted text to the letters that were meant: full-width forms become ASCII; blanks, hyphens, every
 * Unicode dash, underscores, zero-width and direction marks are dropped; ASCII letters become capitals. Other letters
 * are composed (NFKC) and lower-cased, and never turn into ASCII ones: `null` for a text with a letter that Unicode
 * would fold that way (long s, Kelvin sign, ligatures, circled digits …), so it equals no code.
 */
export function foldTyped(typed: string): string | null {
  // Plain ASCII, as codes nearly always are: the general path has the same result at twenty times the cost.
  if (/^[ -~]*$/.test(typed)) return typed.replace(/[ _-]/g, '').toUpperCase();
  const bare = halfWidth(typed).replace(curlyApostrophe, "'").replace(blanksAndDashes, '').replace(invisible, '');
  // An ASCII letter counts as such only if it was typed as one.
  for (const letter of bare) {
    if (letter > '\u007f' && /[\u0000-\u007f]/.test(letter.normalize('NFKC'))) return null;
  }
  return bare
    .normalize('NFKC')
    .replace(/[a-z]/g, capital)
    .replace(/[^\u0000-\u007f]/gu, (letter) => letter.toLowerCase());
}

function capital(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) - 32);
}

const customCodeLimits = Object.freeze({ shortest: 4, longest: 64 });

/**
 * The canonical form of a custom code: `spring 2026`, `Spring-2026` and `SPRING2026` are the same custom code.
 * Look-alikes stay distinct: it is a word, not a row of symbols.
 * `null` for text that cannot be a custom code: shorter than 4 or longer than 64 letters, or with marks that are
 * neither letters, digits nor `.!?'&+*#`, or in the shape of a generated code (12 letters and digits), which is read as
 * one.
 */
export function canonicalCustomCode(typed: string): string | null {
  const folded = foldTyped(typed);
  return folded === null || problemOf(folded) !== null ? null : folded;
}

/** Why `word` cannot be a custom code, for the person who chose it; `null` when it can. */
export function customCodeProblem(word: string): string | null {
  const folded = foldTyped(word);
  return folded === null ? 'has a letter that looks like another one: type it on a plain keyboard' : problemOf(folded);
}

function problemOf(folded: string): string | null {
  const length = [...folded].length;
  if (length < customCodeLimits.shortest) return `has fewer than ${customCodeLimits.shortest} letters and digits`;
  if (length > customCodeLimits.longest) return `has more than ${customCodeLimits.longest} letters and digits`;
  if (!/^[\p{L}\p{M}\p{N}.!?'&+*#]+$/u.test(folded))
    return "may only have letters, digits, blanks, hyphens and .!?'&+*#";
  if (hasCodeShape(folded))
    return `has ${codeLength} letters and digits, as generated codes have: make it longer or shorter`;
  return null;
}

function hasCodeShape(folded: string): boolean {
  return folded.length === codeLength && symbolValues(folded) !== null;
}

/**
 * An invitation's id is a keyed hash of its code (HMAC-SHA-256 cut to 128 bits): one lookup finds it, the store never
 * contains a code, and a custom code that is seeded again after the store was lost gets the same id and with it the
 * same redemption keys in the user store. One id per secret, newest first, because a code may be older than the newest
 * secret. Hexadecimal, because some databases compare text case-insensitively.
 */
export function invitationIds(keyring: Keyring, code: CanonicalCode): readonly string[] {
  // Ids were computed with this kind from the beginning: another one would invalidate every existing custom code.
  const kind = code.kind === 'custom' ? 'word' : code.kind;
  return keyring
    .signAll('invitation', `${kind}:${code.text}`)
    .map((tag) => Buffer.from(tag, 'base64url').toString('hex'));
}
