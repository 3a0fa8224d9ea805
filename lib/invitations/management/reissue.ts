import { EnrollmentError } from '../../base/error.js';
import { randomToken } from '../../base/ids.js';
import type { ReissueSettings } from '../../ports/invitation-input.js';
import type { InvitationMail, InvitationRecord, InvitationSnapshot } from '../../ports/invitation-store.js';
import { invitationIds } from '../codes/canonical-code.js';
import { inGroups, randomCode } from '../codes/generated-code.js';
import { mailedCode } from '../codes/mailed-code.js';
import { endEarlierNow, insteadOf } from '../mailing/end-earlier.js';
import { mailedEndIssues } from '../mailing/mailed-input.js';
import {
  keepOutstanding,
  keepOutstandingOf,
  reserveOutstanding,
  successorOf,
  type CeilingParts,
} from '../mailing/outstanding.js';
import { aloneForInvitation, type AddressLockParts, type ConfirmLock } from '../mailing/send-lock.js';
import { shown, store, type CreatedInvitation, type CreateParts } from './create.js';
import { editInvitation, findInvitation } from './find.js';
import { refuseIssues } from './input.js';
import { fromNow, milliseconds, timeProblem } from './instants.js';
import { waitForClaims, type RevokeParts } from './revoke.js';

/** An invitation with a new code. */
export interface ReissuedInvitation extends CreatedInvitation {
  /** The id of the invitation that it replaces. */
  readonly replaces: string;
}

export type ReissueParts = CreateParts & RevokeParts & CeilingParts & AddressLockParts;

/** How long a reissue may take before another one may take its place, beyond the lease of a claim that it waits for. */
const furtherMs = 20_000;

/**
 * Gives an invitation a new code: the earlier one ends, and a new record has its terms and the uses that are left. Its
 * history stays, and both name each other. A process that dies in between leaves the earlier one ended: reissue it again.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 * @throws ERR_ENROLLMENT_NOT_REISSUED (409) for one that is revoked, used up, or was reissued already, or is expired and
 *   has a newer one for its address
 * @throws ERR_ENROLLMENT_INVITATION_LIMIT (429) for a mailed one that is over, above a ceiling
 * @throws ERR_ENROLLMENT_INVITATION for an end that lies in the past
 */
export function reissueInvitation(parts: ReissueParts, id: string, settings: ReissueSettings = {}): Promise<Reissued> {
  return aloneForInvitation(parts, id, (_present, confirm) => reissueUnderLock(parts, id, confirm, settings));
}

type Reissued = ReissuedInvitation & { readonly record: InvitationRecord };

/**
 * The same for a caller that has the lock of the address.
 * `firstMail`: what its mails will say, where it was not mailed before. `bound`: its canonical address, where it is another.
 * `instead`: the ids of others that end in favor of the new one. `order`: orders the mail of the new code, after which these
 * end; where it cannot, the new invitation ends and the earlier one goes on.
 */
export async function reissueUnderLock(
  parts: ReissueParts,
  id: string,
  confirm: ConfirmLock,
  {
    by,
    expires,
    bound,
    instead = [],
    order = (made) => endEarlierNow(parts, made, by === undefined ? {} : { by }),
  }: ReissueSettings & {
    readonly bound?: string;
    readonly instead?: readonly string[];
    readonly order?: (made: InvitationRecord) => Promise<void>;
  } = {},
  firstMail: Omit<InvitationMail, 'seed' | 'ordered'> | null = null,
): Promise<Reissued> {
  const snapshot = await findInvitation(parts, id);
  const before = snapshot.record;
  const ends = endOf(parts, before, expires);
  if (before.mail !== null && expires !== undefined) refuseIssues(mailedEndIssues(parts, ends));
  const isMoved = bound !== undefined && bound !== before.bound;
  // One whose mail was never ordered has not ended them yet.
  const earlier = isMoved ? instead : [...instead, ...(before.mail?.instead ?? [])];
  const drawn = drawCode(parts, before.mail ?? firstMail, earlier);
  const successor = await successorOf(parts, snapshot);
  if (successor !== null) throw notReissued(`the address has the newer invitation ${successor.id}`);
  const draft = { ...before, id: drawn.id, mail: drawn.mail, bound: bound ?? before.bound };
  // What is refused takes no place below the ceilings.
  refuseEnded(await refuseReplaced(parts, id));
  try {
    await reserveOutstanding(parts, draft, { instead: [id, ...earlier], seconds: parts.terms.seconds });
  } catch (error) {
    // One that another call has ended leaves its place to that call's: the ceiling is not what refuses this one.
    refuseEnded(await refuseReplaced(parts, id));
    throw error;
  }
  await confirm();
  await take(parts, id, drawn.id, by);
  const after = await waitForClaims(parts, await findInvitation(parts, id), confirm);
  const { max } = after.record;
  // A claim that is open longer than a lease may still become an account.
  const left = max === null ? null : max - after.redeemed - after.claimed;
  if (left !== null && left < 1) {
    await giveBack(parts, id, drawn.id, by);
    throw notReissued(after.claimed > 0 ? 'an account is being written with it' : 'it is used up');
  }
  const record: InvitationRecord = {
    ...after.record,
    id: drawn.id,
    version: 1,
    keyId: parts.keyring.ids[0] ?? '',
    kind: 'generated',
    hint: drawn.text.slice(-3),
    max: left,
    expires: ends,
    mail: drawn.mail,
    bound: bound ?? after.record.bound,
    replaces: id,
    replacedBy: null,
    createdAt: parts.clock.now(),
    revokedAt: null,
    declinedAt: null,
  };
  await confirm();
  if (!(await store(parts, record, by))) throw notReissued('its new code exists already: try again');
  // Another one may have taken its place meanwhile.
  const { record: old } = await findInvitation(parts, id);
  if (old.replacedBy !== record.id) {
    await editInvitation(parts, record.id, { ledger: 'revoked', by }, ({ now }) => ({ revokedAt: now }));
    throw notReissued(`it was reissued as ${old.replacedBy ?? 'another one'}`);
  }
  try {
    await order(record);
  } catch (error) {
    await takeBack(parts, id, { next: record.id, by, before, instead: earlier }).catch(() => undefined);
    throw error;
  }
  parts.events({ type: 'invitation.reissued', id, replacedBy: record.id, by: by ?? null });
  return { ...shown(parts, record, inGroups(drawn.text)), replaces: id, record };
}

function endOf(
  { clock }: CreateParts,
  { expires: present, notBefore }: InvitationRecord,
  given: ReissueSettings['expires'],
): number | null {
  const problem =
    given === undefined || given === null ? null : timeProblem(fromNow({ expires: given }, clock.now()).expires);
  refuseIssues(problem === null ? [] : [`"expires" ${problem}`]);
  const ends = given === undefined ? present : milliseconds(fromNow({ expires: given }, clock.now()).expires);
  if (ends !== null && ends <= clock.now()) refuseIssues(['"expires" lies in the past: give another end']);
  if (ends !== null && notBefore !== null && ends <= notBefore)
    refuseIssues(['"expires" must be later than "notBefore"']);
  return ends;
}

/** A mailed invitation's new code can be mailed, too. */
function drawCode(
  { keyring }: CreateParts,
  mail: Omit<InvitationMail, 'seed' | 'ordered'> | null,
  earlier: readonly string[],
): { readonly id: string; readonly text: string; readonly mail: InvitationRecord['mail'] } {
  const seed = randomToken(16);
  const text = mail === null ? randomCode() : mailedCode(keyring, seed);
  const [id = ''] = invitationIds(keyring, { kind: 'generated', text });
  return { id, text, mail: mail === null ? null : insteadOf({ ...mail, seed, ordered: 0 }, earlier) };
}

/** The invitation, unless another one has taken its place. Where the process that replaced it died, none has. */
async function refuseReplaced(parts: ReissueParts, id: string): Promise<InvitationSnapshot> {
  const snapshot = await findInvitation(parts, id);
  const { record, now, claimed } = snapshot;
  if (record.replacedBy !== null) {
    const [successor = null] = await parts.store.read([record.replacedBy]);
    if (successor !== null) throw notReissued(`it was reissued as ${record.replacedBy}`);
    // One that is only slow sees later that another one took its place.
    const waitMs = (claimed > 0 ? parts.terms.seconds * 1000 : 0) + furtherMs;
    if (now < (record.revokedAt ?? 0) + waitMs) throw notReissued('it is being reissued: try again in two minutes');
  }
  return snapshot;
}

/** Ends the invitation in favor of `next`; of two calls at once, one does. */
async function take(parts: ReissueParts, id: string, next: string, by: string | undefined): Promise<void> {
  const { record } = await refuseReplaced(parts, id);
  const seen = record.version;
  await editInvitation(parts, id, { ledger: 'reissued', by }, (snapshot) => {
    if (snapshot.record.version !== seen && snapshot.record.replacedBy !== record.replacedBy)
      throw notReissued('it is being reissued');
    refuseEnded(snapshot);
    return { revokedAt: snapshot.now, replacedBy: next };
  });
}

/** It was used while it was taken, and is what it was: neither revoked nor replaced. */
async function giveBack(parts: ReissueParts, id: string, next: string, by: string | undefined): Promise<void> {
  await editInvitation(parts, id, { ledger: 'restored', by }, ({ record }) =>
    record.replacedBy === next ? { revokedAt: null, replacedBy: null } : null,
  );
}

/**
 * Ends the new one, whose code was given to no one, and then makes the earlier one what it was. Where the mail was sent all
 * the same and its code used, the earlier one stays ended.
 */
async function takeBack(
  parts: ReissueParts,
  id: string,
  {
    next,
    by,
    before,
    instead,
  }: {
    readonly next: string;
    readonly by: string | undefined;
    readonly before: InvitationRecord;
    readonly instead: readonly string[];
  },
): Promise<void> {
  await keepOutstandingOf(parts, instead);
  await editInvitation(parts, next, { ledger: 'revoked', by }, ({ now }) => ({ revokedAt: now }));
  const { redeemed, claimed } = await findInvitation(parts, next);
  if (redeemed + claimed > 0) return;
  const { revokedAt, replacedBy } = before;
  await editInvitation(parts, id, { ledger: 'restored', by }, ({ record }) =>
    record.replacedBy === next ? { revokedAt, replacedBy } : null,
  );
  if (revokedAt === null) await keepOutstanding(parts, [before]);
}

function refuseEnded({ record, redeemed }: InvitationSnapshot): void {
  if (record.max !== null && redeemed >= record.max) throw notReissued('it is used up');
  if (record.revokedAt !== null && record.replacedBy === null)
    throw notReissued(record.declinedAt === null ? 'it is revoked' : 'it was declined');
}

function notReissued(why: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_NOT_REISSUED', `this invitation gets no new code: ${why}`, {
    status: 409,
    expose: true,
  });
}
