import { domainToASCII } from 'node:url';
import { randomToken } from '../base/ids.js';
import { isUnrequested } from '../base/mail-kinds.js';
import { checkPackage } from '../base/optional-package.js';
import type { Mailer } from '../ports/mailer.js';
import { encodedSubject } from './encoded-subject.js';
import { needsUtf8 } from './needs-utf8.js';
import { smtpAccess } from './smtp-access.js';
import { offersSignIn } from './smtp-connection.js';
import { createProgress, withDelivery } from './smtp-progress.js';
import { serverOf, type SmtpSettings } from './smtp-settings.js';
import { openTransports } from './smtp-transports.js';
import { verifyUtf8 } from './smtp-utf8.js';

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
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  const senderDomain = domainToASCII(domain) || domain;
  const access = smtpAccess(server, settings);
  const progress = createProgress();
  let opened: ReturnType<typeof openTransports> | undefined;
  // Opened at the first use: an app without a mail has no connection.
  const transports = (): ReturnType<typeof openTransports> => (opened ??= openTransports(access, settings, progress));
  const underway = new Set<Promise<unknown>>();

  const sender = { domain: senderDomain, server: new URL(settings.url).hostname, dkim: settings.dkim?.domain ?? null };
  /** `null`: the server was not asked yet. */
  let signIn: 'used' | 'offered' | 'none' | null = access.auth === null ? null : 'used';

  return Object.freeze<SmtpMailer>({
    get sender() {
      return signIn === null ? sender : { ...sender, signIn };
    },
    async send({ to, subject, text, html, kind, messageId = `${randomToken(16)}@${senderDomain}`, ...mail }) {
      const { pool, utf8 } = await transports();
      const isDecoded = subject.includes('=?');
      const transport = needsUtf8(from.address) || needsUtf8(to) ? utf8 : pool;
      const sent = transport.sendMail({
        signal: AbortSignal.timeout(longestMs),
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
      await (await transports()).pool.verify();
      if (needsUtf8(from.address)) await verifyUtf8(access);
      if (access.auth === null) signIn = (await offersSignIn(access)) ? 'offered' : 'none';
    },
    async close() {
      // The pool drops what still waits for a connection.
      await Promise.allSettled(underway);
      if (opened !== undefined) (await opened).pool.close();
    },
  });
}

/**
 * A mail that waits for a connection, or for a server that says nothing, for longer than this is not begun any more. It
 * is less than what the queue gives a mailer, after which nothing would be known of the mail.
 */
const longestMs = 28_000;

/** RFC 2369, and RFC 8058 for what one POST stops, over https alone. `fallback`: where the kit's pages have no address for it. */
function unsubscribeHeaders(url: string | undefined, fallback: string | undefined): Readonly<Record<string, string>> {
  const address = url ?? fallback;
  return {
    ...(address === undefined ? {} : { 'List-Unsubscribe': `<${address}>` }),
    ...(url?.startsWith('https:') === true ? { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
  };
}
