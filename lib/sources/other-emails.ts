import { canonicalEmail } from '../base/canonical.js';
import type { SourceIdentity } from '../ports/source.js';

const most = 10;
/** Looked at; a provider's list may be of any length. */
const mostSaid = 100;

/** Further addresses as far as they can be read, without repetitions and without the main one. */
export function otherEmailsOf(said: unknown, main: string | undefined): Pick<SourceIdentity, 'otherEmails'> {
  if (!Array.isArray(said)) return {};
  const others = new Set<string>();
  for (const one of said.slice(0, mostSaid) as readonly unknown[]) {
    const address = typeof one === 'string' ? canonicalEmail(one) : null;
    if (address !== null && address !== main && others.size < most) others.add(address);
  }
  return others.size === 0 ? {} : { otherEmails: [...others] };
}
