import { randomToken } from '../../base/ids.js';
import type { MailedInvitationInput, MailingSettings } from '../../ports/invitation-input.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import { inGroups } from '../codes/generated-code.js';
import { mailedCode } from '../codes/mailed-code.js';
import { store } from '../management/create.js';
import { recordOf } from '../management/input.js';
import { chargeQuota } from '../management/quota.js';
import { insteadOf } from './end-earlier.js';
import { mailOf, termsOf } from './mailed-input.js';
import type { MailingParts } from './mailing.js';
import { earlierOf, reserveOutstanding } from './outstanding.js';
import type { ConfirmLock } from './send-lock.js';

export interface Drawn {
  readonly record: InvitationRecord;
  /** As people type it. */
  readonly code: string;
}

/** A new record whose code can be mailed again. */
export function draw(parts: MailingParts, input: MailedInvitationInput): Drawn {
  const mail = mailOf(input, randomToken(16));
  const text = mailedCode(parts.keyring, mail.seed);
  return {
    record: { ...recordOf(parts, termsOf(parts, input), { kind: 'generated', text }), mail },
    code: inGroups(text),
  };
}

export type CreateSettings = MailingSettings & {
  /** Further ones that it takes the place of. */
  readonly instead?: readonly InvitationRecord[];
};

export interface Created {
  /** Its record names those that it takes the place of. */
  readonly made: Drawn;
  readonly earlier: readonly InvitationRecord[];
  /** Reverts the count of its inviter's quota. */
  giveBack(): Promise<void>;
}

/**
 * Stores a new invitation, and reserves its place below the ceilings, under the lock of its address. It takes the place of
 * others once its mail is ordered.
 */
export async function createMailed(
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
  return { made, earlier, giveBack };
}

function takingPlaceOf({ record, ...made }: Drawn, earlier: readonly string[]): Drawn {
  return { ...made, record: record.mail === null ? record : { ...record, mail: insteadOf(record.mail, earlier) } };
}
