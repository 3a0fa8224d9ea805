import { isJsonObject, type Json } from './json.js';

/**
 * Why an external text cannot be an identifier; `null` when it can. A database that does not store it exactly would
 * merge two users: PostgreSQL rejects NUL, and a lone surrogate is stored as U+FFFD.
 */
export function identifierProblem(text: string): string | null {
  if (/\p{Cs}/u.test(text)) return 'is not well-formed Unicode';
  return /\p{Cc}/u.test(text) ? 'has control characters' : null;
}

/** The same for a text that people read: tabs and line breaks are allowed. */
export function textProblem(text: string): string | null {
  return identifierProblem(text.replace(/[\t\n\r]/g, ' '));
}

/**
 * The first problem of any text in a value, including the names of its keys; `null` when there is none. At most 50
 * levels deep.
 */
export function jsonTextProblem(value: Json | undefined, depth = 0): string | null {
  if (typeof value === 'string') return textProblem(value);
  if (typeof value !== 'object' || value === null) return null;
  if (depth > 50) return 'is nested too deeply';
  for (const [key, inner] of Object.entries(value) as readonly (readonly [string, Json | undefined])[]) {
    const problem = (isJsonObject(value) ? identifierProblem(key) : null) ?? jsonTextProblem(inner, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}
