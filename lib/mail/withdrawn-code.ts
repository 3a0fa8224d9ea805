import { digest128 } from '../base/ids.js';
import type { Keyring } from '../base/keyring.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { CodeAsker, CodeBinding } from '../ports/mail-queue.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';
import type { SessionRegistry } from '../ports/session-registry.js';
import type { UserStore } from '../ports/user-store.js';
import { linkKey } from './code-links.js';
import { createMailDigests } from './digests.js';
import { mailboxOf } from './recipients.js';

interface WithdrawnCodeParts<User> {
  readonly ephemeralStore: Pick<EphemeralStore, 'peek'>;
  readonly sessionRegistry: Pick<SessionRegistry, 'hasEnded' | 'isRegistered' | 'list'>;
  readonly users: UserStore<User>;
  readonly rehashed: Pick<RehashedPasswords, 'digestsOf'>;
  readonly keyring: Keyring;
}

/** Why the mail with a code must not be sent to `to` any more; `null`: it must be. */
export async function withdrawnCode<User>(
  parts: WithdrawnCodeParts<User>,
  { link, user, password, asker }: CodeBinding,
  to: string,
): Promise<string | null> {
  if ((await parts.ephemeralStore.peek(linkKey(link))) === null) return 'its code was used, replaced or canceled';
  const { users, keyring } = parts;
  if (asker !== null) {
    if (await hasEnded(parts, asker)) return 'the session that asked for its code has ended';
    const owner = await users.findById(asker.user);
    if (owner === null || !users.toProfile(owner).active) return 'its account is gone or not active';
  }
  if (user === null) return null;
  const found = await users.findById(user);
  const mailbox = found === null ? null : mailboxOf(users.toProfile(found), false);
  if (found === null || mailbox === null) return 'its account is gone or not active';
  if (mailbox !== to) return 'its account has another address now';
  const hash = (await users.passwordHash?.(found)) ?? null;
  const { isPassword } = createMailDigests(keyring);
  if (isPassword(user, hash === null ? null : [digest128(hash)], password)) return null;
  const isSame = hash !== null && isPassword(user, await parts.rehashed.digestsOf(user, hash), password);
  return isSame ? null : 'the password was changed since';
}

/** Evidence that was removed ends no session: of a session alone, only its own end counts. */
async function hasEnded(
  { sessionRegistry }: Pick<WithdrawnCodeParts<unknown>, 'sessionRegistry'>,
  { user, epoch, session }: CodeAsker,
): Promise<boolean> {
  if (epoch !== null && (await sessionRegistry.hasEnded(user, epoch))) return true;
  if (session === null || (await sessionRegistry.isRegistered(user, session))) return false;
  // It goes on under another id where its user has ended the others.
  const next = (await sessionRegistry.list(user)).find(({ earlier = [] }) => earlier.includes(session));
  return next === undefined || !(await sessionRegistry.isRegistered(user, next.id));
}
