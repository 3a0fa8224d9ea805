import { canonicalEmail } from '../../base/canonical.js';
import { EnrollmentError } from '../../base/error.js';
import type { ResendSettings } from '../../ports/invitation-input.js';
import type { InvitationRecord, InvitationSnapshot } from '../../ports/invitation-store.js';
import { boundAddress, stateOf } from '../access/eligibility.js';
import { mailedCodeOf } from '../codes/mailed-code.js';
import { findInvitation } from '../management/find.js';
import { refuseIssues } from '../management/input.js';
import { fromNow, milliseconds, timeProblem } from '../management/instants.js';
import { refuseInviter } from '../management/quota.js';
import { reissueUnderLock, type ReissueParts } from '../management/reissue.js';
import { mailedEndIssues, mailedLifetime } from './mailed-input.js';
import type { MailingParts } from './mailing.js';
import { notMailed, orderMail, type MailPurpose } from './order-mail.js';
import { earlierOf, reserveRevived, successorOf } from './outstanding.js';
import { countMail, refuseMember, refuseSuppressed } from './recipient.js';
import { aloneForAddress, type ConfirmLock } from './send-lock.js';

/** An invitation that was mailed again. */
export interface ResentInvitation {
  /** With `rotate` the id of the new invitation. */
  readonly id: string;
  /** The id of the mail; `null`: the app has no mailer. */
  readonly mail: string | null;
  /** The new code and its link, with `rotate` and without a mailer only: there is no other way to pass them on. */
  readonly code?: string;
  readonly url?: string | null;
}

/**
 * Mails an invitation again: the same code for longer, or a new one.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 * @throws ERR_ENROLLMENT_NOT_MAILED (409) where it has ended, or has no code that can be mailed, or there is no mailer,
 *   or where it is over and the address has a newer one
 * @throws ERR_ENROLLMENT_MAILS_STOPPED (409), ERR_ENROLLMENT_MEMBER (409), ERR_ENROLLMENT_INVITATION_LIMIT (429), ERR_ENROLLMENT_INVITER (403)
 * @throws ERR_ENROLLMENT_NOT_REISSUED (409), ERR_ENROLLMENT_INVITATION for a wrong end
 */
export async function resendInvitation(
  parts: MailingParts & ReissueParts,
  id: string,
  settings: ResendSettings = {},
  purpose: MailPurpose = { kind: 'invitation' },
): Promise<ResentInvitation> {
  const snapshot = await findInvitation(parts, id);
  const { mode = 'extend', by } = settings;
  const end = endOf(parts, snapshot.record, settings.expires);
  const bound = addressOf(settings);
  const record = bound === undefined ? snapshot.record : { ...snapshot.record, bound };
  if (boundAddress(record) === null) throw notMailed('the invitation is bound to no address');
  await refuseInviter(parts, record);
  await refuseMember(parts, record.bound, settings);
  await refuseSuppressed(parts, record);
  if (mode === 'extend') refuseUnmailable(parts, snapshot);
  const giveBack = await countMail(parts, record);
  try {
    return await aloneForAddress(parts.mailing.ephemeralStore, record, async (confirm) => {
      const present = await findInvitation(parts, id);
      if (present.record.bound !== snapshot.record.bound) throw ended('it is bound to another address now');
      if (mode === 'rotate') return rotate(parts, record, { by, end, purpose, confirm });
      const successor = await successorOf(parts, present);
      if (successor !== null) throw ended(`the address has the newer invitation ${successor.id}: resend that one`);
      await reserveRevived(parts, present, { expires: end });
      await confirm();
      const mail = await orderMail(parts, id, {
        ...purpose,
        by,
        change({ revokedAt }) {
          if (revokedAt !== null) throw ended('it is revoked');
          return { expires: end };
        },
      });
      return { id, mail };
    });
  } catch (error) {
    await giveBack();
    throw error;
  }
}

/** `record`: with the address that it is mailed to, which may be another one than before. */
async function rotate(
  parts: MailingParts & ReissueParts,
  record: InvitationRecord,
  {
    by,
    end,
    purpose,
    confirm,
  }: {
    readonly by: string | undefined;
    readonly end: number;
    readonly purpose: MailPurpose;
    readonly confirm: ConfirmLock;
  },
): Promise<ResentInvitation> {
  const { id, bound } = record;
  const actor = by === undefined ? {} : { by };
  const isMoved = (await findInvitation(parts, id)).record.bound !== bound;
  const earlier = isMoved && parts.mailing.onEarlier === 'end' ? await earlierOf(parts, record) : [];
  const others = earlier.map((one) => one.id).filter((one) => one !== id);
  let mail: string | null = null;
  const made = await reissueUnderLock(
    parts,
    id,
    confirm,
    {
      ...actor,
      expires: end,
      instead: others,
      ...(bound === null ? {} : { bound }),
      async order(next) {
        mail = await orderMail(parts, next.id, { ...purpose, by, instead: others });
      },
    },
    plainMail,
  );
  return mail === null ? { id: made.id, mail, code: made.code, url: made.url } : { id: made.id, mail };
}

/** The canonical address of the settings; `undefined`: it stays. */
function addressOf({ email, mode }: ResendSettings): string | undefined {
  if (email === undefined) return undefined;
  const canonical = canonicalEmail(email);
  refuseIssues([
    ...(mode === 'rotate' ? [] : ['"email" needs mode "rotate": the code is in the other mailbox']),
    ...(canonical === null ? ['"email" is not an email address'] : []),
  ]);
  return canonical ?? undefined;
}

/** What an invitation that was not mailed before says in its first mail. */
const plainMail = Object.freeze({ locale: null, zone: 'UTC', app: null, values: Object.freeze({}) });

/** A week from now at least, and within the 30 days of mailed invitations, also where a longer one was not mailed before. */
function endOf(parts: MailingParts, { expires }: InvitationRecord, given: ResendSettings['expires']): number {
  const now = parts.clock.now();
  const { expires: asked } = fromNow({ expires: given ?? null }, now);
  if (asked === null || asked === undefined)
    return Math.min(Math.max(now + mailedLifetime.usual, expires ?? 0), now + mailedLifetime.longest);
  const problem = timeProblem(asked);
  refuseIssues(problem === null ? [] : [`"expires" ${problem}`]);
  const at = milliseconds(asked) ?? now;
  refuseIssues(at <= now ? ['"expires" lies in the past'] : []);
  refuseIssues(mailedEndIssues(parts, at));
  return at;
}

function refuseUnmailable({ keyring, settles, mailing }: MailingParts, snapshot: InvitationSnapshot): void {
  const { record } = snapshot;
  if (mailing.queue === null)
    throw ended('the app has no mailer: give it a new code with mode "rotate" and pass it on');
  const state = stateOf(snapshot, settles);
  if (state === 'revoked') throw ended('it is revoked');
  if (state === 'declined') throw ended('it was declined: send a new one');
  if (state === 'used_up') throw ended('it is used up');
  if (record.mail === null) throw notMailed('the kit has not mailed this invitation');
  if (mailedCodeOf(keyring, record) === null) throw notMailed('the secret of its code is no longer configured');
}

function ended(why: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_NOT_MAILED', `this invitation cannot be mailed again: ${why}`, {
    status: 409,
    expose: true,
  });
}
