import { isMailStored } from '../../base/is-mail-stored.js';
import type { MailedInvitationInput, MailingSettings } from '../../ports/invitation-input.js';
import { inputFor, shown, type CreatedInvitation } from '../management/create.js';
import { refuseIssues } from '../management/input.js';
import { endInvitation } from '../management/revoke.js';
import { createMailed, draw, type Created, type CreateSettings, type Drawn } from './create-mailed.js';
import { mailedIssues } from './mailed-input.js';
import type { MailingParts } from './mailing.js';
import { mailIdOf, noPage, orderFirstMail, type MailPurpose } from './order-mail.js';
import { keepOutstanding, latestUsable } from './outstanding.js';
import { countMail, refuseMember, refuseSuppressed } from './recipient.js';
import { aloneForAddress } from './send-lock.js';
import { takeBackRevocation } from './take-back-revocation.js';

/** An invitation, and its mail. */
export interface SentInvitation extends CreatedInvitation {
  /**
   * The link with the code, for the creator to pass on: without the secret that only the mail has, it proves no address.
   */
  readonly url: string;
  /** The id of the mail; `null`: the app has no mailer, and the link is all there is. */
  readonly mail: string | null;
}

/**
 * Creates an invitation for one person, and orders its mail.
 * @throws ERR_ENROLLMENT_INVITATION with all mistakes of the input, in `issues`
 * @throws ERR_ENROLLMENT_MEMBER (409) when the address has an account
 * @throws ERR_ENROLLMENT_MAILS_STOPPED (409) when the address gets no more invitations by email
 * @throws ERR_ENROLLMENT_INVITATION_LIMIT (429) above a limit or a ceiling
 * @throws ERR_ENROLLMENT_INVITER (403), ERR_ENROLLMENT_QUOTA (429)
 * @throws ERR_ENROLLMENT_STORE_AWAY (503)
 */
export async function sendInvitation(
  parts: MailingParts,
  given: MailedInvitationInput,
  settings: MailingSettings = {},
  purpose: MailPurpose = { kind: 'invitation' },
): Promise<SentInvitation> {
  return send<never>(parts, given, settings, { purpose, create: createAlone });
}

/**
 * The same for an address without an open invitation: of two calls at once, one sends.
 * @returns the id of the open one where the address has one
 * @throws as `sendInvitation`
 */
export async function sendUnlessInvited(
  parts: MailingParts,
  given: MailedInvitationInput,
  settings: MailingSettings,
): Promise<SentInvitation | Invited> {
  return send<Invited>(parts, given, settings, { purpose: { kind: 'invitation' }, create: createUnlessInvited });
}

interface Invited {
  /** The id of the open invitation. */
  readonly invited: string;
}

async function send<Other extends Invited>(
  parts: MailingParts,
  given: MailedInvitationInput,
  settings: MailingSettings,
  how: {
    readonly purpose: MailPurpose;
    create(
      parts: MailingParts,
      input: MailedInvitationInput,
      settings: MailingSettings,
      finish: Finish,
    ): Promise<SentInvitation | Other>;
  },
): Promise<SentInvitation | Other> {
  const input = inputFor(parts, given);
  const { record, url } = checked(parts, input);
  await refuseMember(parts, record.bound, settings);
  await refuseSuppressed(parts, record);
  const giveBack = await countMail(parts, record);

  async function order(made: Drawn): Promise<SentInvitation> {
    const mail = await orderFirstMail(parts, made.record, { ...how.purpose, by: settings.by });
    return { id: made.record.id, code: made.code, url: shown(parts, made.record, made.code).url ?? url, mail };
  }

  try {
    const made = await how.create(parts, input, settings, order);
    if ('invited' in made) await giveBack();
    return made;
  } catch (error) {
    await giveBack();
    throw error;
  }
}

/**
 * The same without a mail, and without limits: for people that an administrator has approved. Order the mail next, which
 * ends those that it takes the place of.
 * @throws as `sendInvitation`, but for members and limits on mails
 */
export async function createMailable(
  parts: MailingParts,
  given: MailedInvitationInput,
  settings: CreateSettings = {},
): Promise<CreatedInvitation> {
  const input = inputFor(parts, given);
  checked(parts, input);
  const draft = draw(parts, input);
  const { record, code } = await aloneForAddress(
    parts.mailing.ephemeralStore,
    draft.record,
    async (confirm) => (await createMailed(parts, input, draft, settings, confirm)).made,
  );
  return shown(parts, record, code);
}

/** @throws ERR_ENROLLMENT_INVITATION with all mistakes of an input, in `issues` */
function checked(parts: MailingParts, input: MailedInvitationInput): Drawn & { readonly url: string } {
  refuseIssues(mailedIssues(parts, input));
  const drawn = draw(parts, input);
  const { url } = shown(parts, drawn.record, drawn.code);
  if (url === null) throw noPage();
  return { ...drawn, url };
}

function createAlone(
  parts: MailingParts,
  input: MailedInvitationInput,
  settings: MailingSettings,
  finish: Finish,
): Promise<SentInvitation> {
  const draft = draw(parts, input);
  return aloneForAddress(parts.mailing.ephemeralStore, draft.record, async (confirm) =>
    replaceEarlier(parts, await createMailed(parts, input, draft, settings, confirm), settings, finish),
  );
}

function createUnlessInvited(
  parts: MailingParts,
  input: MailedInvitationInput,
  settings: MailingSettings,
  finish: Finish,
): Promise<SentInvitation | Invited> {
  const draft = draw(parts, input);
  return aloneForAddress(parts.mailing.ephemeralStore, draft.record, async (confirm) => {
    const open = await latestUsable(parts, draft.record);
    if (open !== null) return { invited: open.id };
    return replaceEarlier(parts, await createMailed(parts, input, draft, settings, confirm), settings, finish);
  });
}

type Finish = (made: Drawn) => Promise<SentInvitation>;

/**
 * The earlier ones end once the mail is ordered: where it cannot be, their links go on. Of an order that failed its mail may
 * have been stored, and another process may send it: then it was ordered.
 */
async function replaceEarlier(
  parts: MailingParts,
  { made, earlier, giveBack }: Created,
  settings: MailingSettings,
  finish: Finish,
): Promise<SentInvitation> {
  const { id } = made.record;
  const mail = mailIdOf(id, 1);
  try {
    return await finish(made);
  } catch (error) {
    const { queue } = parts.mailing;
    const sent = { id, code: made.code, url: shown(parts, made.record, made.code).url ?? '', mail };
    if (await isMailStored(queue, mail)) return sent;
    // Its code was given to no one; a mail that waits is withdrawn from here on.
    await endInvitation(parts, id, settings).catch(() => undefined);
    if (!(await isMailStored(queue, mail, { isSent: true }))) {
      await keepOutstanding(parts, earlier);
      await giveBack();
      throw error;
    }
    await takeBackRevocation(parts, id);
    return sent;
  }
}
