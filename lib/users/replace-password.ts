import type { NewPasswordHash, UserStore } from '../ports/user-store.js';

/**
 * Writes a change with a password, where the user's hash is still `present`. False: another one was set since it was
 * read, and nothing is written.
 */
export async function replacePassword<User>(
  users: UserStore<User>,
  user: User,
  present: string | null,
  change: NewPasswordHash,
): Promise<boolean> {
  if (users.replacePassword !== undefined) return (await users.replacePassword(user, present, change)) !== null;
  // A write that is delayed from here on replaces a later password: `WARN_REPLACE_PASSWORD` says so.
  const now = await users.findById(users.toProfile(user).id);
  if (now === null || ((await users.passwordHash?.(now)) ?? null) !== present) return false;
  await users.update?.(now, change);
  return true;
}
