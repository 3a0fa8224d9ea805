import type * as re2js from 're2js';
import { requirePackage } from '../base/optional-package.js';

/** A pattern whose match takes time linear in the text, whatever the pattern. */
export interface LinearRegex {
  /** The states of its program: a match takes at most this times the characters of the text. */
  readonly states: number;
  /** True where the pattern occurs anywhere in the text. */
  isIn(text: string): boolean;
}

const longestPattern = 256;

/**
 * RE2's syntax: no look-around and no back references.
 * @throws Error for a pattern that RE2 refuses or that is longer than 256 characters
 * @throws ERR_ENROLLMENT_CONFIG when the app does not have re2js
 */
export function linearRegex(
  pattern: string,
  neededBy: string,
  flags: { readonly ignoreCase?: boolean } = {},
): LinearRegex {
  if (pattern.length > longestPattern) throw new Error(`a pattern has at most ${String(longestPattern)} characters`);
  const { RE2JS } = requirePackage<typeof re2js>('re2js', neededBy);
  const compiled = RE2JS.compile(pattern, flags.ignoreCase === true ? RE2JS.CASE_INSENSITIVE : 0);
  return { states: compiled.programSize(), isIn: (text) => compiled.matcher(text).find() };
}
