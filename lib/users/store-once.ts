import { writeWhileProved } from '../base/write-while-proved.js';
import type { AccountLock, HeldAccount } from '../ports/account-lock.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { EventSink } from '../ports/events.js';
import type { Announce } from '../ports/mail-notices.js';
import { claimAuthenticator, isAuthenticatorClaimed } from './late-authenticators.js';

interface StoreOnceParts {
  readonly authenticators: Authenticators;
  readonly ephemeralStore: EphemeralStore;
  readonly events: EventSink;
  readonly accountLock: AccountLock;
}

/** `absent`: it was removed since it was stored. `ended`: what proves the user was ended meanwhile. */
type Stored = 'stored' | 'absent' | 'ended';

interface NewAuthenticator {
  readonly one: Authenticator;
  /** As in `SecondFactorUser`. */
  readonly holds?: (() => Promise<boolean>) | undefined;
  readonly announce?: Announce<string> | undefined;
  /** Called once it is stored, before anything else changes what opens the account. */
  afterwards?(held: HeldAccount): Promise<void>;
}

/**
 * Stores the authenticator that a plan set up. A second click finds it stored; once it was removed, no repetition of
 * the form adds it again.
 */
export async function storeOnce(parts: StoreOnceParts, added: NewAuthenticator): Promise<Stored> {
  const { authenticators, ephemeralStore, events, accountLock } = parts;
  const { one, holds = always, announce = unannounced, afterwards } = added;
  const isThere = async (): Promise<boolean> => (await authenticators.list(one.userId)).some(({ id }) => id === one.id);
  if (await isAuthenticatorClaimed(ephemeralStore, one.id)) return (await isThere()) ? 'stored' : 'absent';
  return accountLock(one.userId, async (held) => {
    let tell = (): void => undefined;
    const written = await writeWhileProved({
      holds,
      async write() {
        tell = await announce(one.id);
        await held.confirm();
        try {
          await authenticators.add(one);
          return 'added';
        } catch (error) {
          if (!(await isThere())) throw error;
          return 'there';
        }
      },
      takeBack: () => authenticators.remove(one.userId, one.id),
    });
    if (written === 'ended') return written;
    await afterwards?.(held);
    await claimAuthenticator(ephemeralStore, one.id);
    if (written === 'added') events({ type: 'authenticator.added', user: one.userId, authenticator: one.type });
    // Also where the process of an earlier click ended before it could.
    tell();
    return 'stored';
  });
}

const always = (): Promise<boolean> => Promise.resolve(true);
const unannounced: Announce<string> = () => Promise.resolve(() => undefined);
