import { rootCertificates } from 'node:tls';
import { randomToken } from '../base/ids.js';
import { isUnrequested } from '../base/mail-kinds.js';
import { checkPackage } from '../base/optional-package.js';
import type { Mailer } from '../ports/mailer.js';
import { createProgress, withDelivery, type Progress } from './smtp-progress.js';
import { serverOf, type SmtpServer, type SmtpSettings } from './smtp-settings.js';

export type { SmtpSettings } from './smtp-settings.js';

/** A mailer with connections of its own. */
export interface SmtpMailer extends Mailer {
  /** Connects and signs in, without a mail. @throws what the server or the connection reports */
  verify(): Promise<void>;
  /** Closes the connections. Mails that are on their way are sent first. */
  close(): Promise<void>;
}

/**
 * Sends mails over SMTP with nodemailer, through a few connections that stay open. STARTTLS is required, and a wrong
 * certificate is refused. Needs the package `nodemailer`.
 *
 * `send` rejects with nodemailer's error: `responseCode` is the server's reply code (RFC 5321, 4.2.1): 4xx is temporary,
 * 5xx permanent. `delivery` says what that means for the mail: `temporary`, nothing of it was sent; `permanent`, it was
 * refused; `unknown`, the connection ended after its first byte, so that it may have been accepted.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings, and without the package
 */
export function smtpMailer(settings: SmtpSettings): SmtpMailer {
  const server = serverOf(settings);
  checkPackage('nodemailer', 'smtpMailer');
  const { from, replyTo, unsubscribe } = settings;
  const senderDomain = from.address.slice(from.address.lastIndexOf('@') + 1);
  const progress = createProgress();
  let opened: ReturnType<typeof openTransport> | undefined;
  // Opened at the first use: an app without a mail has no connection.
  const transport = (): ReturnType<typeof openTransport> => (opened ??= openTransport(server, settings, progress));
  const underway = new Set<Promise<unknown>>();

  return Object.freeze<SmtpMailer>({
    sender: { domain: senderDomain, server: new URL(settings.url).hostname, dkim: settings.dkim?.domain ?? null },
    async send({ to, subject, text, html, kind, messageId = `${randomToken(16)}@${senderDomain}`, ...mail }) {
      const pool = await transport();
      const sent = pool.sendMail({
        from: { ...from },
        to: { name: '', address: to },
        ...(replyTo === undefined ? {} : { replyTo }),
        messageId: `<${messageId}>`,
        subject,
        text,
        html,
        headers: {
          // RFC 3834: no vacation notices come back. Exchange looks at the second one.
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
          // Mails that their reader asked for, and those about an account, have nothing to end.
          ...(isUnrequested(kind) ? unsubscribeHeaders(mail.unsubscribeUrl, unsubscribe) : {}),
        },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      underway.add(sent);
      try {
        await sent;
      } catch (error) {
        throw withDelivery(error, progress.isRead(messageId));
      } finally {
        underway.delete(sent);
        progress.forget(messageId);
      }
    },
    async verify() {
      await (await transport()).verify();
    },
    async close() {
      // The pool drops what still waits for a connection.
      await Promise.allSettled(underway);
      if (opened !== undefined) (await opened).close();
    },
  });
}

/**
 * What the kit's mails have of the header fields that are to be signed (RFC 6376, 5.4.1). Both of RFC 8058 must be (4);
 * nodemailer before 10.6.1 leaves one out.
 */
const signedFields =
  'From:Sender:Reply-To:Subject:Date:Message-ID:To:Cc:MIME-Version:Content-Type:Content-Transfer-Encoding:List-Unsubscribe:List-Unsubscribe-Post';

/** RFC 2369, and RFC 8058 for what one POST stops, over https alone. `fallback`: where the kit's pages have no address for it. */
function unsubscribeHeaders(url: string | undefined, fallback: string | undefined): Readonly<Record<string, string>> {
  const address = url ?? fallback;
  return {
    ...(address === undefined ? {} : { 'List-Unsubscribe': `<${address}>` }),
    ...(url?.startsWith('https:') === true ? { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
  };
}

async function openTransport({ host, port, secure, auth }: SmtpServer, settings: SmtpSettings, progress: Progress) {
  const { tls = 'required', ca, dkim, connections = 5, timeoutSeconds = 20 } = settings;
  const { createTransport } = await import('nodemailer');
  const timeoutMs = timeoutSeconds * 1000;
  const transport = createTransport({
    pool: true,
    host,
    port,
    secure,
    ...(auth === null ? {} : { auth }),
    ...(tls === 'required' ? { requireTLS: true } : { ignoreTLS: true }),
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) },
    ...(dkim === undefined
      ? {}
      : {
          dkim: {
            domainName: dkim.domain,
            keySelector: dkim.selector,
            privateKey: dkim.privateKey,
            headerFieldNames: signedFields,
          },
        }),
    maxConnections: connections,
    // A connection that the server ended between two mails is replaced once, at once.
    maxRequeues: 1,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  transport.use('stream', (mail, done) => {
    progress.watch(mail.message);
    done();
  });
  return transport;
}
