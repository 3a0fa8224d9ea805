import { identifierProblem } from './text-problem.js';

/** The longest address has 254 characters (RFC 5321, 4.5.3.1.3); the rest allows for names of other providers. */
const longest = 320;

/**
 * A `login_hint` as OpenID Connect Core 3.1.2.1 has it: an address or a name that a sign-in page may prefill. It proves
 * nothing. `null` for a text that is empty, longer than 320 characters, or that has control characters.
 */
export function readLoginHint(typed: unknown): string | null {
  if (typeof typed !== 'string' || typed.length > 4 * longest) return null;
  const hint = typed.trim();
  return hint === '' || hint.length > longest || identifierProblem(hint) !== null ? null : hint;
}
