/** A letter of a text as it is written, and as it is read: an escape is the letter that it stands for. */
export interface Letter {
  readonly written: string;
  readonly read: string;
}

/** An escape, or backslashes that are quoted themselves, however often, or any other letter. */
const letter = /\\+(?:u(?<u>[0-9a-fA-F]{4})|U(?<U>[0-9a-fA-F]{8})|x(?<x>[0-9a-fA-F]{2})|(?<control>[abfnrtv]))?|[^]/gu;
const controls: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);
const quotes = new Set(['"', "'"]);

/**
 * The letters of a text as Python's `repr` or JSON may have written them, also one within the other: the same for a text
 * and for each of its quoted forms, because backslashes before an escape count once, and other ones, and quotation marks,
 * not at all.
 */
export function quotedLetters(text: string): readonly Letter[] {
  return [...text.matchAll(letter)].map(({ 0: written, groups = {} }) => ({ written, read: readOf(written, groups) }));
}

function readOf(written: string, { u, U, x, control }: Readonly<Record<string, string | undefined>>): string {
  const code = Number.parseInt(u ?? U ?? x ?? '', 16);
  // JSON writes a letter beyond the first plane as two halves.
  if (!Number.isNaN(code)) return code <= 0xffff ? String.fromCharCode(code) : beyond(code);
  if (control !== undefined) return controls.get(control) ?? '';
  return written.startsWith('\\') || quotes.has(written) ? '' : written;
}

function beyond(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** True for a text that `repr` or JSON writes in another way. */
export function isQuotedDifferently(text: string): boolean {
  return /[^\x20-\x7e]|[\\'"]/.test(text);
}

/** The text without the beginning of an escape at its end. */
export function withoutBegunEscape(text: string): string {
  const end = text.slice(-longestEscape);
  return text.slice(0, text.length - end.length) + end.replace(/\\(?:u[0-9a-f]{0,3}|U[0-9a-f]{0,7}|x[0-9a-f]?)?$/i, '');
}

const longestEscape = 10;
