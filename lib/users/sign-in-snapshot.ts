import { digest128 } from '../base/ids.js';
import type { JsonObject } from '../base/json.js';
import type { HeldAccount } from '../ports/account-lock.js';
import type { ExternalIdentity } from '../ports/connections.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';
import type { UserStore } from '../ports/user-store.js';
import type { UserRecords } from './forget-user.js';

/** What opened an account at a time: digests, which open nothing. */
export interface SignInSnapshot extends JsonObject {
  /** Tells one password from another; `null`: there was none. */
  readonly password: string | null;
  readonly authenticators: readonly string[];
  readonly connections: readonly string[];
}

export interface PasswordParts<User> {
  readonly users: UserStore<User>;
  readonly rehashed: Pick<RehashedPasswords, 'digestsOf'>;
}

type Records = Pick<UserRecords, 'authenticators' | 'connections'>;

export async function takeSnapshot<User>(
  users: UserStore<User>,
  records: Records,
  user: User,
): Promise<SignInSnapshot> {
  const { id } = users.toProfile(user);
  return {
    password: await passwordMark(users, user),
    authenticators: ((await records.authenticators?.list(id)) ?? []).map((one) => digest128(one.id)),
    connections: ((await records.connections?.list?.(id)) ?? []).map(markOfConnection),
  };
}

/** The time of the password where the store tells it: a hash also changes with its settings. `null`: there is none. */
export async function passwordMark<User>(users: UserStore<User>, user: User): Promise<string | null> {
  const hash = (await users.passwordHash?.(user)) ?? null;
  if (hash === null) return null;
  const { passwordChangedAt = null } = users.toProfile(user);
  return passwordChangedAt === null ? digest128(hash) : String(passwordChangedAt);
}

/** True where the account still has the password with this mark, be its hash another one since. */
export async function hasPassword<User>(
  { users, rehashed }: PasswordParts<User>,
  user: User,
  mark: string | null,
): Promise<boolean> {
  const hash = (await users.passwordHash?.(user)) ?? null;
  if (hash === null || mark === null) return hash === mark;
  const { id, passwordChangedAt = null } = users.toProfile(user);
  return passwordChangedAt === null
    ? (await rehashed.digestsOf(id, hash)).includes(mark)
    : String(passwordChangedAt) === mark;
}

/**
 * Removes the authenticators and connections that the snapshot lacks. Which of them are newer is not read from their
 * times: the clocks of servers differ. Repeatable.
 */
export async function forgetNewer(
  { authenticators, connections }: Records,
  userId: string,
  { then, held }: { readonly then: SignInSnapshot; readonly held: HeldAccount },
): Promise<void> {
  for (const { id } of (await authenticators?.list(userId)) ?? []) {
    if (then.authenticators.includes(digest128(id))) continue;
    await held.confirm();
    await authenticators?.remove(userId, id);
  }
  if (connections?.list === undefined || connections.unlink === undefined) return;
  for (const one of await connections.list(userId)) {
    const { source, issuer, subject } = one;
    if (then.connections.includes(markOfConnection(one))) continue;
    await held.confirm();
    await connections.unlink(userId, { source, issuer, subject });
  }
}

function markOfConnection({ source, issuer, subject }: ExternalIdentity): string {
  return digest128(JSON.stringify([source, issuer, subject]));
}
