/** An address that only people who know it recognize: `a…@example.com`. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@');
  const [first = ''] = at < 1 ? [] : [...address.slice(0, at)];
  return `${first}…${at < 0 ? '' : address.slice(at)}`;
}
