import { storeAway } from '../base/error.js';
import { randomToken } from '../base/ids.js';
import { parseJson, type JsonObject } from '../base/json.js';
import { acquireLease, type LeaseTerms } from '../base/lease.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { SentCode } from '../ports/mail-codes.js';

/** Two clicks send one mail: the second one comes within this many seconds. */
const clickSeconds = 120;

/**
 * The second of two clicks waits until the first one's mail is queued. Where its process died, it queues the same mail
 * itself: after three seconds.
 */
const sending: LeaseTerms = { seconds: 3, renewals: 20, timeoutMs: 6000 };

/** What is kept of a mail, so that two clicks send one mail. */
export type MadeMail = Pick<SentCode, 'code' | 'link' | 'password' | 'expires_at'>;

/** A mail that a click is about to queue. Another process makes the same mail of it, where this one dies. */
export interface NotedMail extends MadeMail {
  /** Its code and link are derived from it, under the app's secret. */
  readonly seed: string;
  /** True where its address has had too many: it is not sent. */
  readonly over: boolean;
}

export type MailClaim =
  /** Another click has queued it. */
  | { readonly type: 'made'; readonly made: MadeMail }
  /** This click is alone to send, until it releases its claim. */
  | {
      readonly type: 'claimed';
      /** What a click noted whose process died before the mail was queued, or is suspended; `null`: none did. */
      readonly noted: NotedMail | null;
      /** To be called before anything is done for the mail. The result is another click's mail where that came first. */
      note(mail: NotedMail): Promise<MadeMail & Partial<NotedMail>>;
      /** See `Lease.confirm`. */
      confirm(): Promise<void>;
      /** To be called once the mail is queued. */
      keep(mail: MadeMail): Promise<void>;
      release(): Promise<void>;
    };

/** Which of the clicks with one digest sends. @throws ERR_ENROLLMENT_STORE_AWAY (503) when another one takes too long */
export async function claimMail(ephemeralStore: EphemeralStore, click: string): Promise<MailClaim> {
  const key = `mail:${click}`;
  const about = { key: `mail-sending:${click}`, holder: randomToken(9) };
  const lease = await acquireLease(ephemeralStore, sending, about);
  if (lease === null) throw storeAway('a mail', new Error('another request is sending it'));
  const stored = parseJson((await ephemeralStore.peek(key)) ?? '');
  if (isMade(stored) && !isNoted(stored)) {
    await lease.release();
    return { type: 'made', made: stored };
  }
  return {
    type: 'claimed',
    noted: isNoted(stored) ? stored : null,
    async note(mail) {
      const first = parseJson(await ephemeralStore.setIfAbsent(key, JSON.stringify(mail), clickSeconds));
      return isMade(first) ? first : mail;
    },
    confirm: () => lease.confirm(),
    keep: ({ code, link, password, expires_at }) =>
      ephemeralStore.set(key, JSON.stringify({ code, link, password, expires_at }), clickSeconds),
    release: () => lease.release(),
  };
}

function isMade(value: JsonObject | null): value is MadeMail & JsonObject {
  return (
    value !== null &&
    [value['code'], value['link']].every((text) => typeof text === 'string') &&
    (value['password'] === null || typeof value['password'] === 'string') &&
    typeof value['expires_at'] === 'number'
  );
}

function isNoted(value: JsonObject | null): value is NotedMail & JsonObject {
  return isMade(value) && typeof value['seed'] === 'string' && typeof value['over'] === 'boolean';
}
