import { canonicalEmail, canonicalUsername } from '../base/canonical.js';
import type { LoginField } from '../ports/user-store.js';

interface LoginName {
  readonly field: LoginField;
  /** In the form in which accounts are stored. */
  readonly canonical: string;
}

/** What somebody typed to say who they are; `null` where no account can have it. No user name has an `@` in it. */
export function loginNameOf(typed: string, fields: readonly LoginField[]): LoginName | null {
  const field: LoginField = typed.includes('@') ? 'email' : 'username';
  if (!fields.includes(field)) return null;
  const canonical = field === 'email' ? canonicalEmail(typed) : canonicalUsername(typed);
  return canonical === null ? null : { field, canonical };
}
