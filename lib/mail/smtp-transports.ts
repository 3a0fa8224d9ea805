import type { Transporter } from 'nodemailer';
import type { SmtpAccess } from './smtp-access.js';
import type { Progress } from './smtp-progress.js';
import type { SmtpSettings } from './smtp-settings.js';
import { utf8Transport } from './smtp-utf8.js';

/** nodemailer's transports of one mailer. */
interface SmtpTransports {
  /** A few connections that stay open. */
  readonly pool: Transporter;
  /** For mails with an address that needs SMTPUTF8: each has a connection of its own. */
  readonly utf8: Transporter;
}

/**
 * What the kit's mails have of the header fields that are to be signed (RFC 6376, 5.4.1). Both of RFC 8058 must be (4);
 * nodemailer before 10.6.1 leaves one out.
 */
const signedFields =
  'From:Sender:Reply-To:Subject:Date:Message-ID:To:Cc:MIME-Version:Content-Type:Content-Transfer-Encoding:List-Unsubscribe:List-Unsubscribe-Post';

export async function openTransports(
  access: SmtpAccess,
  { dkim, connections = 5 }: SmtpSettings,
  progress: Progress,
): Promise<SmtpTransports> {
  const { createTransport } = await import('nodemailer');
  const signing =
    dkim === undefined
      ? {}
      : {
          dkim: {
            domainName: dkim.domain,
            keySelector: dkim.selector,
            privateKey: dkim.privateKey,
            headerFieldNames: signedFields,
          },
        };
  const pool: Transporter = createTransport({
    pool: true,
    ...access.options,
    // Without `forceAuth`, a server that offers no sign-in gets mails without one.
    ...(access.auth === null ? {} : { auth: access.auth, forceAuth: true }),
    ...signing,
    maxConnections: connections,
    // A connection that the server ended between two mails is replaced once, at once.
    maxRequeues: 1,
  });
  const utf8: Transporter = createTransport(utf8Transport(access), signing);
  for (const transport of [pool, utf8])
    transport.use('stream', (mail, done) => {
      progress.watch(mail.message);
      done();
    });
  return { pool, utf8 };
}
