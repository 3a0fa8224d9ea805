import type { EnrollmentClock } from '../base/clock.js';
import { severalTries } from '../base/several-tries.js';
import { storeAway } from '../base/error.js';
import { isLetterKind, isUnrequested } from '../base/mail-kinds.js';
import type { JsonObject } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import type { EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { MailCheck, MailOrder, MailQueue } from '../ports/mail-queue.js';
import type { MailRecords } from '../ports/mail-records.js';
import type { DrawMail, MailContent, Mailer } from '../ports/mailer.js';
import type { Outbox, OutboxItem } from '../ports/outbox.js';
import { deliver } from './deliver.js';
import { eraseMails } from './erase-mails.js';
import { factsOf, hasExpired, payloadOf } from './mail-payload.js';
import { mailKey, outboxId, type MailFacts, type MailStates } from './mail-states.js';
import { isPreparedId, isToBeOrdered, preparedId, preparedMs } from './prepared-mail.js';
import { readAgain, type Attempted, type MailTopic, type WaitingMail } from './read-again.js';
import { statusOf } from './status.js';

interface MailQueueParts {
  readonly outbox: Outbox;
  readonly records: MailRecords;
  readonly states: MailStates;
  readonly mailer: Mailer;
  readonly draw: DrawMail;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  /** The host of the app: the second part of a Message-ID. */
  readonly host: string;
  /** What a mail is about, read right before it is sent. */
  readTopic(mail: WaitingMail): Promise<MailTopic>;
  /** Where the recipient of an unrequested mail stops further ones; `null`: nowhere. */
  unsubscribeUrl(mail: Pick<MailOrder, 'id' | 'to' | 'tenant'>): Promise<string | null>;
  /** Whether a ticket is one of this user's. */
  isTicketOf(ticket: string, user: string): boolean;
  /** Whether the user store shows what a prepared mail announces. */
  showsChange(check: MailCheck, to: string): Promise<boolean>;
  /** A mail was added, or is due. */
  wake(): void;
}

/** How one delivery of the outbox ended. */
type Attempt = { readonly type: 'done' } | { readonly type: 'failed'; readonly error: string; readonly again: boolean };

export interface SendingQueue extends MailQueue {
  /** Sends the mail of an outbox item, unless it was sent, or may have been. */
  send(item: OutboxItem): Promise<Attempt>;
}

/** Over about two hours and a half, with the waits of the outbox: 5 s, 20 s, 80 s … */
const mostAttempts = 8;

/** The key of the mail of an outbox item; `null` for an item of another kind. */
export function mailKeyOf(id: unknown): string | null {
  return typeof id === 'string' && id.startsWith('mail:') ? id.slice('mail:'.length) : null;
}

/**
 * Mails through the outbox. A mail is sent by one attempt that holds both the outbox's lease and the state `sending`; an
 * attempt of which it is not known how it ended is never repeated, so that no mail is sent twice.
 */
export function createMailQueue(parts: MailQueueParts): SendingQueue {
  const { outbox, records, states, mailer, draw, keyring, clock, events, log } = parts;

  async function put(
    waiting: readonly { readonly id: string; readonly payload: JsonObject }[],
    delayMs = 0,
  ): Promise<void> {
    const items = waiting.map((one) => ({ ...one, kind: 'mail' as const }));
    // The same ids have the same effect: what was stored although the answer was lost is not refused.
    const refused = await severalTries(() => outbox.put(items, delayMs));
    if (refused.length > 0) throw storeAway('the queue of mails', new Error('too many mails wait'));
  }

  async function enqueue(mails: Awaited<ReturnType<typeof payloadOf>>[]): Promise<void> {
    // The items first: with them alone the mails are sent, and their records made.
    await put(mails.map(({ facts, payload }) => ({ id: outboxId(mailKey(facts.id)), payload })));
    for (const { facts } of mails)
      await states.note(facts).catch((error: unknown) => {
        log.warn({ err: error, id: facts.id }, 'a mail is in no list until it is sent');
      });
    parts.wake();
  }

  /** A mail that was prepared, and is ordered now where its process could not do it. */
  async function orderPrepared(facts: MailFacts, payload: JsonObject): Promise<Attempt> {
    try {
      const about = { key: mailKey(facts.id), now: clock.now() };
      if (await isToBeOrdered(parts, payload, about)) await enqueue([{ facts, payload }]);
      return { type: 'done' };
    } catch (error) {
      return { type: 'failed', error: messageOf(error), again: true };
    }
  }

  async function attemptMail(
    facts: MailFacts,
    payload: JsonObject,
  ): Promise<{ readonly outcome: Attempted; readonly isOver: boolean }> {
    const read = await readAgain(parts, facts, payload);
    if (read.type === 'not_sent') return read;
    const outcome = await sendNow(facts, read);
    return { outcome, isOver: hasExpired({ expiresAt: read.expiresAt }, clock.now()) };
  }

  async function sendNow(
    facts: MailFacts,
    { to, content }: { readonly to: string; readonly content: MailContent },
  ): Promise<Attempted> {
    const { kind, locale } = content;
    const url = isUnrequested(kind) ? await parts.unsubscribeUrl({ id: facts.id, to, tenant: facts.tenant }) : null;
    const stop = url === null ? {} : { unsubscribeUrl: url };
    let drawn: ReturnType<DrawMail>;
    try {
      drawn = draw(content, to, stop);
    } catch (error) {
      // A corrected template is read with the next attempt.
      return { type: 'failed', certainty: 'temporary', response: `the template failed: ${messageOf(error)}` };
    }
    const messageId = `${mailKey(facts.id)}@${parts.host}`;
    return deliver(mailer, { to, ...drawn, kind, locale, messageId, ...stop });
  }

  async function conclude(
    facts: MailFacts,
    payload: JsonObject,
    { outcome, isOver, attempts }: { readonly outcome: Attempted; readonly isOver: boolean; readonly attempts: number },
  ): Promise<Attempt> {
    const { id, kind } = facts;
    if (outcome.type === 'sent') {
      await states.end(id, 'sent', null);
      events({ type: 'mail.sent', id, kind });
      return { type: 'done' };
    }
    if (outcome.type === 'withdrawn') {
      await states.end(id, 'withdrawn', { response: outcome.response, permanent: true });
      return withdrawn(facts);
    }
    const { certainty, response } = outcome;
    const permanent = certainty === 'permanent';
    if (certainty === 'temporary' && attempts < mostAttempts) {
      if ((await states.end(id, 'queued', { response, permanent })) === 'withdrawn') return withdrawn(facts);
      return { type: 'failed', error: response, again: true };
    }
    const state = certainty === 'unknown' ? 'unknown' : 'failed';
    if ((await states.end(id, state, { response, permanent })) === 'withdrawn') return withdrawn(facts);
    announceFailure(facts, payload, { state, response });
    // A letter can be resent from the list while its link works. Codes are asked for again by their page: nothing of them is kept.
    return isLetterKind(kind) && !isOver ? { type: 'failed', error: response, again: false } : { type: 'done' };
  }

  /** A record that says "queued" for ever would be waited for, and listed as one that is sent soon. */
  async function endUnreadable(key: string | null, payload: JsonObject): Promise<Attempt> {
    const [record = null] = key === null ? [] : await records.read([key]);
    if (record !== null && (record.state === 'queued' || record.state === 'sending')) {
      const response = 'its content cannot be read';
      if ((await states.end(record.id, 'failed', { response, permanent: true })) === 'withdrawn')
        return withdrawn(record);
      announceFailure(record, payload, { state: 'failed', response });
    }
    return { type: 'failed', error: 'it cannot be read', again: false };
  }

  function withdrawn({ id, kind }: Pick<MailFacts, 'id' | 'kind'>): Attempt {
    events({ type: 'mail.withdrawn', id, kind });
    return { type: 'done' };
  }

  function announceFailure(
    { id, kind }: Pick<MailFacts, 'id' | 'kind'>,
    { flow }: JsonObject,
    { state, response }: { readonly state: 'failed' | 'unknown'; readonly response: string },
  ): void {
    log.error({ id, kind, state, response }, 'a mail was not sent, or may not have been');
    events({ type: 'mail.failed', id, flow: typeof flow === 'string' ? flow : '', kind, state });
  }

  return Object.freeze<SendingQueue>({
    async add(...orders) {
      const terms = { keyring, now: clock.now() };
      await enqueue(await Promise.all(orders.map((order) => payloadOf(order, terms))));
    },
    async prepare(order, check) {
      const { payload } = await payloadOf(order, { keyring, now: clock.now() });
      await put([{ id: preparedId(mailKey(order.id)), payload: { ...payload, check: { ...check } } }], preparedMs);
    },
    async status(ids) {
      const found = await records.read(ids.map(mailKey));
      return found.map((record) => (record === null ? null : statusOf(record)));
    },
    erase: (person) => eraseMails(parts, person),
    async send({ id, payload }) {
      const facts = factsOf(payload);
      if (facts === null) return endUnreadable(mailKeyOf(id), payload);
      if (isPreparedId(id)) return orderPrepared(facts, payload);
      const start = await states.begin(facts);
      if (start.type === 'send')
        return conclude(facts, payload, { ...(await attemptMail(facts, payload)), attempts: start.attempts });
      if (start.type === 'interrupted')
        announceFailure(facts, payload, { state: 'unknown', response: 'the process ended while it was being sent' });
      const isOver =
        start.type === 'ended' && (start.state === 'sent' || start.state === 'bounced' || start.state === 'withdrawn');
      if (isOver || !isLetterKind(facts.kind)) return { type: 'done' };
      return { type: 'failed', error: 'it may have been sent, or failed; see the list of mails', again: false };
    },
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);
