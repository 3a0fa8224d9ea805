import { isLoopback } from '../../base/url.js';
import { isLetterKind } from '../../base/mail-kinds.js';
import type { EnrollmentDiagnosis } from '../../diagnosis/diagnose.js';
import type { MailStatus } from '../../ports/mail-queue.js';
import { instantText } from '../invitation-texts.js';
import { bad, fine, unwise, type Finding } from './finding.js';

/** What the doctor finds of the mailer, of the domain that it sends for, and of the mails. */
export function mailFindings(it: EnrollmentDiagnosis): readonly Finding[] {
  return [...mailerFindings(it), ...senderFindings(it.mailSender), ...mailsFindings(it.mails)];
}

function mailerFindings({ health, mailProblem, mailSender, logsMails }: EnrollmentDiagnosis): readonly Finding[] {
  if (logsMails) return [unwise('mail', 'no mailer: mails are written to the log, and production refuses it')];
  if (mailProblem !== null) return [bad('mail', mailProblem)];
  if (health.mailer === 'unused') return [];
  if (mailSender?.signIn === 'offered')
    return [
      unwise(
        'mail',
        `${mailSender.server} offers a sign-in, and none is set. If it requires one, it takes no mail (530): set a user and a password, in "auth" or "url"`,
      ),
    ];
  return [
    health.mailer === 'up'
      ? fine('mail', 'the mailer answers')
      : unwise('mail', 'unknown: the mailer has no verify(), so only a mail shows whether it sends'),
  ];
}

/** Large providers refuse mails that no domain answers for: DMARC (RFC 7489) compares it with the sender's. */
function senderFindings(sender: EnrollmentDiagnosis['mailSender']): readonly Finding[] {
  if (sender === null || sender === undefined || isLoopback(sender.server)) return [];
  const { domain, server, dkim } = sender;
  if (dkim === null)
    return [
      unwise(
        'sender',
        `unknown: whether ${server} signs mails of @${domain} by DKIM. If it does not, set "dkim"; unsigned mails often count as spam`,
      ),
    ];
  return [
    isAligned(domain, dkim)
      ? fine('sender', `mails of @${domain} are signed by DKIM for ${dkim}`)
      : unwise('sender', `mails of @${domain} are signed by DKIM for ${dkim}: DMARC wants the domain of the sender`),
  ];
}

function isAligned(domain: string, signed: string): boolean {
  return domain === signed || domain.endsWith(`.${signed}`) || signed.endsWith(`.${domain}`);
}

function mailsFindings(mails: EnrollmentDiagnosis['mails']): readonly Finding[] {
  if (mails === null || mails.looked === 0) return [];
  const { failed, unknown, retried, stuck, suppressed, looked, more } = mails;
  const counted = (count: number): string => `${more ? 'at least ' : ''}${String(count)}`;
  const findings: Finding[] = [];
  if (stuck.since !== null)
    findings.push(
      bad(
        'mails',
        `${counted(stuck.count)} wait(s) that no process sends, since ${instantText(stuck.since)}: the app does not run with this Redis and key prefix, or has no "mailer"`,
      ),
    );
  if (failed.latest !== null)
    findings.push(
      unwise(
        'mails',
        `${counted(failed.count)} failed, the latest ${about(failed.latest)}. ${resendText(failed.latest)}`,
      ),
    );
  if (unknown.latest !== null)
    findings.push(
      unwise(
        'mails',
        `${counted(unknown.count)} may have arrived or not, the latest ${about(unknown.latest)}. ${resendText(unknown.latest)}`,
      ),
    );
  if (retried.latest !== null)
    findings.push(
      unwise(
        'mails',
        `${counted(retried.count)} failed for now and will be tried again, the latest ${about(retried.latest)}`,
      ),
    );
  if (suppressed.latest !== null)
    findings.push(
      fine(
        'mails',
        `${counted(suppressed.count)} not sent: their recipients get no more invitations. They stay so until the person asks again, or: express-enrollment mail allow <email>`,
      ),
    );
  return findings.length > 0 ? findings : [fine('mails', `none of the latest ${String(looked)} failed or is stuck`)];
}

const about = ({ kind, hint, changedAt, failure }: MailStatus): string =>
  `${[kind, hint].filter((text) => text !== '').join(' to ')} at ${instantText(changedAt)}: ${failure?.response ?? 'no answer'}`;

/** Of codes and notices nothing is kept. */
function resendText({ id, kind, state }: MailStatus): string {
  const list = `see: express-enrollment mail list --state ${state}`;
  return isLetterKind(kind) ? `Send it again: express-enrollment mail resend ${id}; ${list}` : `All: ${list.slice(5)}`;
}
