import { parseUrl } from './url.js';

/** The parameters that say in a result URL what became of a ticket. `code` and `state` belong to OAuth. */
export const resultParameters = Object.freeze(['success', 'email', 'ticket_status'] as const);

/** True for an address that has one of the parameters already, so that what it says would be ambiguous. */
export function hasResultParameters(typed: string): boolean {
  const url = parseUrl(typed, 'https://app.invalid');
  return url !== null && resultParameters.some((name) => url.searchParams.has(name));
}
