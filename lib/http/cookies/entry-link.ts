import type { Keyring } from '../../base/keyring.js';
import { readLoginHint } from '../../base/login-hint.js';
import { Secret } from '../../base/secret.js';
import { ownPath, type Site, type RedirectTarget } from '../../base/target.js';
import { sealValue, unsealValue } from '../../base/sealed-value.js';

/** How long the data of a link is kept, in seconds. */
export const entryLinkSeconds = 600;

/** The data of a link, for every page below the mount and for the app's own signup page. */
export interface EntryLink {
  readonly code?: Secret;
  readonly next?: RedirectTarget;
  /** An address or name that sign-in pages and providers may prefill. */
  readonly loginHint?: string;
  /** The flow that the link opened; absent if it opened a page that belongs to no flow. */
  readonly flow?: string;
  /** The slugs of a flow that redirected, and of the one it redirected to. */
  readonly redirected?: { readonly from: string; readonly to: string };
}

const format = { purpose: 'entry-link', seconds: entryLinkSeconds } as const;

/** Encrypts an entry link for its cookie. */
export function sealEntryLink(keyring: Keyring, link: EntryLink, now: number): Promise<string> {
  const next = link.next !== undefined && 'path' in link.next ? link.next.path : undefined;
  const { from, to } = link.redirected ?? {};
  const { code, loginHint, flow } = link;
  return sealValue(keyring, format, { code: code?.reveal(), next, login_hint: loginHint, flow, from, to }, now);
}

/** Reads a value that `sealEntryLink` made, under any of the secrets. Any other value is an empty link. */
export async function unsealEntryLink(
  keyring: Keyring,
  site: Site,
  sealed: string | undefined,
  now: number,
): Promise<EntryLink> {
  if (sealed === undefined || sealed === '' || sealed.length > 4096) return {};
  const payload = await unsealValue(keyring, format, sealed, now);
  if (payload === null) return {};
  const next = ownPath(site, payload['next']);
  const { from, to } = payload;
  const loginHint = readLoginHint(payload['login_hint']);
  return {
    ...(typeof payload['code'] === 'string' ? { code: new Secret(payload['code']) } : {}),
    ...(next === null ? {} : { next }),
    ...(loginHint === null ? {} : { loginHint }),
    ...(typeof payload['flow'] === 'string' ? { flow: payload['flow'] } : {}),
    ...(typeof from === 'string' && typeof to === 'string' ? { redirected: { from, to } } : {}),
  };
}
