import type { WaitlistEntry } from '../ports/waitlist-store.js';
import { isHeld } from './entry.js';
import { followCode } from './follow-code.js';
import type { InvitationMails, NewestMail, WaitlistParts } from './parts.js';
import { recordOutcome } from './record-mail.js';

type MissedParts = Pick<WaitlistParts, 'store' | 'events' | 'clock'> & { readonly mails: InvitationMails };

const mostCodes = 20;

/**
 * Lets an entry follow its invitation and the newest mail of it, where the process that should have recorded them could
 * not. True where it was corrected.
 */
export async function recordMissed(parts: MissedParts, entry: WaitlistEntry): Promise<boolean> {
  if (entry.invitation === null || isHeld(entry, parts.clock.now())) return false;
  const followed = await followAll(parts, entry);
  const present = followed ?? entry;
  const mail = await newestOf(parts.mails, present);
  const isRecorded = mail !== null && (await recordOutcome(parts, mail, { isMissed: true }));
  return followed !== null || isRecorded;
}

/** `null`: it has no newer code. */
async function followAll({ store, mails }: MissedParts, entry: WaitlistEntry): Promise<WaitlistEntry | null> {
  let followed: WaitlistEntry | null = null;
  for (let count = 0; count < mostCodes; count += 1) {
    const { id, invitation } = followed ?? entry;
    const next = invitation === null ? null : await mails.replacementOf(invitation);
    if (invitation === null || next === null) break;
    const moved = await followCode(store, id, { before: invitation, next });
    if (moved === null) break;
    followed = moved;
  }
  return followed;
}

/** A new code that is mailed to no one has none: then that of the code before, which waited until it ended. */
async function newestOf(mails: InvitationMails, { invitation, earlier }: WaitlistEntry): Promise<NewestMail | null> {
  const own = invitation === null ? null : await mails.newestOf(invitation);
  const before = earlier.at(-1);
  return own ?? (before === undefined ? null : mails.newestOf(before));
}
