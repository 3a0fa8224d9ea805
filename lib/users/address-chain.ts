import { digest128 } from '../base/ids.js';
import { undoSeconds, type RecordedChange } from './address-history.js';

/**
 * The place of the first change whose valid link brings `address` back; -1: there is none. An account that gets this
 * address by another way, proved, needs neither that link nor those of later changes: they are in other mailboxes.
 */
export function chainFrom(changes: readonly RecordedChange[], address: string, now: number): number {
  return changes.findIndex((change) => change.from === address && isLinkValid(change, now));
}

/**
 * True where the account has the proved address `present` again, from before `undone`, by a way that ended no link: the
 * app's own, or that of a process that died. The link of `undone` is then in the mailbox of the person who lost it.
 */
export function isPassed(
  changes: readonly RecordedChange[],
  undone: RecordedChange,
  { present, now }: { readonly present: string; readonly now: number },
): boolean {
  if (present === undone.from) return false;
  const isRecorded = writtenChanges(changes, present).at(-1)?.to === digest128(present);
  return changes.slice(0, changes.indexOf(undone)).some((earlier) => {
    const isEarlier = earlier.from === present && earlier.undoneBy === null;
    return isEarlier && (!isRecorded || isLinkValid(earlier, now));
  });
}

/** Without the last one where it may not have been written: the account still has its former address. */
export function writtenChanges(changes: readonly RecordedChange[], present: string | null): readonly RecordedChange[] {
  const last = changes.at(-1);
  return last?.told === false && last.from === present ? changes.slice(0, -1) : changes;
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
 * True for an address that came by a change which can still be undone. Nothing tells whether its owner or a stranger
 * made that change, so only the address before it can undo: the stranger would take the account again by a link of
 * theirs, whatever its owner or an administrator has done meanwhile.
 */
export function isUndoable(changes: readonly RecordedChange[], present: string, now: number): boolean {
  const mark = digest128(present);
  return changes.some((change) => change.to === mark && isLinkValid(change, now));
}

const isLinkValid = ({ at, undoneBy }: RecordedChange, now: number): boolean =>
  undoneBy === null && now < at + undoSeconds * 1000;
