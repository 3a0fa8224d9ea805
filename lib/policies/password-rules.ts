import { message, type Message } from '../base/message.js';

/** How many characters of each class a password needs. */
export interface PasswordRules {
  readonly minLength: number;
  readonly digits: number;
  readonly uppercase: number;
  readonly lowercase: number;
  readonly symbols: number;
  readonly symbolCharacters: string;
}

/** Every rule that the password breaks. Characters are code points after normalization (NIST SP 800-63B-4, 3.1.1.2). */
export function brokenRules(password: string, rules: PasswordRules): readonly Message[] {
  const characters = [...password.normalize('NFC')];
  const symbols = new Set(rules.symbolCharacters);
  const count = (isOne: (character: string) => boolean): number => characters.filter(isOne).length;
  const classes = [
    ['policy.password.digits', rules.digits, (one: string) => /^\p{Nd}$/u.test(one)],
    ['policy.password.uppercase', rules.uppercase, (one: string) => /^\p{Lu}$/u.test(one)],
    ['policy.password.lowercase', rules.lowercase, (one: string) => /^\p{Ll}$/u.test(one)],
    ['policy.password.symbols', rules.symbols, (one: string) => symbols.has(one)],
  ] as const;
  return [
    ...(characters.length < rules.minLength ? [message('prompt.password.too_short', { least: rules.minLength })] : []),
    ...classes.flatMap(([id, least, isOne]) => (least > 0 && count(isOne) < least ? [message(id, { least })] : [])),
  ];
}

/** The fewest characters that must remain beside personal words. */
const fewestOthers = 8;

/** True where little of the password remains once words that belong to the person or the site are taken out. */
export function isPersonal(password: string, words: readonly string[]): boolean {
  const folded = password.normalize('NFKC').toLowerCase();
  const rest = words
    .map((word) => word.normalize('NFKC').toLowerCase())
    .filter((word) => [...word].length >= 3)
    .sort((one, other) => other.length - one.length)
    .reduce((left, word) => left.replaceAll(word, ''), folded);
  return rest.length < folded.length && [...rest].length < fewestOthers;
}
