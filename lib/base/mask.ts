/**
 * An address that only people who know it recognize: `a***@example.com`, with asterisks as in authentik. After an
 * ellipsis a line would break.
 */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@');
  const [first = ''] = at < 1 ? [] : [...address.slice(0, at)];
  return `${first}***${at < 0 ? '' : address.slice(at)}`;
}

/**
 * The name of an account that only people who know it recognize: its address as `a***@example.com`, else its username as
 * `a***`. `null`: it has neither.
 */
export function maskName({
  username,
  email,
}: {
  readonly username?: string | null;
  readonly email?: string | null;
}): string | null {
  if (email !== undefined && email !== null) return maskEmail(email);
  const [first] = [...(username ?? '')];
  return first === undefined ? null : `${first}***`;
}
