import { canonicalEmail } from '../base/canonical.js';
import { digest128 } from '../base/ids.js';
import { isUnprovedAddress } from '../base/unproved-address.js';
import type { UserProfile } from '../ports/user-store.js';
import { linkEnd, type RecordedChange } from './address-history.js';

type Account = Pick<UserProfile, 'email' | 'emailVerified'>;

/**
 * The place of the first change whose valid link brings `address` back; -1: there is none. An account that gets this
 * address by another way, proved, needs neither that link nor those of later changes: they are in other mailboxes.
 */
export function chainFrom(changes: readonly RecordedChange[], address: string, now: number): number {
  return changes.findIndex((change) => change.from === address && isLinkValid(change, now));
}

/**
 * True where the account has the proved address from before `undone`, or an earlier one, again by a way that ended no
 * link: the app's own, or that of a process that died. A link of a later change is then in the mailbox of the person who
 * lost the account. An undo that has begun is not passed: its next press ends what the first one did not.
 */
export function isPassed(
  changes: readonly RecordedChange[],
  undone: RecordedChange,
  { account, now }: { readonly account: Account; readonly now: number },
): boolean {
  const present = provedAddress(account);
  if (present === null) return false;
  const written = writtenChanges(changes, present);
  // An address that was typed back is recorded: only the store's own word proves it, which some apps leave out.
  const isSetByApp = written.at(-1)?.to !== digest128(present);
  const isProved = account.emailVerified === true;
  if (present === undone.from) {
    // One that is older stands for the addresses after it: where the app gives its own back, their links end.
    const isOpen =
      now < linkEnd(undone) && undone.undoneBy === null && undone.begun === undefined && written.includes(undone);
    return isOpen && (isSetByApp || isProved);
  }
  return changes.slice(0, changes.indexOf(undone)).some((earlier) => {
    const isEarlier = earlier.from === present && earlier.undoneBy === null && written.includes(earlier);
    return isEarlier && (isSetByApp || (isProved && isLinkValid(earlier, now)));
  });
}

/**
 * Without those that may not have been written: their requests sent no notice. The last one was written, where the
 * account has its new address.
 */
export function writtenChanges(changes: readonly RecordedChange[], present: string | null): readonly RecordedChange[] {
  const [last, mark] = [changes.at(-1), digest128(present ?? '')];
  return changes.filter((one) => one.told || (one === last && one.to === mark));
}

/** The key of the mail to `lost`, which an account leaves because it gets `back` again: one, by whatever way. */
export function givenBackKey(
  changes: readonly RecordedChange[],
  { back, lost, now }: { readonly back: string; readonly lost: string | null; readonly now: number },
): string {
  const first = changes[chainFrom(changes, back, now)] ?? changes.find(({ from }) => from === back);
  return JSON.stringify(['address given back', first?.id, lost]);
}

/**
 * The id of the change whose link still works and undoes what led to the account's present address, too; `null`: there is
 * none, so the address gets a link of its own when the account loses it. Nothing tells whether its owner or a stranger
 * made the changes after that link: a stranger would take the account again by one of theirs, whatever its owner or an
 * administrator has done meanwhile. Without a proof an address is not taken for one that the app has set.
 */
export function coveringChange(changes: readonly RecordedChange[], account: Account, now: number): string | null {
  const address = canonicalEmail(account.email ?? '');
  const written = writtenChanges(changes, address).filter(({ undoneBy }) => undoneBy === null);
  const proved = provedAddress(account);
  const mark = proved === null ? null : digest128(proved);
  const last = mark === null ? written.at(-1) : written.findLast(({ to }) => to === mark);
  const first = last?.links.length === 0 ? written.find(({ id }) => id === last.coveredBy) : last;
  return first !== undefined && isLinkValid(first, now) ? first.id : null;
}

/** Canonical; `null`: the account has none that counts. */
function provedAddress(account: Account): string | null {
  return isUnprovedAddress(account) ? null : canonicalEmail(account.email ?? '');
}

const isLinkValid = (change: RecordedChange, now: number): boolean =>
  change.links.length > 0 && change.undoneBy === null && now < linkEnd(change);
