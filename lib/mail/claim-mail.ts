import { storeAway } from '../base/error.js';
import { randomToken } from '../base/ids.js';
import { parseJson, type JsonObject } from '../base/json.js';
import { acquireLease, type LeaseTerms } from '../base/lease.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { SentCode } from '../ports/mail-codes.js';

/** Two clicks send one mail: the second one comes within this many seconds. */
const clickSeconds = 120;

/**
 * The second of two clicks waits until the first one's mail is queued. Where its process died, it sends a mail itself:
 * after three seconds.
 */
const sending: LeaseTerms = { seconds: 3, renewals: 20, timeoutMs: 6000 };

/** What is kept of a mail that was queued, so that two clicks send one mail. */
export type MadeMail = Pick<SentCode, 'code' | 'link' | 'password' | 'expires_at'>;

export type MailClaim =
  /** Another click has queued it. */
  | { readonly type: 'made'; readonly made: MadeMail }
  /** This click is alone to send, until it releases its claim. */
  | {
      readonly type: 'claimed';
      /** To be called once the mail is queued. */
      keep(made: MadeMail): Promise<void>;
      release(): Promise<void>;
    };

/** Which of the clicks with one digest sends. @throws ERR_ENROLLMENT_STORE_AWAY (503) when another one takes too long */
export async function claimMail(ephemeralStore: EphemeralStore, click: string): Promise<MailClaim> {
  const key = `mail:${click}`;
  const about = { key: `mail-sending:${click}`, holder: randomToken(9) };
  const lease = await acquireLease(ephemeralStore, sending, about);
  if (lease === null) throw storeAway('a mail', new Error('another request is sending it'));
  const stored = parseJson((await ephemeralStore.peek(key)) ?? '');
  if (!isMade(stored))
    return {
      type: 'claimed',
      keep: (made) => ephemeralStore.set(key, JSON.stringify(made), clickSeconds),
      release: () => lease.release(),
    };
  await lease.release();
  return { type: 'made', made: stored };
}

function isMade(value: JsonObject | null): value is MadeMail & JsonObject {
  return (
    value !== null &&
    [value['code'], value['link']].every((text) => typeof text === 'string') &&
    (value['password'] === null || typeof value['password'] === 'string') &&
    typeof value['expires_at'] === 'number'
  );
}
