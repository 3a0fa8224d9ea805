import type { EnrollmentClock } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import type { CodeBinding, MailOrder } from '../ports/mail-queue.js';
import type { MailContent, MailKind } from '../ports/mailer.js';
import { hasExpired } from './mail-payload.js';
import type { MailFacts } from './mail-states.js';
import type { MailOutcome } from './outcome.js';
import { unsealMail } from './sealed-mail.js';

/** A mail that is about to be sent. */
export type WaitingMail = Pick<MailOrder, 'id' | 'to' | 'about' | 'tenant'> & {
  readonly kind: MailKind;
  readonly binding: CodeBinding | null;
};

/** What a mail is about, as it is now. */
export interface MailTopic {
  /** Why the mail must not be sent any more; `null`: it must be. */
  readonly withdrawn: string | null;
  /** The end of its link, which may have been moved since the mail was ordered. Left out: as it was ordered. */
  readonly expiresAt?: number | null;
}

interface ReadAgainParts {
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
  /** What a mail is about, read right before it is sent. */
  readTopic(mail: WaitingMail): Promise<MailTopic>;
}

export type Attempted = MailOutcome | { readonly type: 'withdrawn'; readonly response: string };

/** A mail to be sent now, or what becomes of it. `isOver`: its link or code has ended by itself. */
type ReadMail =
  | { readonly type: 'ready'; readonly to: string; readonly content: MailContent; readonly expiresAt: number | null }
  | { readonly type: 'not_sent'; readonly outcome: Attempted; readonly isOver: boolean };

/** Opens a mail, and reads once more what it is about. Never rejects. */
export async function readAgain(
  { keyring, clock, readTopic }: ReadAgainParts,
  { id, kind, about, tenant }: MailFacts,
  payload: JsonObject,
): Promise<ReadMail> {
  const now = clock.now();
  const isOver = hasExpired(payload, now);
  const opened = await unsealMail(keyring, payload['sealed'], now);
  if (opened === null) return isOver ? expired : notSent(permanent('its secret is no longer among those of the app'));
  const { to, content, binding } = opened;
  const ordered = typeof payload['expiresAt'] === 'number' ? payload['expiresAt'] : null;
  try {
    const { withdrawn, expiresAt = ordered } = await readTopic({ id, kind, about, tenant, to, binding });
    if (isOver && hasExpired({ expiresAt }, now)) return expired;
    if (withdrawn !== null) return notSent({ type: 'withdrawn', response: withdrawn });
    const { letter } = content;
    // The mail says when its link ends.
    const isMoved = letter !== null && letter.expiresAt !== null && expiresAt !== ordered;
    return {
      type: 'ready',
      to,
      content: isMoved ? { ...content, letter: { ...letter, expiresAt } } : content,
      expiresAt,
    };
  } catch (error) {
    return notSent({ type: 'failed', certainty: 'temporary', response: `a store did not answer: ${messageOf(error)}` });
  }
}

const permanent = (response: string): MailOutcome => ({ type: 'failed', certainty: 'permanent', response });
const notSent = (outcome: Attempted): ReadMail => ({ type: 'not_sent', outcome, isOver: false });
const expired: ReadMail = Object.freeze({
  ...notSent(permanent('its link or code expired before it was sent')),
  isOver: true,
} as const);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);
