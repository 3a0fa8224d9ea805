import { rootCertificates } from 'node:tls';
import { randomToken } from '../base/ids.js';
import { isUnrequested } from '../base/mail-kinds.js';
import { checkPackage } from '../base/optional-package.js';
import type { Mailer } from '../ports/mailer.js';
import { encodedSubject } from './encoded-subject.js';
import { createProgress, withDelivery, type Progress } from './smtp-progress.js';
import { needsUtf8, takesUtf8 } from './smtp-utf8.js';
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
      if (needsUtf8(to) && !(await takesUtf8(connectionOf(server, settings)))) throw noUtf8();
      const pool = await transport();
      const isDecoded = subject.includes('=?');
      const sent = pool.sendMail({
        from: { ...from },
        to: { name: '', address: to },
        ...(replyTo === undefined ? {} : { replyTo }),
        messageId: `<${messageId}>`,
        ...(isDecoded ? {} : { subject }),
        text,
        html,
        headers: {
          ...(isDecoded ? { Subject: { prepared: true, foldLines: true, value: encodedSubject(subject) } } : {}),
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

function noUtf8(): Error {
  const error = new Error('the mail server takes no addresses with letters beyond ASCII before the @ (SMTPUTF8)');
  return Object.assign(error, { delivery: 'permanent' });
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

function connectionOf({ host, port, secure, auth }: SmtpServer, settings: SmtpSettings) {
  const { tls = 'required', ca, timeoutSeconds = 20 } = settings;
  const timeoutMs = timeoutSeconds * 1000;
  return {
    host,
    port,
    secure,
    // Without it, a server that offers no sign-in gets mails without one.
    ...(auth === null ? {} : { auth, forceAuth: true }),
    ...(tls === 'required' ? { requireTLS: true } : { ignoreTLS: true }),
    tls: { minVersion: 'TLSv1.2' as const, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  };
}

async function openTransport(server: SmtpServer, settings: SmtpSettings, progress: Progress) {
  const { dkim, connections = 5 } = settings;
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    pool: true,
    ...connectionOf(server, settings),
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
  });
  transport.use('stream', (mail, done) => {
    progress.watch(mail.message);
    done();
  });
  return transport;
}
