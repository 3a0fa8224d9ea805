import { withTimeout } from '../base/awaitable.js';
import { storeAway } from '../base/error.js';
import type { Mailer } from '../ports/mailer.js';
import type { Probe } from './probes.js';
import { mailRemedies } from './mail-remedies.js';
import { withRemedy } from './remedies.js';

/** Whether the mailer could send now. */
export interface MailerProbe {
  /** Asks `verify`, or returns an answer that is less than a minute old: mail servers limit connections. */
  ask(): Promise<Probe>;
  /** The same, but after two seconds `unknown`: the answer counts the next time. */
  askBriefly(): Promise<Probe>;
}

const timeoutMs = 10_000;
const briefMs = 2000;
const freshMs = 60_000;
const problem = 'the mailer cannot send';

/** `null`: the app has no mailer; mails are written to the log. */
export function createMailerProbe(mailer: Mailer | null): MailerProbe {
  let last: { readonly at: number; readonly answer: Promise<Probe> } | null = null;

  function ask(): Promise<Probe> {
    if (mailer === null) return Promise.resolve({ status: 'unused', problem: null });
    if (mailer.verify === undefined) return Promise.resolve({ status: 'unknown', problem: null });
    if (last === null || performance.now() - last.at >= freshMs)
      last = { at: performance.now(), answer: verified(mailer) };
    return last.answer;
  }

  return Object.freeze<MailerProbe>({
    ask,
    askBriefly: () =>
      withTimeout(briefMs, ask, () => new Error('no answer yet')).catch((): Probe => ({
        status: 'unknown',
        problem: null,
      })),
  });
}

async function verified(mailer: Mailer): Promise<Probe> {
  const late = (): Error => storeAway(problem, new Error(`no answer within ${String(timeoutMs / 1000)} s`));
  try {
    const answer: unknown = await withTimeout(timeoutMs, async () => mailer.verify?.(), late);
    if (answer === false) return { status: 'down', problem: `${problem}: verify() returned false` };
    return { status: 'up', problem: null };
  } catch (error) {
    return { status: 'down', problem: withRemedy(problem, error, mailRemedies) };
  }
}
