import { setTimeout as delay } from 'node:timers/promises';
import type { AccountLock } from '../ports/account-lock.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';

interface LateParts {
  readonly authenticators: Pick<Authenticators, 'remove'>;
  readonly ephemeralStore: Pick<EphemeralStore, 'peek' | 'set'>;
  readonly accountLock: AccountLock;
}

/** Longer than a plan lives, in seconds. */
const rememberedSeconds = 25 * 60 * 60;
/** Another change of the account may be under way. */
const tries = 5;
const pauseMs = 3000;

/** True once the kit has said that this authenticator is stored. */
export async function isAuthenticatorClaimed(store: LateParts['ephemeralStore'], id: string): Promise<boolean> {
  return (await store.peek(keyOf(id))) !== null;
}

/** Last, under the account's lock: what was not stored may be stored by the next try. */
export async function claimAuthenticator(store: LateParts['ephemeralStore'], id: string): Promise<void> {
  await store.set(keyOf(id), 'stored', rememberedSeconds);
}

/**
 * Removes an authenticator that the app's store wrote after its time was up: its user was asked to try again, and may
 * have ended the session that added it. One that the next try has stored stays.
 * @throws ERR_ENROLLMENT_STORE_AWAY after five tries
 */
export async function removeLateAuthenticator(parts: LateParts, { id, userId }: Authenticator): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await parts.accountLock(userId, async (held) => {
        if (await isAuthenticatorClaimed(parts.ephemeralStore, id)) return;
        await held.confirm();
        await parts.authenticators.remove(userId, id);
      });
      return;
    } catch (error) {
      if (tried === tries) throw error;
      await delay(pauseMs, undefined, { ref: false });
    }
  }
}

function keyOf(id: string): string {
  return `authenticator:${id}`;
}
