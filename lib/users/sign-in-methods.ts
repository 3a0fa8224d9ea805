import { digest128, randomId } from '../base/ids.js';
import { acquireLease, type LeaseTerms } from '../base/lease.js';
import type { AccountLock, HeldAccount } from '../ports/account-lock.js';
import type { Authenticators } from '../ports/authenticators.js';
import type { Connections, ExternalIdentity } from '../ports/connections.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { UserStore } from '../ports/user-store.js';
import { alwaysHeld, usualAccountLock } from './account-lock.js';
import { isSoleFactor } from './passkey-record.js';

interface SignInMethodsParts<User> {
  readonly users: Pick<UserStore<User>, 'findById' | 'passwordHash'>;
  /** `null`: the app has no sources. */
  readonly connections: Connections | null;
  /** `null`: there are none, or no flow signs in by a passkey alone. */
  readonly passkeys: Pick<Authenticators, 'list'> | null;
  /** The slugs of the sources that are on: only their identities can sign in. */
  readonly openSources: () => Promise<ReadonlySet<string>>;
  readonly ephemeralStore: EphemeralStore;
  /** Omitted: nothing else changes what opens an account. */
  readonly accountLock?: AccountLock;
}

/** What is about to be removed: an authenticator, by its id, or a connection. */
type SignInMethod = { readonly authenticator: string } | { readonly connection: ExternalIdentity };

/** The ways in which users sign in: a password, a passkey, an identity at a source. */
export interface SignInMethods {
  /**
   * Removes one, unless it is the last. Of several removals for one user at most one is under way; a second one is
   * `busy`. So removals through the kit never leave an account without a way in; what the app itself removes meanwhile
   * is not seen. Else the result is that of `remove`.
   */
  removeUnlessLast<Removal>(
    userId: string,
    method: SignInMethod,
    remove: (held: HeldAccount) => Promise<Removal>,
  ): Promise<Removal | 'last' | 'busy'>;
}

/** A second removal does not wait: its page shows what is left. */
const removalTerms: LeaseTerms = Object.freeze({ ...usualAccountLock, timeoutMs: 0 });

export function createSignInMethods<User>(parts: SignInMethodsParts<User>): SignInMethods {
  const { users, connections, passkeys, openSources, ephemeralStore, accountLock = alone } = parts;

  async function hasOther(userId: string, method: SignInMethod): Promise<boolean> {
    const user = await users.findById(userId);
    if (user === null) return false;
    if (((await users.passwordHash?.(user)) ?? null) !== null) return true;
    const authenticator = 'authenticator' in method ? method.authenticator : null;
    const own = (await passkeys?.list(userId)) ?? [];
    if (own.some((one) => isSoleFactor(one) && one.id !== authenticator)) return true;
    if (connections === null) return false;
    const open = await openSources();
    if (open.size === 0) return false;
    if (connections.list === undefined) return (await connections.hasConnection?.(userId)) ?? false;
    const connected = (await connections.list(userId)).filter(({ source }) => open.has(source));
    return connected.some((one) => !('connection' in method) || !isSame(one, method.connection));
  }

  return Object.freeze<SignInMethods>({
    async removeUnlessLast(userId, method, remove) {
      const key = `sign-in-methods:${digest128(userId)}`;
      const lease = await acquireLease(ephemeralStore, removalTerms, { key, holder: randomId() });
      if (lease === null) return 'busy';
      try {
        return await accountLock(userId, async (held) => {
          if (!(await hasOther(userId, method))) return 'last';
          return remove(held);
        });
      } finally {
        // Without the store it ends by itself.
        await lease.release().catch(() => undefined);
      }
    },
  });
}

const alone: AccountLock = (_userId, work) => work(alwaysHeld);

function isSame(one: ExternalIdentity, other: ExternalIdentity): boolean {
  return one.source === other.source && one.issuer === other.issuer && one.subject === other.subject;
}
