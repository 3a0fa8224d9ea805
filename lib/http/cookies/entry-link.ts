import type { Keyring } from '../../base/keyring.js';
import { readLoginHint } from '../../base/login-hint.js';
import { Secret } from '../../base/secret.js';
import { ownPath, type Site, type RedirectTarget } from '../../base/target.js';
import { sealValue, unsealValue } from '../../base/sealed-value.js';

/** How long the data of a link is kept, in seconds. A mailed link brings more than a code that can be typed again. */
export function entryLinkSeconds({ proof }: EntryLink): number {
  return proof === undefined ? 600 : 3600;
}

/** The data of a link, for every page below the mount and for the app's own signup page. */
export interface EntryLink {
  readonly code?: Secret;
  /** The second secret of a mailed invitation's link, which belongs to its code. */
  readonly proof?: Secret;
  readonly next?: RedirectTarget;
  /** An address or name that sign-in pages and providers may prefill. */
  readonly loginHint?: string;
  /** The flow that the link opened; absent if it opened a page that belongs to no flow. */
  readonly flow?: string;
  /** The slugs of a flow that redirected, and of the one it redirected to. */
  readonly redirected?: { readonly from: string; readonly to: string };
}

const purpose = 'entry-link';

/** Encrypts an entry link for its cookie. */
export function sealEntryLink(keyring: Keyring, link: EntryLink, now: number): Promise<string> {
  const next = link.next !== undefined && 'path' in link.next ? link.next.path : undefined;
  const { from, to } = link.redirected ?? {};
  const { code, proof, loginHint, flow } = link;
  const kept = { code: code?.reveal(), proof: proof?.reveal(), next, login_hint: loginHint, flow, from, to };
  return sealValue(keyring, { purpose, seconds: entryLinkSeconds(link) }, kept, now);
}

/** Reads a value that `sealEntryLink` made, under any of the secrets. Any other value is an empty link. */
export async function unsealEntryLink(
  keyring: Keyring,
  site: Site,
  sealed: string | undefined,
  now: number,
): Promise<EntryLink> {
  if (sealed === undefined || sealed === '' || sealed.length > 4096) return {};
  const payload = await unsealValue(keyring, { purpose, seconds: 0 }, sealed, now);
  if (payload === null) return {};
  const next = ownPath(site, payload['next']);
  const { from, to, code, proof } = payload;
  const loginHint = readLoginHint(payload['login_hint']);
  return {
    ...(typeof code === 'string' ? { code: new Secret(code) } : {}),
    ...(typeof code === 'string' && typeof proof === 'string' ? { proof: new Secret(proof) } : {}),
    ...(next === null ? {} : { next }),
    ...(loginHint === null ? {} : { loginHint }),
    ...(typeof payload['flow'] === 'string' ? { flow: payload['flow'] } : {}),
    ...(typeof from === 'string' && typeof to === 'string' ? { redirected: { from, to } } : {}),
  };
}
