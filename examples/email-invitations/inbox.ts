/** A mail server on loopback that keeps what it gets, and pages that show it. Not needed in your app. */
import { fileURLToPath } from 'node:url';
import express from 'express';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { portOf } from './listening.js';

interface ReceivedMail {
  readonly to: string;
  readonly at: Date;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Inbox {
  /** Where the mail server is. */
  readonly smtp: string;
  /** Where the pages are. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startInbox(ports: { readonly smtp: number; readonly pages: number }): Promise<Inbox> {
  const mails: ReceivedMail[] = [];
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 200,
    onData(stream, session, done) {
      simpleParser(stream).then(({ subject = '', text = '', html }) => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
        mails.push({ to, at: new Date(), subject, text, html: typeof html === 'string' ? html : '' });
        done();
      }, done);
    },
  });
  const listening = smtp.listen(ports.smtp, '127.0.0.1');
  const smtpPort = await portOf(listening, 'SMTP_PORT', smtp);

  const pages = express();
  pages.disable('x-powered-by');
  pages.set('views', fileURLToPath(new URL('../../../examples/email-invitations/views', import.meta.url)));
  pages.set('view engine', 'ejs');
  pages.get('/', (_req, res) => {
    res
      .set('Cache-Control', 'no-store')
      .render('inbox', { mails: mails.map((mail, id) => ({ ...mail, id })).reverse() });
  });
  pages.get('/:id', (req, res, next) => {
    const mail = mails[Number(req.params.id)];
    if (mail === undefined) next();
    else res.set('Cache-Control', 'no-store').render('mail', { mail });
  });
  const server = pages.listen(ports.pages, '127.0.0.1');
  const port = await portOf(server, 'INBOX_PORT');

  return {
    smtp: `smtp://127.0.0.1:${smtpPort}`,
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      server.closeIdleConnections();
      await new Promise<void>((resolve) => {
        smtp.close(resolve);
      });
    },
  };
}
