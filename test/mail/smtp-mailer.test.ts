import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { after, afterEach, describe, it } from 'mocha';
import type { Mail } from '../../lib/ports/mailer.js';
import { smtpMailer, type SmtpMailer, type SmtpSettings } from '../../lib/mail.js';
import { isEnrollmentError } from '../../lib/base/error.js';
import { deliver } from '../../lib/mail/deliver.js';
import { certaintyOf } from '../../lib/mail/outcome.js';
import { mailerContract } from '../../lib/testing/index.js';
import { isDkimValid } from '../support/mail/dkim.js';
import { itInCampaign } from '../support/campaign.js';
import { localhostPem, startMailServer, type MailServer, type MailServerOptions } from '../support/mail/mail-server.js';
import { startRawMailServer } from '../support/mail/raw-mail-server.js';

const from = { name: 'Acme', address: 'accounts@acme.example' };
const trusted = localhostPem.slice(localhostPem.indexOf('-----BEGIN CERTIFICATE'));

function mailTo(to: string): Mail {
  return { to, subject: 'Hello', text: 'Hello\n', html: '<p>Hello</p>', kind: 'recovery', locale: 'en' };
}

function rsaKeys(): { readonly privateKey: string; readonly publicKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

const cleanups: (() => Promise<void>)[] = [];

async function serve(
  options: MailServerOptions = {},
  settings: Partial<SmtpSettings> = {},
): Promise<{ server: MailServer; mailer: SmtpMailer }> {
  const server = await startMailServer(options);
  const { ca = trusted, ...others } = settings;
  const mailer = smtpMailer({ url: server.url, from, ...(ca === '' ? {} : { ca }), ...others });
  cleanups.push(async () => {
    await mailer.close();
    await server.stop();
  });
  return { server, mailer };
}

async function serveRaw(
  greet: Parameters<typeof startRawMailServer>[0],
  settings: Partial<SmtpSettings> = {},
): Promise<{ raw: Awaited<ReturnType<typeof startRawMailServer>>; mailer: SmtpMailer }> {
  const raw = await startRawMailServer(greet);
  const mailer = smtpMailer({ url: raw.url, tls: 'none', from, ...settings });
  cleanups.push(async () => {
    await mailer.close();
    await raw.stop();
  });
  return { raw, mailer };
}

const errorOf = async (work: Promise<unknown>): Promise<Error & { code?: string; responseCode?: number }> =>
  work.then(
    () => assert.fail('it was sent'),
    (error: unknown) => (error instanceof Error ? error : assert.fail(String(error))),
  );

describe('the SMTP mailer', () => {
  const clean = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  };
  afterEach(clean);
  after(clean);

  for (const { title, run } of mailerContract(async () => {
    const { server, mailer } = await serve();
    return { mailer, received: async (to) => server.mailsTo(to) };
  }))
    it(title, run);

  it('says who it is from, and that no person wrote it', async () => {
    const { server, mailer } = await serve({}, { replyTo: 'help@acme.example' });
    await mailer.send(mailTo('ann@example.com'));
    const raw = server.mails[0]?.raw ?? '';
    for (const line of [
      'From: Acme <accounts@acme.example>',
      'To: ann@example.com',
      'Reply-To: help@acme.example',
      'Auto-Submitted: auto-generated',
    ])
      assert.ok(raw.includes(`${line}\r\n`), `${line} in:\n${raw}`);
  });

  it('names and addresses of every script arrive in ASCII, where mail servers know no other', async () => {
    const { server, mailer } = await serve({}, { from: { name: 'Büro „Acme“, Ltd', address: 'a@bücher.example' } });
    await mailer.send({ ...mailTo('ann@xn--bcher-kva.example'), subject: 'Größe 漢字', messageId: 'key@acme.example' });
    await mailer.send(mailTo('ann@example.com'));
    assert.match(server.mails[1]?.raw ?? '', /^Message-ID: <[\w-]+@xn--bcher-kva\.example>\r$/m);
    const raw = server.mails[0]?.raw ?? '';
    const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll('\r\n ', ' ');
    assert.match(head, /^[\x00-\x7f]*$/);
    for (const line of [
      /^From: =\?UTF-8\?Q\?.* <a@xn--bcher-kva\.example>\r$/m,
      /^To: ann@xn--bcher-kva\.example\r$/m,
      /^Message-ID: <key@acme\.example>\r$/m,
      /^Date: \w{3}, \d{1,2} \w{3} \d{4} [\d:]{8} \+0000\r$/m,
    ])
      assert.match(head, line);
    assert.equal(server.mails[0]?.subject, 'Größe 漢字');
  });

  it('shows a subject with what looks like an encoded word literally', async () => {
    const { server, mailer } = await serve();
    const subject = `=?utf-8?q?Prize=21_evil=2Ecom/win?= invites you to Größe 漢字 ${'far too long '.repeat(8).trim()}`;
    await mailer.send({ ...mailTo('ann@example.com'), subject });
    assert.equal(server.mails[0]?.subject, subject);
  });

  it('an address beyond ASCII is sent only to a server that takes it', async () => {
    const to = 'ÿann@example.com';
    const { server, mailer } = await serve();
    await mailer.send(mailTo(to));
    assert.deepEqual(server.mails[0]?.recipients, [to]);
    const { server: older, mailer: toOlder } = await serve({ utf8: false });
    const outcome = await deliver(toOlder, mailTo(to));
    assert.ok(outcome.type === 'failed' && outcome.certainty === 'permanent', JSON.stringify(outcome));
    assert.match(outcome.response, /beyond ASCII before the @ \(SMTPUTF8\)/);
    await toOlder.send(mailTo('ann@xn--bcher-kva.example'));
    assert.deepEqual(
      older.mails.map(({ recipients }) => recipients),
      // Its server shows domains as people read them.
      [['ann@bücher.example']],
    );
  });

  it('the connection that sends an address beyond ASCII is the one that announces SMTPUTF8', async () => {
    for (const announced of [0, 1]) {
      const { raw, mailer } = await serveRaw((connection) => (connection === announced ? ['SMTPUTF8'] : ['SIZE']));
      const outcomes = [
        await deliver(mailer, mailTo('ÿann@example.com')),
        await deliver(mailer, mailTo('ÿann@example.com')),
      ];
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.type === 'failed' ? outcome.certainty : outcome.type)),
        announced === 0 ? ['sent', 'permanent'] : ['permanent', 'sent'],
      );
      const envelopes = raw.connections.map((commands) => commands.filter((line) => /^(MAIL|RCPT)/.test(line)));
      const sent = ['MAIL FROM:<accounts@acme.example> SMTPUTF8', 'RCPT TO:<ÿann@example.com>'];
      assert.deepEqual(envelopes, announced === 0 ? [sent, []] : [[], sent]);
    }
  });

  it('a sender beyond ASCII is sent, and verified, only at a server that takes it', async () => {
    const sender = { name: 'Acme', address: 'büro@acme.example' };
    const { raw: older, mailer: toOlder } = await serveRaw(() => ['SIZE'], { from: sender });
    const outcome = await deliver(toOlder, mailTo('ann@example.com'));
    assert.ok(outcome.type === 'failed' && outcome.certainty === 'permanent', JSON.stringify(outcome));
    assert.match((await errorOf(toOlder.verify())).message, /SMTPUTF8/);
    assert.ok(!older.connections.flat().some((line) => /^(MAIL|RCPT)/.test(line)), JSON.stringify(older.connections));
    const auth = { user: 'u', password: 'p' };
    const { privateKey, publicKey } = rsaKeys();
    const dkim = { domain: 'acme.example', selector: 'mail', privateKey };
    const { server, mailer } = await serve({ auth }, { auth, from: sender, dkim });
    await mailer.verify();
    await mailer.send(mailTo('ann@example.com'));
    assert.match(server.mails[0]?.raw ?? '', /^From: Acme <büro@acme\.example>\r$/m);
    assert.ok(isDkimValid(server.mails[0]?.raw ?? '', publicKey));
    assert.ok(server.signIns.length > 0 && server.signIns.every(({ encrypted }) => encrypted));
  });

  it('a connection that fails before the mail was begun leaves it to be sent later, whatever its address', async () => {
    for (const greeting of ['hangs', 'drops'] as const)
      for (const to of ['ann@example.com', 'ÿann@example.com']) {
        const { mailer } = await serveRaw(() => greeting, { timeoutSeconds: 1 });
        const outcome = await deliver(mailer, mailTo(to));
        assert.ok(outcome.type === 'failed' && outcome.certainty === 'temporary', JSON.stringify([greeting, outcome]));
      }
  });

  itInCampaign('a mail that was not begun when its time is up is sent later', async function () {
    this.timeout(90_000);
    for (const to of ['ann@example.com', 'ÿann@example.com']) {
      const { mailer } = await serveRaw(() => 'hangs', { timeoutSeconds: 30 });
      const outcome = await deliver(mailer, mailTo(to));
      assert.ok(outcome.type === 'failed' && outcome.certainty === 'temporary', JSON.stringify(outcome));
    }
  });

  it('with a user, sends nothing to a server that offers no sign-in', async () => {
    const { server, mailer } = await serve({}, { auth: { user: 'u', password: 'p' } });
    assert.equal((await errorOf(mailer.verify())).code, 'EAUTH');
    assert.equal(certaintyOf(await errorOf(mailer.send(mailTo('ann@example.com')))), 'temporary');
    assert.deepEqual(server.mails, []);
  });

  it('a wrong URL is told without its password', () => {
    for (const url of ['smtp://joe:hunter2secret@mail.example:99999', 'smtp://joe:100%hunter2secret@mail.example'])
      assert.throws(
        () => smtpMailer({ url, from }),
        (error: unknown) => {
          assert.ok(isEnrollmentError(error) && /smtpMailer: "url".*percent-encode/.test(error.message), String(error));
          return !inspect(error, { showHidden: true, depth: null }).includes('hunter2secret');
        },
      );
  });

  it('an answer of several lines is kept whole', async () => {
    const server = createServer((socket) => {
      socket.write('220 localhost\r\n');
      socket.on('data', (chunk) => {
        const isRecipient = chunk.toString().startsWith('RCPT');
        socket.write(isRecipient ? '452-4.2.2 The mailbox is full.\r\n452 4.2.2 See help 17.\r\n' : '250 ok\r\n');
      });
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const mailer = smtpMailer({ url: `smtp://127.0.0.1:${String(port)}`, tls: 'none', from });
    const outcome = await deliver(mailer, mailTo('ann@example.com'));
    assert.ok(outcome.type === 'failed' && outcome.certainty === 'temporary', JSON.stringify(outcome));
    assert.match(outcome.response, /452-4\.2\.2 The mailbox is full\. 452 4\.2\.2 See help 17\./);
    await mailer.close();
    server.close();
  });

  it('keeps a few connections open', async () => {
    const { server, mailer } = await serve({}, { connections: 2 });
    await Promise.all(Array.from({ length: 20 }, (_, at) => mailer.send(mailTo(`p${String(at)}@example.com`))));
    assert.deepEqual([server.mails.length, server.connections], [20, 2]);
  });

  it('sends nothing without TLS', async () => {
    const { server, mailer } = await serve(
      { tls: 'none', auth: { user: 'u', password: 'p' } },
      { auth: { user: 'u', password: 'p' } },
    );
    assert.equal((await errorOf(mailer.send(mailTo('ann@example.com')))).code, 'ETLS');
    assert.deepEqual([server.mails, server.signIns], [[], []]);
  });

  it('sends nothing to a server whose certificate is of another authority, or for another name', async () => {
    const unknown = await serve({}, { ca: '' });
    await errorOf(unknown.mailer.send(mailTo('ann@example.com')));
    const misnamed = await serve({ address: '127.0.0.2' });
    assert.match((await errorOf(misnamed.mailer.send(mailTo('ann@example.com')))).message, /altnames/);
    const implicit = await serve({ tls: 'implicit' }, { ca: '' });
    await errorOf(implicit.mailer.send(mailTo('ann@example.com')));
    for (const { server } of [unknown, misnamed, implicit]) assert.deepEqual(server.mails, []);
  });

  it('begins with TLS at smtps:, and signs in only over it', async () => {
    const auth = { user: 'acme@mail', password: 'p:@/ß' };
    for (const tls of ['implicit', 'starttls'] as const) {
      const { server, mailer } = await serve({ tls, auth }, { auth });
      await mailer.verify();
      await mailer.send(mailTo('ann@example.com'));
      assert.equal(server.mails.length, 1);
      assert.ok(server.signIns.length > 0);
      assert.ok(server.signIns.every(({ user, encrypted }) => user === auth.user && encrypted));
    }
  });

  it('takes user and password from the URL, percent-encoded', async () => {
    const auth = { user: 'acme@mail', password: 'p:@/ß' };
    const server = await startMailServer({ auth });
    const url = server.url.replace('//', `//${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.password)}@`);
    const mailer = smtpMailer({ url, from, ca: trusted });
    cleanups.push(async () => {
      await mailer.close();
      await server.stop();
    });
    await mailer.send(mailTo('ann@example.com'));
    assert.equal(server.mails.length, 1);
  });

  it('rejects with the code of the server, without the password', async () => {
    const auth = { user: 'u', password: 'secret-word' };
    const { mailer } = await serve({ auth: { ...auth, password: 'another' } }, { auth });
    const refused = await errorOf(mailer.verify());
    assert.deepEqual([refused.code, refused.responseCode], ['EAUTH', 535]);
    assert.ok(!inspect(refused, { showHidden: true, depth: null }).includes('secret-word'));
    for (const code of [550, 451]) {
      const { mailer: other } = await serve({ recipientReply: () => code });
      const { responseCode } = await errorOf(other.send(mailTo('ann@example.com')));
      assert.equal(responseCode, code);
    }
  });

  it('a server that wants a sign-in has refused no mail: it is sent later', async () => {
    const { mailer } = await serve({ auth: { user: 'u', password: 'p' } });
    const refused = await errorOf(mailer.send(mailTo('ann@example.com')));
    assert.deepEqual([refused.responseCode, certaintyOf(refused)], [530, 'temporary']);
  });

  it('gives up a server that says nothing, and goes on with the next mail', async () => {
    let isSilent = true;
    const { server, mailer } = await serve(
      { beforeAccept: () => (isSilent ? new Promise(() => undefined) : Promise.resolve()) },
      { timeoutSeconds: 1 },
    );
    assert.equal((await errorOf(mailer.send(mailTo('ann@example.com')))).code, 'ETIMEDOUT');
    isSilent = false;
    await mailer.send(mailTo('bob@example.com'));
    assert.deepEqual(
      server.mails.map(({ recipients }) => recipients),
      [['bob@example.com']],
    );
  });

  it('a recipient with a line break gets nothing, and makes no other recipient', async () => {
    const { server, mailer } = await serve();
    await mailer.send(mailTo('ann@example.com\r\nBcc: eve@example.net')).catch(() => undefined);
    assert.deepEqual(server.mailsTo('eve@example.net'), []);
  });

  it('signs by DKIM, so that a receiver finds the signature valid, and void after a change', async () => {
    const { privateKey, publicKey } = rsaKeys();
    const { server, mailer } = await serve({}, { dkim: { domain: 'acme.example', selector: 'mail', privateKey } });
    await mailer.send({ ...mailTo('ann@example.com'), subject: 'Größe', text: 'two  spaces \n\n.dot\n' });
    const raw = server.mails[0]?.raw ?? '';
    assert.ok(isDkimValid(raw, publicKey), raw);
    for (const [from, to] of [
      ['ann@example.com', 'eve@example.com'],
      ['<p>Hello</p>', '<p>Hallo</p>'],
    ] as const)
      assert.ok(!isDkimValid(raw.replace(from, to), publicKey), to);
    const [, signature = ''] = /^DKIM-Signature: ((?:.|\r\n\s)*)/m.exec(raw) ?? [];
    for (const tag of [/\bd=acme\.example;/, /\bs=mail;/, /\bh=[^;]*subject/i, /\bb=/]) assert.match(signature, tag);
  });

  it('offers to stop invitations by one click, and signs that; other mails have nothing to stop', async () => {
    const { privateKey, publicKey } = rsaKeys();
    const unsubscribe = 'mailto:stop@acme.example';
    const dkim = { domain: 'acme.example', selector: 'mail', privateKey };
    const { server, mailer } = await serve({}, { dkim, unsubscribe });
    const url = `https://app.example/join/flows/-/unsubscribe?token=${'e'.repeat(700)}`;
    for (const kind of ['invitation', 'waitlist_approved', 'recovery'] as const)
      await mailer.send({ ...mailTo('ann@example.com'), kind, unsubscribeUrl: url });
    await mailer.send({ ...mailTo('ann@example.com'), kind: 'invitation' });
    const raws = server.mails.map(({ raw }) => raw);
    const [invitation = '', letter = '', recovery = '', fallback = ''] = raws;
    for (const raw of [invitation, letter]) {
      assert.ok(raw.replaceAll('\r\n ', ' ').includes(`\r\nList-Unsubscribe: <${url}>\r\n`), raw);
      assert.match(raw, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
      assert.ok(isDkimValid(raw, publicKey), raw);
      for (const changed of [raw.replace('token=e', 'token=f'), raw.replace('One-Click', 'Two-Click')])
        assert.ok(!isDkimValid(changed, publicKey), changed);
    }
    assert.doesNotMatch(recovery, /^List-Unsubscribe/m);
    assert.match(fallback, /^List-Unsubscribe: <mailto:stop@acme\.example>\r$/m);
    assert.doesNotMatch(fallback, /^List-Unsubscribe-Post/m);
  });

  it('closes when the mails that are on their way have arrived', async () => {
    const { server, mailer } = await serve(
      { beforeAccept: () => new Promise((resolve) => setTimeout(resolve, 50)) },
      { connections: 1 },
    );
    const sent = Promise.all(['a', 'b', 'c'].map((name) => mailer.send(mailTo(`${name}@example.com`))));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await mailer.close();
    await sent;
    assert.equal(server.mails.length, 3);
  });

  it('tells all mistakes in its settings at once', () => {
    const wrong: unknown = {
      url: 'https://mail.example',
      from: { name: 'A\r\nBcc: x', address: 'acme' },
      tsl: 'none',
      connections: 0,
    };
    assert.throws(
      () => smtpMailer(wrong as SmtpSettings),
      (error: unknown) => {
        assert.ok(isEnrollmentError(error));
        const told = error.issues.join('\n');
        for (const part of ['"url"', '"from.name"', '"from.address"', 'did you mean "tls"', '"connections"'])
          assert.ok(told.includes(part), `${part} in:\n${told}`);
        return true;
      },
    );
    for (const [settings, told] of [
      [{ url: 'smtp://mail.example', from, tls: 'none' }, /this machine only/],
      [{ url: 'smtps://localhost', from, tls: 'none' }, /begins with smtps:/],
      [{ url: 'smtp://u:p@mail.example', from, auth: { user: 'u', password: 'p' } }, /exclude each other/],
      [{ url: 'smtp://mail.example/?pool=true', from }, /must end after the host/],
      [{ url: 'smtp://mail.example', from, replyTo: 'büro@acme.example' }, /"replyTo".*ASCII letters before the @/],
    ] as const)
      assert.throws(() => smtpMailer(settings), told);
  });
});
