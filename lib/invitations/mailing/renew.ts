import type { Background } from '../../base/background.js';
import { onceForClicks } from '../../base/once-for-clicks.js';
import { randomToken } from '../../base/ids.js';
import { isEnrollmentError } from '../../base/error.js';
import type { FreshInvitations, MailedLink } from '../../ports/fresh-invitations.js';
import type { InvitationRecord, InvitationSnapshot } from '../../ports/invitation-store.js';
import { stateOf } from '../access/eligibility.js';
import { findInvitation } from '../management/find.js';
import { reissueUnderLock, type ReissueParts } from '../management/reissue.js';
import { mailedLifetime } from './mailed-input.js';
import { findByMail } from './mailed-link.js';
import type { MailingParts } from './mailing.js';
import { isHalfReplaced, newestOf } from './newest.js';
import { notMailed, orderMail } from './order-mail.js';
import { newestFor, successorOf } from './outstanding.js';
import { countMail } from './recipient.js';
import { aloneForAddress, type ConfirmLock } from './send-lock.js';
import { freshLinkLetter } from './tell-inviter.js';

type RenewParts = MailingParts & ReissueParts & { readonly background: Background };

interface Renewable {
  readonly cause: 'expired' | 'superseded';
  /** The latest one that took the place of the link's. */
  readonly newest: InvitationSnapshot;
  readonly address: string;
}

/** `null`: the app sends no fresh links. */
export function createFreshInvitations(parts: RenewParts): FreshInvitations | null {
  const { queue, freshLinks } = parts.mailing;
  if (queue === null || !freshLinks) return null;
  return Object.freeze<FreshInvitations>({
    causeOf: async (link) => (await findRenewable(parts, link))?.cause ?? null,
    renew(link, request) {
      const { form = randomToken(9) } = request;
      const click = JSON.stringify(['fresh invitation', form, link.proof.reveal()]);
      const { ephemeralStore } = parts.mailing;
      const sending = onceForClicks(ephemeralStore, click, () => renew(parts, link, request));
      parts.background.run('sending a fresh invitation', sending);
      return Promise.resolve();
    },
  });
}

/** Only the link of the mail, and only where the invitation has expired or another one took its place. */
async function findRenewable(parts: RenewParts, link: MailedLink): Promise<Renewable | null> {
  const found = await findByMail(parts, link);
  if (found === null) return null;
  const { snapshot, address } = found;
  const isReplaced = snapshot.record.replacedBy !== null;
  const state = stateOf(snapshot, parts.settles);
  if (!isReplaced && state === 'revoked') return sentAgain(parts, found);
  if (!isReplaced && state !== 'expired') return null;
  const newest = await newestOf(parts, snapshot);
  const { bound, mail, max } = newest.record;
  // What an administrator revoked or gave to another address is over, and so is what was used before it expired.
  const isOver = newest.record.revokedAt !== null && !isHalfReplaced(newest);
  if (isReplaced && (isOver || bound !== address)) return sentAgain(parts, found);
  if (isOver || (max !== null && newest.redeemed >= max)) return null;
  if (bound !== address || mail === null) return null;
  return { cause: isReplaced ? 'superseded' : 'expired', newest, address };
}

/** One that ended because its address was sent another one: that is in the same mailbox. */
async function sentAgain(
  parts: RenewParts,
  { snapshot, address }: NonNullable<Awaited<ReturnType<typeof findByMail>>>,
): Promise<Renewable | null> {
  const other = await newestFor(parts, snapshot.record);
  const [newest = null] = other === null ? [] : await parts.store.read([other.id]);
  return newest === null ? null : { cause: 'superseded', newest, address };
}

async function renew(parts: RenewParts, link: MailedLink, { client }: { readonly client: string }): Promise<void> {
  const found = await findRenewable(parts, link);
  if (found === null) return;
  const { newest, address } = found;
  const { record } = newest;
  const { inviters, mailing } = parts;
  if (record.inviter !== null && inviters !== null && !(await inviters.may(record.inviter, record))) return;
  // Its owner signs in.
  if ((await parts.isMember?.(address)) === true) return;
  const asked = { recipient: address, tenant: record.tenant, client };
  if ((await mailing.freshLimits.consume(asked)).over) return;
  try {
    const giveBack = await countMail(parts, record);
    try {
      // The person asks for it.
      await mailing.suppressions.allow({ email: address, tenant: record.tenant }, 'fresh_link');
      await aloneForAddress(mailing.ephemeralStore, record, async (confirm) =>
        mailAgain(parts, await unchanged(parts, newest), confirm),
      );
    } catch (error) {
      await giveBack();
      throw error;
    }
  } catch (error) {
    await mailing.freshLimits.reward(asked);
    // A limit, or another request that was faster.
    if (!isEnrollmentError(error) || error.status >= 500) throw error;
  }
}

/** @throws ERR_ENROLLMENT_NOT_MAILED (409) where another call was faster */
async function unchanged(parts: RenewParts, { record }: InvitationSnapshot): Promise<InvitationSnapshot> {
  const present = await findInvitation(parts, record.id);
  const { bound, replacedBy, revokedAt } = present.record;
  if (bound !== record.bound || replacedBy !== record.replacedBy || revokedAt !== record.revokedAt)
    throw notMailed('it was changed meanwhile');
  return present;
}

/**
 * An expired one gets a new code, and so does one whose new code was lost with its process; of one that is open, or that was sent later to the same address, its mail is sent once
 * more.
 */
async function mailAgain(parts: RenewParts, newest: InvitationSnapshot, confirm: ConfirmLock): Promise<void> {
  const successor = await successorOf(parts, newest);
  const record = successor ?? newest.record;
  const needsCode = successor === null && (stateOf(newest, parts.settles) === 'expired' || isHalfReplaced(newest));
  const order = async ({ id }: InvitationRecord): Promise<void> => {
    await orderMail(parts, id, {
      kind: 'invitation',
      others: (ordered, mail) => freshLinkLetter(parts, ordered, mail),
    });
  };
  if (!needsCode) return order(record);
  await reissueUnderLock(parts, record.id, confirm, { expires: parts.clock.now() + lifetimeOf(record), order });
}

/** As long as the one before, which may have been extended since. */
function lifetimeOf({ createdAt, expires }: InvitationRecord): number {
  return Math.min((expires ?? createdAt + mailedLifetime.usual) - createdAt, mailedLifetime.longest);
}
