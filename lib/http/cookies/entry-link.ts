import type { Keyring } from '../../base/keyring.js';
import { Secret } from '../../base/secret.js';
import { ownPath, type Site, type RedirectTarget } from '../../base/target.js';

/** How long the data of a link is kept, in seconds. */
export const entryLinkSeconds = 600;

/** The data of a link, for every page below the mount and for the app's own signup page. */
export interface EntryLink {
  readonly code?: Secret;
  readonly next?: RedirectTarget;
  /** The flow that the link opened; absent if it opened a page that belongs to no flow. */
  readonly flow?: string;
}

// Distinguishes these tokens from any other that the same key may encrypt in the future.
const audience = 'entry-link';

/** Encrypts an entry link for its cookie: JWE, direct encryption with A256GCM (RFC 7516), ten minutes. */
export async function sealEntryLink(keyring: Keyring, link: EntryLink, now: number): Promise<string> {
  const { EncryptJWT } = await import('jose');
  const [key] = keyring.raw('entry-link');
  if (key === undefined) throw new TypeError('a keyring needs a secret');
  const seconds = Math.floor(now / 1000);
  const next = link.next !== undefined && 'path' in link.next ? link.next.path : undefined;
  return new EncryptJWT({ code: link.code?.reveal(), next, flow: link.flow })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setAudience(audience)
    .setExpirationTime(seconds + entryLinkSeconds)
    .encrypt(key);
}

/** Reads a value that `sealEntryLink` made, under any of the secrets. Any other value is an empty link. */
export async function unsealEntryLink(
  keyring: Keyring,
  site: Site,
  sealed: string | undefined,
  now: number,
): Promise<EntryLink> {
  if (sealed === undefined || sealed === '' || sealed.length > 4096) return {};
  const { jwtDecrypt } = await import('jose');
  for (const key of keyring.raw('entry-link')) {
    try {
      const { payload } = await jwtDecrypt(sealed, key, {
        audience,
        currentDate: new Date(now),
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      const next = ownPath(site, payload['next']);
      return {
        ...(typeof payload['code'] === 'string' ? { code: new Secret(payload['code']) } : {}),
        ...(next === null ? {} : { next }),
        ...(typeof payload['flow'] === 'string' ? { flow: payload['flow'] } : {}),
      };
    } catch {
      // Another secret may have sealed it; otherwise it is expired or was not issued by the kit.
    }
  }
  return {};
}
