import { setTimeout as pause } from 'node:timers/promises';
import type { MailStatus } from '../ports/mail-queue.js';
import type { Administered } from './configuration.js';
import { watchInterruption } from './interruption.js';
import { countsText } from './row-report.js';
import { exitCodes } from './terminal.js';
import type { Session } from './session.js';

/** What became of the mails of a command. */
export interface MailsOutcome {
  readonly sent: number;
  readonly failed: readonly { readonly mail: string; readonly state: string; readonly why: string }[];
  /** Left to the running app: they are tried again later, or did not end in time. */
  readonly left: readonly string[];
}

const pauseMs = 100;
const readAtOnce = 100;
/** For how long no mail may end. */
const longestMs = 30_000;

/** Waits until mails were sent, failed or are to be tried again, as long as some end; a mail without id is none. */
export async function waitForMails(
  session: Pick<Session, 'output' | 'terminal' | 'fail'>,
  { mails }: Pick<Administered, 'mails'>,
  ids: readonly (string | null)[],
): Promise<MailsOutcome> {
  let pending = ids.filter((id) => id !== null);
  let sent = 0;
  const failed: MailsOutcome['failed'][number][] = [];
  const later: string[] = [];
  const interruption = pending.length === 0 ? null : watchInterruption(session);
  try {
    for (let waited = 0; pending.length > 0 && waited < longestMs && interruption?.asked !== true;) {
      const before = pending.length;
      const read = await Promise.all(pending.slice(0, readAtOnce).map((id) => mails.get(id)));
      pending = pending.filter((mail, at) => {
        const status = read[at];
        if (status === undefined || isUnderWay(status)) return true;
        if (status === null || status.state === 'queued') later.push(mail);
        else if (status.state === 'sent' || status.state === 'bounced') sent += 1;
        else failed.push({ mail, state: status.state, why: status.failure?.response ?? '' });
        return false;
      });
      if (pending.length < before) waited = 0;
      else waited += pauseMs;
      if (pending.length > 0) await pause(pauseMs);
    }
  } finally {
    interruption?.end();
  }
  if (interruption?.asked === true) session.fail(exitCodes.interrupted);
  else if (failed.length > 0) session.fail();
  return { sent, failed, left: [...later, ...pending] };
}

/** The outcome as a note; nothing where there were no mails. */
export function tellMails({ output }: Pick<Session, 'output'>, { sent, failed, left }: MailsOutcome): void {
  if (sent + failed.length + left.length === 0) return;
  for (const { mail, state, why } of failed) output.note(`${mail}: ${state}${why === '' ? '' : `, ${why}`}`);
  if (left.length > 0) output.note(`left to the running app: ${left.join(', ')}`);
  const counts = [
    ['sent', sent],
    ['not sent', failed.length],
    ['left', left.length],
  ] as const;
  output.note(`mails: ${countsText(counts.filter(([, count]) => count > 0))}`);
}

function isUnderWay(status: MailStatus | null): boolean {
  return status?.state === 'sending' || (status?.state === 'queued' && status.attempts === 0);
}
