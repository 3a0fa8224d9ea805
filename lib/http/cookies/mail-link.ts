import type { Keyring } from '../../base/keyring.js';
import { sealValue, unsealValue } from '../../base/sealed-value.js';
import { Secret } from '../../base/secret.js';

/** How long a browser that opened the link of a mail may take to press the button, in seconds. */
export const mailLinkSeconds = 600;

const format = { purpose: 'mail-link', seconds: mailLinkSeconds } as const;
const longestToken = 100;

/** Encrypts the token of a mail's link for its cookie. `''` for what is no token. */
export async function sealMailLink(keyring: Keyring, flow: string, token: string, now: number): Promise<string> {
  return token.length > longestToken ? '' : sealValue(keyring, format, { flow, token }, now);
}

/** Reads a value that `sealMailLink` made for this flow; otherwise `undefined`. */
export async function unsealMailLink(
  keyring: Keyring,
  flow: string,
  sealed: string | undefined,
  now: number,
): Promise<Secret | undefined> {
  if (sealed === undefined || sealed === '' || sealed.length > 4096) return undefined;
  const payload = await unsealValue(keyring, format, sealed, now);
  const token = payload?.['flow'] === flow ? payload['token'] : undefined;
  return typeof token === 'string' ? new Secret(token) : undefined;
}
