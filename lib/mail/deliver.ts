import { withTimeout } from '../base/awaitable.js';
import { canonicalEmail } from '../base/canonical.js';
import { identifierProblem } from '../base/text-problem.js';
import type { Mail, Mailer } from '../ports/mailer.js';
import { certaintyOf, type MailOutcome } from './outcome.js';

const longestMs = 30_000;
const longestResponse = 300;

/** Sends a mail whose header fields are safe, once. Never rejects. */
export async function deliver(mailer: Mailer, mail: Mail): Promise<MailOutcome> {
  const problem = unsafePart(mail);
  if (problem !== null) return { type: 'failed', certainty: 'permanent', response: problem };
  try {
    await withTimeout(
      longestMs,
      () => mailer.send(mail),
      () => new Error(`the mailer did not answer within ${String(longestMs / 1000)} s`),
    );
    return { type: 'sent' };
  } catch (error) {
    return { type: 'failed', certainty: certaintyOf(error), response: responseOf(error, mail.to) };
  }
}

/** Header fields end at a line break: what follows would be further fields, or recipients (CWE-93). */
function unsafePart({ to, subject }: Mail): string | null {
  if (canonicalEmail(to) !== to || identifierProblem(to) !== null) return 'the recipient is not in its canonical form';
  return identifierProblem(subject) === null ? null : 'the subject has characters that a header field cannot have';
}

/** Replies of SMTP servers quote the recipient, and responses are logged and listed. */
function responseOf(error: unknown, recipient: string): string {
  const text = error instanceof Error ? error.message : String(error);
  const codes = ['code', 'responseCode', 'command'].flatMap((name) => {
    const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
    return typeof value === 'string' || typeof value === 'number' ? [`${name} ${String(value)}`] : [];
  });
  const said = text
    .replaceAll(recipient, '[recipient]')
    .replaceAll(/\S+@\S+/g, '[recipient]')
    // Some replies quote links of the mail.
    .replaceAll(/https?:\/\/\S+/gi, '[link]')
    .replaceAll(/\p{Cc}+/gu, ' ');
  return [said, ...codes].join('; ').slice(0, longestResponse);
}
