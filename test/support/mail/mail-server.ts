import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A certificate for `localhost` and `127.0.0.1`, with its key, for tests only. */
export const localhostPem = readFileSync(join('test', 'support', 'mail', 'localhost.pem'), 'utf8');

export interface ReceivedMail {
  /** Who gets it, by the envelope: every recipient, also one that no header names. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The message as it arrived. */
  readonly raw: string;
}

export interface MailServerOptions {
  /** `starttls` offers it, `implicit` begins with it, `none` has none. Default `starttls`. */
  readonly tls?: 'starttls' | 'implicit' | 'none';
  readonly address?: string;
  /** False: it announces no SMTPUTF8 (RFC 6531). Default true. */
  readonly utf8?: boolean;
  /** The only user and password; left out, the server asks for none. */
  readonly auth?: { readonly user: string; readonly password: string };
  /** The reply code for a recipient, `null` to accept it. */
  recipientReply?(address: string): number | null;
  /** Waited for before the mail is accepted; a rejection refuses it with 451. */
  beforeAccept?(mail: ReceivedMail): Promise<void>;
}

export interface MailServer {
  readonly url: string;
  readonly port: number;
  /** What it accepted, the first one first. */
  readonly mails: readonly ReceivedMail[];
  mailsTo(address: string): readonly ReceivedMail[];
  /** User names and passwords that were sent, and whether the connection was encrypted. */
  readonly signIns: readonly { readonly user: string; readonly encrypted: boolean }[];
  /** How many connections were made. */
  readonly connections: number;
  stop(): Promise<void>;
}

/** A real SMTP server on loopback. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { tls = 'starttls', address = '127.0.0.1', auth, utf8 = true, recipientReply, beforeAccept } = options;
  const mails: ReceivedMail[] = [];
  const signIns: { user: string; encrypted: boolean }[] = [];
  let connections = 0;
  const server = new SMTPServer({
    secure: tls === 'implicit',
    key: localhostPem,
    cert: localhostPem,
    disabledCommands: [...(tls === 'starttls' ? [] : ['STARTTLS']), ...(auth === undefined ? ['AUTH'] : [])],
    hideSMTPUTF8: !utf8,
    authOptional: auth === undefined,
    allowInsecureAuth: true,
    closeTimeout: 200,
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onAuth({ username = '', password }, session, done) {
      signIns.push({ user: username, encrypted: session.secure });
      if (username === auth?.user && password === auth.password) done(null, { user: username });
      else done(Object.assign(new Error('535 wrong user or password'), { responseCode: 535 }));
    },
    onRcptTo(recipient, _session, done) {
      const responseCode = recipientReply?.(recipient.address) ?? null;
      if (responseCode === null) done();
      else done(Object.assign(new Error(`${recipient.address} is not accepted`), { responseCode }));
    },
    onData(stream, session, done) {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
        const raw = Buffer.concat(chunks);
        const parsed = await simpleParser(raw);
        const mail: ReceivedMail = {
          recipients: session.envelope.rcptTo.map((recipient) => recipient.address),
          subject: parsed.subject ?? '',
          text: parsed.text ?? '',
          html: typeof parsed.html === 'string' ? parsed.html : '',
          raw: raw.toString('utf8'),
        };
        await beforeAccept?.(mail);
        mails.push(mail);
      })().then(
        () => done(),
        () => done(Object.assign(new Error('try again later'), { responseCode: 451 })),
      );
    },
  });
  // A client that ends its connection in the middle is not an error of the test.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, address, resolve);
  });
  const listening = server.server.address();
  const port = typeof listening === 'object' && listening !== null ? listening.port : 0;
  return {
    url: `${tls === 'implicit' ? 'smtps' : 'smtp'}://${address}:${String(port)}`,
    port,
    mails,
    mailsTo: (to) => mails.filter(({ recipients }) => recipients.includes(to)),
    signIns,
    get connections() {
      return connections;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}
