import { rootCertificates } from 'node:tls';
import type { SMTPConnectionOptions } from 'nodemailer';
import type { SmtpServer, SmtpSettings } from './smtp-settings.js';

/** How nodemailer connects to the server, and as which user; `null`: without a sign-in. */
export interface SmtpAccess {
  readonly options: SMTPConnectionOptions;
  readonly auth: SmtpServer['auth'];
}

export function smtpAccess({ host, port, secure, auth }: SmtpServer, settings: SmtpSettings): SmtpAccess {
  const { tls = 'required', ca, timeoutSeconds = 20 } = settings;
  const timeoutMs = timeoutSeconds * 1000;
  return {
    options: {
      host,
      port,
      secure,
      ...(tls === 'required' ? { requireTLS: true } : { ignoreTLS: true }),
      tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) },
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    },
    auth,
  };
}
