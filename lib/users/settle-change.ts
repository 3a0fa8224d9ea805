import { canonicalEmail } from '../base/canonical.js';
import { digest128 } from '../base/ids.js';
import type { AccountLock } from '../ports/account-lock.js';
import type { UserStore } from '../ports/user-store.js';
import type { AddressHistory } from './address-history.js';

interface SettleParts<User> {
  readonly users: UserStore<User>;
  readonly history: Pick<AddressHistory, 'read' | 'write' | 'endLinks'>;
  readonly accountLock: AccountLock;
}

/**
 * Finds out whether a change of an address was written whose request did not tell: true where the account has its new
 * address. One that was not written is removed with its link, so that it stands for no link that somebody has.
 * False, too, for one that is no longer kept: the next try has a mail and a link of its own. Repeatable.
 */
export function settleChange<User>(
  { users, history, accountLock }: SettleParts<User>,
  userId: string,
  changeId: string,
): Promise<boolean> {
  // The lock: a request that is still writing the change is waited for.
  return accountLock(userId, async (held) => {
    const changes = await history.read(userId);
    const change = changes.find(({ id }) => id === changeId);
    if (change === undefined || change.told) return change !== undefined;
    const user = await users.findById(userId);
    const isWritten = user !== null && digest128(canonicalEmail(users.toProfile(user).email ?? '') ?? '') === change.to;
    const settled = changes.flatMap((one) => (one !== change ? [one] : isWritten ? [{ ...change, told: true }] : []));
    await held.confirm();
    await history.write(userId, settled);
    if (!isWritten) await history.endLinks(userId, [change]);
    return isWritten;
  });
}
