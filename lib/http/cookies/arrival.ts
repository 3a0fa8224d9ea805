import type { Keyring } from '../../base/keyring.js';
import { Secret } from '../../base/secret.js';
import { ownPath, type Site } from '../../base/target.js';
import type { Arrival } from '../../flow/facts.js';

/** How long what a link brought is kept, in seconds. */
export const arrivalSeconds = 600;

/** What a link's query says, checked; `null` when it says nothing to us. */
export function arrivalOf(site: Site, query: URLSearchParams): Arrival | null {
  const code = query.get('invite');
  const next = ownPath(site, query.get('next'));
  if (!query.has('invite') && !query.has('next')) return null;
  return {
    ...(code === null || code === '' || code.length > 200 ? {} : { code: new Secret(code) }),
    ...(next === null ? {} : { next }),
  };
}

/** Seals an arrival for its cookie: JWE, direct encryption with A256GCM (RFC 7516), ten minutes. */
export async function sealArrival(keyring: Keyring, slug: string, arrival: Arrival, now: number): Promise<string> {
  const { EncryptJWT } = await import('jose');
  const [key] = keyring.raw('arrival');
  if (key === undefined) throw new TypeError('a keyring needs a secret');
  const seconds = Math.floor(now / 1000);
  const next = arrival.next !== undefined && 'path' in arrival.next ? arrival.next.path : undefined;
  return new EncryptJWT({ code: arrival.code?.reveal(), next })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setAudience(slug)
    .setExpirationTime(seconds + arrivalSeconds)
    .encrypt(key);
}

/** Opens what `sealArrival` made, under any secret. Anything else is no arrival. */
export async function unsealArrival(
  keyring: Keyring,
  site: Site,
  slug: string,
  sealed: string | undefined,
  now: number,
): Promise<Arrival> {
  if (sealed === undefined || sealed === '' || sealed.length > 4096) return {};
  const { jwtDecrypt } = await import('jose');
  for (const key of keyring.raw('arrival')) {
    try {
      const { payload } = await jwtDecrypt(sealed, key, {
        audience: slug,
        currentDate: new Date(now),
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      const next = ownPath(site, payload['next']);
      return {
        ...(typeof payload['code'] === 'string' ? { code: new Secret(payload['code']) } : {}),
        ...(next === null ? {} : { next }),
      };
    } catch {
      // Another secret may have sealed it; otherwise it is expired or not ours.
    }
  }
  return {};
}
