import type { Keyring } from '../base/keyring.js';
import { sealValue, unsealValue } from '../base/sealed-value.js';

/** Which mails a link stops. */
interface UnsubscribeToken {
  /** The address in its canonical form. */
  readonly to: string;
  /** A digest of the tenant. */
  readonly scope: string;
  /** The invitation of the mail. */
  readonly invitation: string | null;
}

/** People unsubscribe long after a mail, so that it does not expire. It can do no more than stop mails. */
const format = { purpose: 'unsubscribe', seconds: null } as const;

/** Encrypted: addresses in URLs get into logs. Of a bounded length: a line of a mail has at most 998 characters (RFC 5322, 2.1.1). */
export function sealUnsubscribeToken(
  keyring: Keyring,
  { to, scope, invitation }: UnsubscribeToken,
  now: number,
): Promise<string> {
  return sealValue(keyring, format, { to, scope, invitation }, now);
}

/** `null` for a text that none of the app's secrets sealed for this purpose. */
export async function openUnsubscribeToken(
  keyring: Keyring,
  token: string,
  now: number,
): Promise<UnsubscribeToken | null> {
  if (token.length > longest) return null;
  const { to, scope, invitation } = (await unsealValue(keyring, format, token, now)) ?? {};
  if (typeof to !== 'string' || typeof scope !== 'string') return null;
  return { to, scope, invitation: typeof invitation === 'string' ? invitation : null };
}

const longest = 1000;
