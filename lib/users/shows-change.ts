import { canonicalEmail } from '../base/canonical.js';
import type { Authenticators } from '../ports/authenticators.js';
import type { Connections } from '../ports/connections.js';
import type { MailCheck } from '../ports/mail-queue.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';
import type { UserStore } from '../ports/user-store.js';

interface ShownIn<User> {
  readonly users: UserStore<User>;
  readonly rehashed: Pick<RehashedPasswords, 'digestsOf'>;
  /** `null`: the app has none. */
  readonly authenticators: Pick<Authenticators, 'list'> | null;
  readonly connections: Pick<Connections, 'find'> | null;
  isDeclined(invitation: string): Promise<boolean>;
}

/** True where the stores show the change that a mail to `to` announces. */
export async function showsChange<User>(stores: ShownIn<User>, check: MailCheck, to: string): Promise<boolean> {
  const { users, authenticators, connections } = stores;
  if (check.type === 'declined') return stores.isDeclined(check.invitation);
  const user = await users.findById(check.user);
  if (user === null || check.type === 'deleted') return user === null && check.type === 'deleted';
  switch (check.type) {
    case 'address':
      return canonicalEmail(users.toProfile(user).email ?? '') !== to;
    case 'password': {
      const hash = (await users.passwordHash?.(user)) ?? null;
      return hash !== null && (await stores.rehashed.digestsOf(check.user, hash)).includes(check.mark);
    }
    case 'authenticator': {
      const own = await authenticators?.list(check.user);
      return own !== undefined && own.some(({ id }) => id === check.id) === check.isThere;
    }
    case 'connection': {
      const { source, issuer, subject } = check;
      const owner = await connections?.find({ source, issuer, subject });
      return owner !== undefined && (owner === check.user) === check.isThere;
    }
  }
}
