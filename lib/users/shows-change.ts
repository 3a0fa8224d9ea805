import { canonicalEmail } from '../base/canonical.js';
import { digest128 } from '../base/ids.js';
import type { MailCheck } from '../ports/mail-queue.js';
import type { UserStore } from '../ports/user-store.js';

/** True where the account shows the change that a mail to `to` announces. */
export async function showsChange<User>(users: UserStore<User>, check: MailCheck, to: string): Promise<boolean> {
  const user = await users.findById(check.user);
  if (user === null) return false;
  if (check.type === 'address') return canonicalEmail(users.toProfile(user).email ?? '') !== to;
  const hash = (await users.passwordHash?.(user)) ?? null;
  return hash !== null && digest128(hash) === check.mark;
}
