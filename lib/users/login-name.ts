import { canonicalEmail, canonicalUsername } from '../base/canonical.js';
import type { LoginField } from '../ports/user-store.js';

interface LoginName {
  readonly field: LoginField;
  /** In the form in which accounts are stored. */
  readonly canonical: string;
}

/** Parses a typed login name; `null` if no account can have it. A username never contains `@`. */
export function loginNameOf(typed: string, fields: readonly LoginField[]): LoginName | null {
  const field: LoginField = typed.includes('@') ? 'email' : 'username';
  if (!fields.includes(field)) return null;
  const canonical = field === 'email' ? canonicalEmail(typed) : canonicalUsername(typed);
  return canonical === null ? null : { field, canonical };
}

/** The name under which attempts of an account are counted. */
export function loginSubjectOf(identifier: string): string {
  return loginNameOf(identifier, ['username', 'email'])?.canonical ?? identifier;
}
