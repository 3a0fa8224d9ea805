import type { EnrollmentClock } from '../base/clock.js';
import type { UndoState } from '../ports/address-undo.js';
import { isPassed } from './address-chain.js';
import type { AddressHistory } from './address-history.js';
import { writerOfUndo } from './conclude-undo.js';
import type { PasswordParts } from './sign-in-snapshot.js';

interface UndoStateParts<User> extends PasswordParts<User> {
  readonly history: Pick<AddressHistory, 'read'>;
  readonly clock: EnrollmentClock;
}

/** What a change of an address is now, without the account's lock and without changing anything. */
export async function stateOfUndo<User>(
  parts: UndoStateParts<User>,
  userId: string,
  changeId: string,
): Promise<UndoState> {
  const { users, history, clock } = parts;
  const changes = await history.read(userId);
  const change = changes.find(({ id }) => id === changeId);
  const user = change === undefined ? null : await users.findById(userId);
  if (change === undefined || change.undoneBy !== null || user === null) return 'over';
  if ((await writerOfUndo(parts, user, change, changes)) !== null) return 'undone';
  return isPassed(changes, change, { account: users.toProfile(user), now: clock.now() }) ? 'over' : 'open';
}
