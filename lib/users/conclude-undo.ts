import { canonicalEmail } from '../base/canonical.js';
import { isUnprovedAddress } from '../base/unproved-address.js';
import type { HeldAccount } from '../ports/account-lock.js';
import type { EventSink } from '../ports/events.js';
import type { AddressHistory, RecordedChange } from './address-history.js';
import { hasPassword, type PasswordParts } from './sign-in-snapshot.js';

/**
 * The enrollment that undid a change without recording it, since its process ended right after the write; `null`: none
 * did. Address and password are one write: where a password was set after the change, an address that came back by
 * itself has not ended it. `changes`: all that are recorded. A later one was recorded after the process ended, when the undo
 * was not written: an undo that was is recorded before.
 */
export async function writerOfUndo<User>(
  parts: PasswordParts<User>,
  user: User,
  undone: RecordedChange,
  changes: readonly RecordedChange[],
): Promise<string | null> {
  const { from, begun, before, undoneBy } = undone;
  const profile = parts.users.toProfile(user);
  const present = isUnprovedAddress(profile) ? null : canonicalEmail(profile.email ?? '');
  if (changes.at(-1)?.id !== undone.id) return null;
  if (begun === undefined || undoneBy !== null || present !== from) return null;
  const isToBeReplaced = begun.password !== null && begun.password !== before.password;
  return isToBeReplaced && (await hasPassword(parts, user, begun.password)) ? null : begun.by;
}

/**
 * Records that a change was undone, and uses up its link. Returns the recorded change. `before`: those before it; there
 * are none after it.
 */
export async function concludeUndo(
  { history, events }: { readonly history: AddressHistory; readonly events: EventSink },
  userId: string,
  {
    undone,
    by,
    before,
    held,
  }: {
    readonly undone: RecordedChange;
    readonly by: string;
    readonly before: readonly RecordedChange[];
    readonly held: HeldAccount;
  },
): Promise<RecordedChange> {
  await held.confirm();
  const recorded = { ...undone, undoneBy: by };
  await history.write(userId, [...before, recorded]);
  await history.endLinks(userId, [undone], 'used');
  events({ type: 'account.address_restored', user: userId });
  return recorded;
}
