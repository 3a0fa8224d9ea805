import type { Keyring } from '../base/keyring.js';
import { sealValue, unsealValue } from '../base/sealed-value.js';

const format = { purpose: 'authenticator', seconds: null } as const;

/** A secret for the app's database. It names its owner: moved to the row of another user, it opens nothing. */
export function sealSecret(keyring: Keyring, userId: string, secret: string): Promise<string> {
  return sealValue(keyring, format, { sub: userId, secret }, 0);
}

/** What `sealSecret` sealed for this user under any of the secrets; `null` for anything else. */
export async function unsealSecret(keyring: Keyring, userId: string, sealed: string): Promise<string | null> {
  const payload = await unsealValue(keyring, format, sealed, 0);
  const secret = payload?.['secret'];
  return payload?.sub === userId && typeof secret === 'string' ? secret : null;
}
