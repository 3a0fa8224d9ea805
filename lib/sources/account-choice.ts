/** What asks for another account: a choice among those the provider knows, or signing in there anew. */
export type AccountChoice = 'select_account' | 'login';

/**
 * The parameter `prompt` (OpenID Connect Core 1.0, 3.1.2.1) for somebody who wants another account: what the app asks for
 * in any case stays, such as consent. Only `none`, which suppresses every prompt, is removed.
 */
export function promptForChoice(configured: unknown, choice: AccountChoice = 'select_account'): string {
  const words = typeof configured === 'string' ? configured.split(' ') : [];
  return [...words.filter((word) => !['', 'none', choice].includes(word)), choice].join(' ');
}
