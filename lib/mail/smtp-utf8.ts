import type { Transport } from 'nodemailer';
import type { SmtpAccess } from './smtp-access.js';
import { withConnection, type OpenConnection } from './smtp-connection.js';

/**
 * A transport of nodemailer that sends each mail by a connection of its own, which must announce SMTPUTF8: without it,
 * addresses beyond ASCII must not be sent (RFC 6531, 3.2), and nodemailer's own transports send them nevertheless.
 */
export function utf8Transport(access: SmtpAccess): Transport {
  return {
    name: 'SMTP (SMTPUTF8)',
    version: '1',
    supportsAbortSignal: true,
    send({ message, data }, done) {
      const envelope = message.getEnvelope();
      const work = ({ connection, step }: OpenConnection): Promise<unknown> =>
        step((settle) => connection.send(envelope, message.createReadStream(), settle));
      connectUtf8(access, work, data.signal ?? undefined).then(
        () => done(null, { envelope, messageId: message.messageId() }),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  };
}

/** Connects and signs in as a mail beyond ASCII would. @throws what the connection reports, and without SMTPUTF8 */
export async function verifyUtf8(access: SmtpAccess): Promise<void> {
  await connectUtf8(access, () => Promise.resolve());
}

function connectUtf8(
  access: SmtpAccess,
  work: (open: OpenConnection) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  const { auth } = access;
  const greeted = async (open: OpenConnection): Promise<void> => {
    const { connection, step } = open;
    // The greeting after EHLO: one extension on each line.
    if (!/^250[ -]SMTPUTF8\b/im.test(connection.lastServerResponse || '')) throw noUtf8();
    if (auth !== null) await step((settle) => connection.login(auth, settle));
    await work(open);
  };
  return withConnection(access, greeted, signal);
}

/** The mail itself is refused, as by a server's reply to its envelope. */
function noUtf8(): Error {
  const error = new Error('the mail server takes no addresses with letters beyond ASCII before the @ (SMTPUTF8)');
  return Object.assign(error, { code: 'EENVELOPE' });
}
