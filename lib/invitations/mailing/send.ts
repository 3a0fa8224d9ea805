import { randomToken } from '../../base/ids.js';
import type { MailedInvitationInput, MailingSettings } from '../../ports/invitation-input.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import { inGroups } from '../codes/generated-code.js';
import { mailedCode } from '../codes/mailed-code.js';
import { openFor } from '../management/bulk-row.js';
import { inputFor, shown, store, type CreatedInvitation } from '../management/create.js';
import { recordOf, refuseIssues } from '../management/input.js';
import { chargeQuota } from '../management/quota.js';
import { endInvitation } from '../management/revoke.js';
import { insteadOf } from './end-earlier.js';
import { mailedIssues, mailOf, termsOf } from './mailed-input.js';
import type { MailingParts } from './mailing.js';
import { noPage, orderFirstMail, type MailPurpose } from './order-mail.js';
import { earlierOf, keepOutstanding, reserveOutstanding } from './outstanding.js';
import { countMail, refuseMember, refuseSuppressed } from './recipient.js';
import { aloneForAddress, type ConfirmLock } from './send-lock.js';

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

type CreateSettings = MailingSettings & {
  /** Further ones that it takes the place of. */
  readonly instead?: readonly InvitationRecord[];
};

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
    async (confirm) => (await create(parts, input, draft, settings, confirm)).made,
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

interface Drawn {
  readonly record: InvitationRecord;
  /** As people type it. */
  readonly code: string;
}

/** A new record whose code can be mailed again. */
function draw(parts: MailingParts, input: MailedInvitationInput): Drawn {
  const mail = mailOf(input, randomToken(16));
  const text = mailedCode(parts.keyring, mail.seed);
  return {
    record: { ...recordOf(parts, termsOf(parts, input), { kind: 'generated', text }), mail },
    code: inGroups(text),
  };
}

function createAlone(
  parts: MailingParts,
  input: MailedInvitationInput,
  settings: MailingSettings,
  finish: Finish,
): Promise<SentInvitation> {
  const draft = draw(parts, input);
  return aloneForAddress(parts.mailing.ephemeralStore, draft.record, async (confirm) =>
    replaceEarlier(parts, await create(parts, input, draft, settings, confirm), settings, finish),
  );
}

function createUnlessInvited(
  parts: MailingParts,
  input: MailedInvitationInput,
  settings: MailingSettings,
  finish: Finish,
): Promise<SentInvitation | Invited> {
  const draft = draw(parts, input);
  const { bound } = draft.record;
  return aloneForAddress(parts.mailing.ephemeralStore, draft.record, async (confirm) => {
    const invited = bound === null ? null : await openFor(parts, bound, input.tenant);
    if (invited !== null) return { invited };
    return replaceEarlier(parts, await create(parts, input, draft, settings, confirm), settings, finish);
  });
}

function takingPlaceOf({ record, ...made }: Drawn, earlier: readonly string[]): Drawn {
  return { ...made, record: record.mail === null ? record : { ...record, mail: insteadOf(record.mail, earlier) } };
}

type Finish = (made: Drawn) => Promise<SentInvitation>;

interface Created {
  /** Its record names those that it takes the place of. */
  readonly made: Drawn;
  readonly earlier: readonly InvitationRecord[];
}

/** The earlier ones end once the mail is ordered: where it cannot be, their links go on. */
async function replaceEarlier(
  parts: MailingParts,
  { made, earlier }: Created,
  settings: MailingSettings,
  finish: Finish,
): Promise<SentInvitation> {
  return finish(made).catch(async (error: unknown) => {
    await keepOutstanding(parts, earlier);
    // Its code was given to no one.
    await endInvitation(parts, made.record.id, settings).catch(() => undefined);
    throw error;
  });
}

async function create(
  parts: MailingParts,
  input: MailedInvitationInput,
  draft: Drawn,
  settings: CreateSettings,
  confirm: ConfirmLock,
): Promise<Created> {
  const { by, onEarlier = parts.mailing.onEarlier, instead = [] } = settings;
  let made = draft;
  const giveBack = await chargeQuota(parts, made.record, 1);
  let earlier: readonly InvitationRecord[];
  try {
    const others = onEarlier === 'end' ? await earlierOf(parts, made.record) : [];
    earlier = [...others, ...instead.filter(({ id }) => others.every((other) => other.id !== id))];
    const ids = earlier.map(({ id }) => id);
    made = takingPlaceOf(made, ids);
    await reserveOutstanding(parts, made.record, { instead: ids });
    await confirm();
    while (!(await store(parts, made.record, by))) made = takingPlaceOf(draw(parts, input), ids);
  } catch (error) {
    await giveBack();
    throw error;
  }
  return { made, earlier };
}
