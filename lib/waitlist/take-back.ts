import type { WaitlistEntry } from '../ports/waitlist-store.js';
import { move, replace, type Moved } from './entry.js';
import type { MadeInvitation, WaitlistParts } from './parts.js';
import type { RowOutcome } from './report.js';

/** The invitation that the entry named before. */
export interface EndedEarlier {
  /** What the row has become already, by its invitation; `null`: nothing. */
  readonly outcome: RowOutcome | null;
  /** Makes it valid again, where it was. */
  restore(): Promise<void>;
}

/**
 * Restores an entry to its state before it was claimed: no message was sent. What others have recorded since stays.
 * Returns the entry as it is then.
 */
export async function giveBack(
  { store }: Pick<WaitlistParts, 'store'>,
  { before, entry }: Pick<Moved, 'before' | 'entry'>,
): Promise<WaitlistEntry> {
  const given = await replace(store, entry, { ...before, busyUntil: null });
  if (given !== null) return given;
  const [present = null] = await store.read([entry.id]);
  return present ?? before;
}

/** The same for one that names an invitation whose mail is withdrawn, which may have been recorded. */
export async function giveBackUnsent(
  { store }: Pick<WaitlistParts, 'store'>,
  { before, entry }: Pick<Moved, 'before' | 'entry'>,
): Promise<WaitlistEntry> {
  const { version: _version, ...fields } = before;
  const moved = await move(store, entry.id, ({ invitation, state }) =>
    invitation === entry.invitation && (state === 'approved' || state === 'failed')
      ? { ...fields, busyUntil: null }
      : null,
  );
  return moved?.entry ?? before;
}

/** Makes the earlier invitation of an entry valid again. */
export async function restore(
  { log }: Pick<WaitlistParts, 'log'>,
  { id }: Pick<WaitlistEntry, 'id'>,
  earlier: EndedEarlier | null,
): Promise<void> {
  await earlier?.restore().catch((error: unknown) => {
    log.error({ err: error, entry: id }, 'the earlier invitation of an entry could not be restored');
  });
}

/** Revokes an invitation that was never sent. */
export async function takeBack(
  { invitations, mailer, log }: Pick<WaitlistParts, 'invitations' | 'mailer' | 'log'>,
  { id }: Pick<MadeInvitation, 'id'>,
): Promise<void> {
  const undo = async (): Promise<void> => {
    await invitations.revoke(id);
    await mailer?.keepEarlier(id);
  };
  await undo().catch((error: unknown) => {
    log.error({ err: error, invitation: id }, 'an invitation that was not sent could not be revoked');
  });
}
