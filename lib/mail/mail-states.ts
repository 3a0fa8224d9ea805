import type { EnrollmentClock } from '../base/clock.js';
import { storeAway } from '../base/error.js';
import { digest128, randomToken } from '../base/ids.js';
import type { MailState, MailStatus } from '../ports/mail-queue.js';
import type { MailRecord, MailRecords } from '../ports/mail-records.js';

/** What is known of a mail before anything happened to it. */
export type MailFacts = Pick<
  MailRecord,
  'id' | 'kind' | 'about' | 'tenant' | 'inviter' | 'hint' | 'recipient' | 'queuedAt'
>;

/** Whether a worker sends a mail now. */
type MailStart =
  | { readonly type: 'send'; readonly attempts: number }
  /** An earlier attempt died with its process: it may have sent the mail. */
  | { readonly type: 'interrupted' }
  | { readonly type: 'ended'; readonly state: MailState };

/** The states of mails. Every change is a compare-and-set of one record, so that two workers never both send. */
export interface MailStates {
  /** Stores the record of a queued mail, unless there is one. */
  note(facts: MailFacts): Promise<void>;
  /** From `queued`, or from no record, to `sending`; from `sending` to `unknown`. */
  begin(facts: MailFacts): Promise<MailStart>;
  /**
   * What became of an attempt, also where the record says `unknown` meanwhile. The resulting state: a mail that was not
   * sent is `withdrawn` when its person was erased meanwhile.
   */
  end(id: string, state: MailState, failure: MailStatus['failure']): Promise<MailState>;
  /** From `failed` or `unknown` to `queued`; the state that was found, `null` without a record. */
  requeue(id: string): Promise<MailState | null>;
  /** Removes the recipient; a mail that is not sent, nor being sent, is `withdrawn`. True where it is by this call. */
  erase(id: string): Promise<boolean>;
  /** Removes the user who caused it. */
  dropInviter(id: string): Promise<void>;
  /** To `bounced`; the record, or `null` where the mail was not sent. */
  bounce(key: string, response: string): Promise<MailRecord | null>;
}

/** The key of a mail's record, and the first part of its Message-ID. */
export function mailKey(id: string): string {
  return digest128(id);
}

/** The id of a mail's item in the outbox. */
export function outboxId(key: string): string {
  return `mail:${key}`;
}

const mostRounds = 20;
const erased = { state: 'withdrawn', failure: { response: 'its recipient was erased', permanent: true } } as const;
const isUnsent = (state: MailState): boolean => state === 'queued' || state === 'failed' || state === 'unknown';
const wasErased = ({ hint }: MailRecord): boolean => hint === '';

export function createMailStates(records: MailRecords, clock: EnrollmentClock): MailStates {
  const recordOf = (facts: MailFacts, state: 'queued' | 'sending'): MailRecord => ({
    ...facts,
    key: mailKey(facts.id),
    state,
    attempts: state === 'sending' ? 1 : 0,
    changedAt: clock.now(),
    failure: null,
    revision: 1,
    token: randomToken(9),
  });
  const next = (record: MailRecord, change: Partial<MailRecord>): MailRecord => ({
    ...record,
    ...change,
    changedAt: clock.now(),
    revision: record.revision + 1,
    token: randomToken(9),
  });

  /** Reads and replaces until no other change came between. `decide` says what is answered, and the change, if there is one. */
  async function change<Answer>(
    key: string,
    decide: (record: MailRecord | null) => { readonly answer: Answer; readonly to: MailRecord | null },
  ): Promise<Answer> {
    for (let round = 0; round < mostRounds; round += 1) {
      const [record = null] = await records.read([key]);
      const { answer, to } = decide(record);
      if (to === null || (await (record === null ? records.create(to) : records.replace(to)))) return answer;
    }
    throw storeAway('the records of mails', new Error('too many changes at once'));
  }

  return Object.freeze<MailStates>({
    async note(facts) {
      await records.create(recordOf(facts, 'queued'));
    },
    begin: (facts) =>
      change<MailStart>(mailKey(facts.id), (record) => {
        if (record === null) return { answer: { type: 'send', attempts: 1 }, to: recordOf(facts, 'sending') };
        const { state } = record;
        if (state === 'queued') {
          const attempts = record.attempts + 1;
          return { answer: { type: 'send', attempts }, to: next(record, { state: 'sending', attempts }) };
        }
        if (state !== 'sending') return { answer: { type: 'ended', state }, to: null };
        if (wasErased(record)) return { answer: { type: 'ended', state: erased.state }, to: next(record, erased) };
        const failure = { response: 'the process ended while it was being sent', permanent: false };
        return { answer: { type: 'interrupted' }, to: next(record, { state: 'unknown', failure }) };
      }),
    end: (id, state, failure) =>
      change<MailState>(mailKey(id), (record) => {
        if (record === null) return { answer: state, to: null };
        if (record.state === 'sent' || record.state === 'bounced') return { answer: record.state, to: null };
        const to = next(record, wasErased(record) && isUnsent(state) ? erased : { state, failure });
        return { answer: to.state, to };
      }),
    requeue: (id) =>
      change(mailKey(id), (record) => ({
        answer: record?.state ?? null,
        to:
          record?.state === 'failed' || record?.state === 'unknown'
            ? next(record, { state: 'queued', attempts: 0 })
            : null,
      })),
    erase: (id) =>
      change(mailKey(id), (record) => ({
        answer: record !== null && isUnsent(record.state),
        to:
          record === null
            ? null
            : next(record, {
                hint: '',
                recipient: null,
                about: record.about?.type === 'account' ? null : record.about,
                ...(isUnsent(record.state) ? erased : {}),
              }),
      })),
    dropInviter: (id) =>
      change(mailKey(id), (record) => ({
        answer: undefined,
        to: record === null ? null : next(record, { inviter: null }),
      })),
    bounce: (key, response) =>
      change<MailRecord | null>(key, (record) => {
        if (record === null || ['queued', 'failed', 'withdrawn'].includes(record.state))
          return { answer: null, to: null };
        if (record.state === 'bounced') return { answer: record, to: null };
        return { answer: record, to: next(record, { state: 'bounced', failure: { response, permanent: true } }) };
      }),
  });
}
