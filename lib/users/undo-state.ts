import type { EnrollmentClock } from '../base/clock.js';
import type { UndoState } from '../ports/address-undo.js';
import type { UserStore } from '../ports/user-store.js';
import { isPassed } from './address-chain.js';
import type { AddressHistory } from './address-history.js';
import { writerOfUndo } from './conclude-undo.js';

interface UndoStateParts<User> {
  readonly users: UserStore<User>;
  readonly history: Pick<AddressHistory, 'read'>;
  readonly clock: EnrollmentClock;
}

/** What a change of an address is now, without the account's lock and without changing anything. */
export async function stateOfUndo<User>(
  { users, history, clock }: UndoStateParts<User>,
  userId: string,
  changeId: string,
): Promise<UndoState> {
  const changes = await history.read(userId);
  const change = changes.find(({ id }) => id === changeId);
  const user = change === undefined ? null : await users.findById(userId);
  if (change === undefined || change.undoneBy !== null || user === null) return 'over';
  if ((await writerOfUndo(users, user, change)) !== null) return 'undone';
  return isPassed(changes, change, { account: users.toProfile(user), now: clock.now() }) ? 'over' : 'open';
}
