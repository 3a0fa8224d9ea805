import { withTimeout } from '../base/awaitable.js';
import { canonicalEmail } from '../base/canonical.js';
import { identifierProblem } from '../base/text-problem.js';
import type { Mail, Mailer } from '../ports/mailer.js';

const longestMs = 30_000;

/**
 * Sends a mail whose header fields are safe. A rejection names the mailer's codes, never the recipient.
 * @throws an error for a mail that is not sent
 */
export async function deliver(mailer: Mailer, mail: Mail): Promise<void> {
  refuseUnsafe(mail);
  try {
    await withTimeout(
      longestMs,
      () => mailer.send(mail),
      () => new Error(`the mailer did not answer within ${String(longestMs / 1000)} s`),
    );
  } catch (error) {
    throw withoutRecipient(error, mail.to);
  }
}

/** Header fields end at a line break: what follows would be further fields, or recipients (CWE-93). */
function refuseUnsafe({ to, subject }: Mail): void {
  if (canonicalEmail(to) !== to) throw new Error('a recipient is not in its canonical form');
  if (identifierProblem(subject) !== null)
    throw new Error('the subject has characters that a header field cannot have');
}

/** Replies of SMTP servers quote the recipient, and errors are logged. */
function withoutRecipient(error: unknown, recipient: string): Error {
  const text = error instanceof Error ? error.message : String(error);
  const codes = ['code', 'responseCode', 'command'].flatMap((name) => {
    const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
    return typeof value === 'string' || typeof value === 'number' ? [`${name} ${String(value)}`] : [];
  });
  const said = text.replaceAll(recipient, '[recipient]').replaceAll(/\S+@\S+/g, '[recipient]');
  return new Error([said, ...codes].join('; '));
}
