import type * as re2js from 're2js';
import { requirePackage } from '../../base/optional-package.js';
import { translatePattern } from './re-translate.js';
import type { PyPattern } from './re-values.js';

/** The flags of Python's `re`. */
export const flags = { IGNORECASE: 2n, MULTILINE: 8n, DOTALL: 16n, UNICODE: 32n } as const;

const longestPattern = 500;

/**
 * Compiles a pattern of Python into one that takes linear time.
 * @throws Error with the reason, for patterns that cannot
 * @throws ERR_ENROLLMENT_CONFIG when the app does not have re2js
 */
export function compilePattern(text: string, given: bigint): PyPattern {
  if (text.length > longestPattern) throw new Error(`a pattern has at most ${String(longestPattern)} characters`);
  const { RE2JS } = requirePackage<typeof re2js>('re2js', 'patterns in Python expressions');
  let options = 0;
  if ((given & flags.IGNORECASE) !== 0n) options |= RE2JS.CASE_INSENSITIVE;
  if ((given & flags.MULTILINE) !== 0n) options |= RE2JS.MULTILINE;
  if ((given & flags.DOTALL) !== 0n) options |= RE2JS.DOTALL;
  const { source, beforeBreak } = translatePattern(text, (given & flags.MULTILINE) !== 0n);
  const compiled = RE2JS.compile(source, options);
  let toEnd: re2js.RE2JS | undefined;
  return {
    type: 'pattern',
    text,
    flags: given | flags.UNICODE,
    compiled,
    beforeBreak: beforeBreak === null ? null : { ...beforeBreak, compiled: RE2JS.compile(beforeBreak.source, options) },
    toEnd: () => (toEnd ??= RE2JS.compile(String.raw`(?:${source})\z`, options)),
    groups: compiled.groupCount(),
    names: new Map(Object.entries(compiled.namedGroups())),
  };
}

/** What is wrong with a pattern; `null`: nothing. */
export function patternProblem(text: string): string | null {
  try {
    compilePattern(text, 0n);
    return null;
  } catch (error) {
    if (error instanceof Error && 'issues' in error) throw error;
    return `the pattern cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}
