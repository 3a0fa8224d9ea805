import type { Keyring } from '../../base/keyring.js';
import { sealValue, unsealValue } from '../../base/sealed-value.js';
import { Secret } from '../../base/secret.js';

/** `mail-link`: the link of a mail, which confirms a code. `flow-link`: a link that begins a flow. `ticket-link`: a ticket. */
type LinkPurpose = 'mail-link' | 'flow-link' | 'ticket-link';

/** How long a browser that opened the link may take to press the button of its page, in seconds. */
export const linkTokenSeconds = { 'mail-link': 600, 'flow-link': 3600, 'ticket-link': 3600 } as const satisfies Record<
  LinkPurpose,
  number
>;

const longestToken = 100;

/** Encrypts the token of a link for its cookie. What is too long for one is an empty one, which opens nothing. */
export async function sealLinkToken(
  keyring: Keyring,
  { purpose, flow, token }: { readonly purpose: LinkPurpose; readonly flow: string; readonly token: string },
  now: number,
): Promise<string> {
  const kept = token.length > longestToken ? '' : token;
  return sealValue(keyring, { purpose, seconds: linkTokenSeconds[purpose] }, { flow, token: kept }, now);
}

/** Reads a value that `sealLinkToken` made for this purpose and flow; otherwise `undefined`. */
export async function unsealLinkToken(
  keyring: Keyring,
  {
    purpose,
    flow,
    sealed,
  }: { readonly purpose: LinkPurpose; readonly flow: string; readonly sealed: string | undefined },
  now: number,
): Promise<Secret | undefined> {
  if (sealed === undefined || sealed === '' || sealed.length > 4096) return undefined;
  const payload = await unsealValue(keyring, { purpose, seconds: linkTokenSeconds[purpose] }, sealed, now);
  const token = payload?.['flow'] === flow ? payload['token'] : undefined;
  return typeof token === 'string' ? new Secret(token) : undefined;
}
