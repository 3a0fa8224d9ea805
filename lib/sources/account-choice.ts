const choose = 'select_account';

/**
 * The parameter `prompt` (OpenID Connect Core 1.0, 3.1.2.1) for somebody who wants another account: what the app asks for
 * in any case stays, such as signing in anew, but for `none`, with which nobody is asked anything.
 */
export function promptForChoice(configured: unknown): string {
  const words = typeof configured === 'string' ? configured.split(' ') : [];
  return [...words.filter((word) => !['', 'none', choose].includes(word)), choose].join(' ');
}
