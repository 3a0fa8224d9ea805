import { digest128 } from '../base/ids.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';

/** Longer than a ticket can be valid or renewed for the first time: 30 days, and 30 days after it expired. */
const keptSeconds = 90 * 86_400;
/** Settings are raised rarely. */
const mostEarlier = 5;

/** Keeps digests alone: no hash, and no user's id. */
export function createRehashedPasswords(ephemeralStore: Pick<EphemeralStore, 'set' | 'peek'>): RehashedPasswords {
  async function digestsOf(userId: string, hash: string): Promise<readonly string[]> {
    const stored = await ephemeralStore.peek(keyOf(userId, hash));
    return [digest128(hash), ...(stored === null ? [] : stored.split(' '))];
  }

  return Object.freeze<RehashedPasswords>({
    async record(userId, hash, next) {
      const earlier = (await digestsOf(userId, hash)).slice(0, mostEarlier);
      await ephemeralStore.set(keyOf(userId, next), earlier.join(' '), keptSeconds);
    },
    digestsOf,
  });
}

const keyOf = (userId: string, hash: string): string =>
  `rehashed:${digest128(JSON.stringify([userId, digest128(hash)]))}`;
