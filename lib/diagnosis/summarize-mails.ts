import { suppressedResponse } from '../base/mail-kinds.js';
import type { MailState, MailStatus } from '../ports/mail-queue.js';
import type { MailRecord, MailRecords } from '../ports/mail-records.js';

/** How many mails are in a state, and the latest of them. */
interface MailGroup {
  readonly count: number;
  readonly latest: MailStatus | null;
}

/** What administrators must know of the newest mails. */
export interface MailsSummary {
  /** How many mails were looked at, and whether there are older ones. */
  readonly looked: number;
  readonly more: boolean;
  readonly failed: MailGroup;
  readonly unknown: MailGroup;
  /** Mails of the last days that were not sent, because their recipients get no more invitations. */
  readonly suppressed: MailGroup;
  /** Mails that failed for now, and are tried again. */
  readonly retried: MailGroup;
  /** Mails that no process works on, although they are due; `since` is when the first of them was queued. */
  readonly stuck: { readonly count: number; readonly since: number | null };
}

const pageSize = 200;
const mostLooked = 5000;

const minute = 60_000;
/** A running app takes a new mail within seconds, and its longest wait between two attempts is about an hour and a half. */
const stuckAfterMs = { queued: 5 * minute, retried: 180 * minute, sending: 10 * minute } as const;

/** Looks at the newest 5,000 mails. */
export async function summarizeMails(records: Pick<MailRecords, 'list'>, now: number): Promise<MailsSummary> {
  const mails: MailStatus[] = [];
  let before: number | null = null;
  let more = true;
  while (more && mails.length < mostLooked) {
    const page: Awaited<ReturnType<MailRecords['list']>> = await records.list({ before, limit: pageSize });
    mails.push(...page.map(({ record }) => statusOf(record)));
    before = page.at(-1)?.place ?? null;
    more = page.length === pageSize;
  }
  const inState = (state: MailState): readonly MailStatus[] => mails.filter((mail) => mail.state === state);
  const stuck = mails.filter((mail) => isStuck(mail, now));
  return {
    looked: mails.length,
    more,
    failed: groupOf(inState('failed')),
    unknown: groupOf(inState('unknown')),
    retried: groupOf(inState('queued').filter(({ failure }) => failure !== null)),
    suppressed: groupOf(mails.filter(({ failure }) => failure?.response === suppressedResponse)),
    stuck: { count: stuck.length, since: stuck.length === 0 ? null : Math.min(...stuck.map((mail) => mail.queuedAt)) },
  };
}

function statusOf({
  key: _key,
  recipient: _recipient,
  revision: _revision,
  token: _token,
  ...status
}: MailRecord): MailStatus {
  return status;
}

function groupOf(mails: readonly MailStatus[]): MailGroup {
  const latest = mails.reduce<MailStatus | null>(
    (found, mail) => (found === null || mail.changedAt > found.changedAt ? mail : found),
    null,
  );
  return { count: mails.length, latest };
}

function isStuck({ state, attempts, changedAt }: MailStatus, now: number): boolean {
  if (state !== 'queued' && state !== 'sending') return false;
  const longest = state === 'sending' ? 'sending' : attempts === 0 ? 'queued' : 'retried';
  return now - changedAt > stuckAfterMs[longest];
}
