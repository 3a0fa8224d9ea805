import type { Keyring } from '../base/keyring.js';
import { savedPasswordLimit } from '../base/reserved-names.js';
import type { SavedPasswordPage, SealedPasswords } from '../ports/sealed-passwords.js';
import { sealValue, unsealValue } from '../base/sealed-value.js';

/**
 * How long a page may send its saved password, in seconds: long enough to correct the other answers. A page that is
 * left open longer may be in front of another person. Each page that is shown again gets the whole time.
 */
export const savedPasswordSeconds = 600;

const format = { purpose: 'saved-password', seconds: savedPasswordSeconds } as const;

/** Seals hashes of passwords for one page each. */
export function createSealedPasswords(keyring: Keyring): SealedPasswords {
  return Object.freeze<SealedPasswords>({
    async seal(hash, page, now) {
      const sealed = await sealValue(keyring, format, { hash, page: textOf(page) }, now);
      return sealed.length > savedPasswordLimit ? null : sealed;
    },
    async unseal(sealed, page, now) {
      if (sealed === '' || sealed.length > savedPasswordLimit) return null;
      const payload = await unsealValue(keyring, format, sealed, now);
      const hash = payload?.['hash'];
      return typeof hash === 'string' && payload?.['page'] === textOf(page) ? hash : null;
    },
  });
}

function textOf({ enrollmentId, flow, build, step, revision }: SavedPasswordPage): string {
  return JSON.stringify([enrollmentId, flow, build, step, revision]);
}
