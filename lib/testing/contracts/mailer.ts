import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { Mail, Mailer } from '../../ports/mailer.js';
import type { ContractCase } from './contract.js';

/** A mail as it arrived, its transfer encoding undone. */
interface ReceivedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

interface MailerUnderTest {
  readonly mailer: Mailer;
  /** The mails that arrived at an address, the first one first. */
  received(to: string): Promise<readonly ReceivedMail[]>;
  close?(): Promise<void>;
}

/** The kit's requirements for a mailer. */
export function mailerContract(open: () => Promise<MailerUnderTest>): readonly ContractCase[] {
  const mailTo = (to: string, more: Partial<Mail> = {}): Mail => ({
    to,
    subject: 'Choose a new password',
    text: 'Your code:\n\n    7K3M-QX9P\n',
    html: '<!doctype html>\n<html lang="en"><body><p>7K3M-QX9P</p></body></html>\n',
    kind: 'recovery',
    locale: 'en',
    ...more,
  });
  const one = (title: string, run: (under: MailerUnderTest, to: string) => Promise<void>): ContractCase => ({
    title,
    async run() {
      const under = await open();
      try {
        await run(under, `${randomId()}@example.com`);
      } finally {
        await under.close?.();
      }
    },
  });

  return [
    one('a mail arrives once, at its recipient alone', async ({ mailer, received }, to) => {
      await mailer.send(mailTo(to));
      assert.equal((await received(to)).length, 1);
      assert.deepEqual(await received(`x${to}`), []);
    }),
    one(
      'verify, if implemented, resolves while mails can be sent, and sends none',
      async ({ mailer, received }, to) => {
        if (mailer.verify === undefined) return;
        assert.notEqual(await mailer.verify(), false);
        assert.deepEqual(await received(to), []);
      },
    ),
    one('subject, text and HTML arrive as they were', async ({ mailer, received }, to) => {
      const sent = mailTo(to, {
        subject: 'Neues Passwort für Ünïcode · パスワード · 🐎',
        text: `Ünï-字🐎\n.\n..\nFrom here\n${'long '.repeat(300)}\nhttps://app.example/?a=b&c=d=\n`,
        html: '<!doctype html>\n<html lang="ar" dir="rtl"><body><p>مرحبا &amp; &lt;b&gt;</p></body></html>\n',
      });
      await mailer.send(sent);
      const [mail] = await received(to);
      const lines = (text: string | undefined): string => (text ?? '').replaceAll('\r\n', '\n').trimEnd();
      assert.equal(mail?.subject, sent.subject);
      assert.equal(lines(mail.text), lines(sent.text));
      assert.equal(lines(mail.html), lines(sent.html));
    }),
    one('mails that are sent at the same time all arrive', async ({ mailer, received }, to) => {
      await Promise.all(Array.from({ length: 10 }, (_, at) => mailer.send(mailTo(`${String(at)}${to}`))));
      for (let at = 0; at < 10; at += 1) assert.equal((await received(`${String(at)}${to}`)).length, 1);
    }),
  ];
}
