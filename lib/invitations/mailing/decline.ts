import type { EventSink } from '../../ports/events.js';
import type { MailedLink } from '../../ports/fresh-invitations.js';
import type { InvitationDecline, MailedInvitationState } from '../../ports/invitation-decline.js';
import type { InvitationSnapshot } from '../../ports/invitation-store.js';
import { stateOf } from '../access/eligibility.js';
import { editInvitation } from '../management/find.js';
import { settleAll, type LookUp } from '../redemption/settle.js';
import type { MailingParts } from './mailing.js';
import { findByMail } from './mailed-link.js';
import { isHalfReplaced, newestOf } from './newest.js';
import { newestFor } from './outstanding.js';
import { isUsable } from './outstanding.js';
import { prepareDeclined } from './tell-inviter.js';

/** Only the secret of the mail declines: a code can be guessed, and a copied link may be in anybody's hands. */
export function createInvitationDecline(
  parts: Pick<MailingParts, 'store' | 'keyring' | 'settles' | 'mailing' | 'defaultFlow'> & {
    readonly events: EventSink;
    readonly lookUp: LookUp | null;
  },
): InvitationDecline {
  const { store, events, settles, lookUp } = parts;

  /** With its claims settled: a process that died may have written the account. */
  async function find(link: MailedLink): ReturnType<typeof findByMail> {
    const found = await findByMail(parts, link);
    if (found === null || found.snapshot.lapsed === 0 || lookUp === null) return found;
    await settleAll({ store, lookUp, events }, found.snapshot.record.id);
    return findByMail(parts, link);
  }

  async function shownState({
    snapshot,
    address,
  }: NonNullable<Awaited<ReturnType<typeof findByMail>>>): Promise<MailedInvitationState> {
    if (isUsable(snapshot, settles)) return isBeingUsed(snapshot, settles) ? 'held' : 'open';
    if (isUsedUp(snapshot)) return 'used';
    const { replacedBy } = snapshot.record;
    // One that ended because its address was sent another one: that is in the same mailbox.
    const unlessSentAgain = async (end: MailedInvitationState): Promise<MailedInvitationState> =>
      end === 'revoked' && (await newestFor(parts, snapshot.record)) !== null ? 'superseded' : end;
    if (replacedBy === null) return unlessSentAgain(endOf(snapshot, settles));
    const newest = await newestOf(parts, snapshot);
    const isItself = newest.record.id === snapshot.record.id;
    if (isHalfReplaced(newest) && newest.record.bound === address) return isUsedUp(newest) ? 'used' : 'superseded';
    // An invitation that has moved to another address is over for this one.
    if (isItself || newest.record.bound !== address) return unlessSentAgain('revoked');
    if (isUsedUp(newest)) return 'used';
    return newest.record.revokedAt === null ? 'superseded' : unlessSentAgain(endOf(newest, settles));
  }

  return Object.freeze<InvitationDecline>({
    async stateOf(link) {
      const found = await find(link);
      return found === null ? null : shownState(found);
    },
    async decline(link) {
      const found = await find(link);
      if (found === null) return null;
      const { id, inviter, tenant } = found.snapshot.record;
      const canBeDeclined = (snapshot: InvitationSnapshot): boolean =>
        isUsable(snapshot, settles) && !isBeingUsed(snapshot, settles);
      if (!canBeDeclined(found.snapshot)) return shownState(found);
      const tell = await prepareDeclined(parts, found.snapshot.record);
      let isDeclined = false;
      await editInvitation(parts, id, { ledger: 'declined' }, (snapshot) => {
        isDeclined = canBeDeclined(snapshot);
        return isDeclined ? { revokedAt: snapshot.now, declinedAt: snapshot.now } : null;
      });
      if (!isDeclined) return shownState((await find(link)) ?? found);
      events({ type: 'invitation.declined', id, inviter, tenant });
      // Where it fails, it is sent a minute later.
      await tell().catch(() => undefined);
      return 'declined';
    },
  });
}

/** True where its last use is claimed. Without redemptions, a claim that lapsed stays, and its owner may decline. */
function isBeingUsed({ claimed, lapsed }: InvitationSnapshot, settles: boolean): boolean {
  return settles ? claimed > 0 : claimed > lapsed;
}

function isUsedUp({ record: { max }, redeemed }: InvitationSnapshot): boolean {
  return max !== null && redeemed >= max;
}

function endOf(snapshot: InvitationSnapshot, settles: boolean): 'declined' | 'expired' | 'revoked' {
  const state = stateOf(snapshot, settles);
  return state === 'declined' || state === 'expired' ? state : 'revoked';
}
