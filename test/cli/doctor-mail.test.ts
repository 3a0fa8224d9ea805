import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { localhostPem, startMailServer, type MailServer } from '../support/mail/mail-server.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { commandLine, configurationOf, listAt, textAt } from '../support/cli/command-line.js';

const parts = `signupUrl: 'https://club.example/signup',
users: {
  toProfile: (user) => ({ id: user.id, email: user.id, active: true }),
  create: async () => ({ id: 'x' }),
  findById: async () => null,
  findByLogin: async () => null,
},
redemptions: { find: async () => null }`;

describe('doctor, of mails', () => {
  let redis: TestRedis;
  let server: MailServer;
  before(async () => {
    [redis, server] = await Promise.all([startRedis({ persistence: true }), startMailServer()]);
  });
  after(() => Promise.all([redis.stop(), server.stop()]));

  /** `grade about: text` of what it says of mails; `more` is source text of options. */
  async function findingsOf(keyPrefix: string, more: string, before: readonly string[] = []) {
    const smtpMailer = `import { smtpMailer } from ${JSON.stringify(import.meta.resolve('../../lib/mail.js'))};\n`;
    const options = `keyPrefix: '${keyPrefix}', ${more}, ${parts}`;
    const cli = commandLine(smtpMailer + configurationOf(redis.url, options));
    if (before.length > 0) await cli.run(before);
    const said = await cli.run(['--json', 'doctor']);
    const findings = listAt(JSON.parse(said.out), 'findings').map(
      (one) => `${textAt(one, 'grade')} ${textAt(one, 'about')}: ${textAt(one, 'text')}`,
    );
    return { code: said.code, mail: findings.filter((text) => /^\w+ (?:mails?|sender): /.test(text)).join('\n'), cli };
  }

  const send = ['invite', 'send', 'ann@example.com'];
  const rejecting = (error: string): string =>
    `mailer: { verify: async () => true, send: async () => { throw ${error}; } }`;

  it('says how many failed, the latest answer, and the command that sends it again', async () => {
    const refused = `Object.assign(new Error('550 no such mailbox'), { responseCode: 550 })`;
    const { code, mail, cli } = await findingsOf('refused', rejecting(refused), send);
    assert.equal(code, 0);
    assert.match(
      mail,
      /^unwise mails: 1 failed, the latest invitation to a\*\*\*@example\.com at \S+Z: 550 no such mailbox/m,
    );
    const [, id = ''] = /Send it again: express-enrollment mail resend (\S+);/.exec(mail) ?? [];
    assert.equal(textAt(await cli.json(['mail', 'resend', id]), 'result'), 'queued');
  });

  it('says that the mail server offers a sign-in where none is set, as one that requires it does', async () => {
    const auth = { user: 'acme', password: 'a password of the mail server' };
    const asking = await startMailServer({ auth });
    try {
      const from = `from: { name: 'Acme', address: 'accounts@acme.example' }, ca: ${JSON.stringify(localhostPem)}`;
      const none = await findingsOf('signin', `mailer: smtpMailer({ url: '${asking.url}', ${from} })`);
      assert.match(none.mail, /^unwise mail: \S+ offers a sign-in, and none is set.*530/m);
      const set = `mailer: smtpMailer({ url: '${asking.url}', auth: ${JSON.stringify(auth)}, ${from} })`;
      assert.match((await findingsOf('signin', set)).mail, /^fine mail: the mailer answers/m);
      const open = `mailer: smtpMailer({ url: '${server.url}', ${from} })`;
      assert.match((await findingsOf('signin', open)).mail, /^fine mail: the mailer answers/m);
    } finally {
      await asking.stop();
    }
  });

  it('says which may have arrived, and which are tried again', async () => {
    const unknown = await findingsOf('unknown', rejecting(`new Error('socket hang up')`), send);
    assert.match(unknown.mail, /^unwise mails: 1 may have arrived or not, .*socket hang up.*mail resend/m);
    const later = `Object.assign(new Error('451 greylisted'), { responseCode: 451 })`;
    const retried = await findingsOf('retried', rejecting(later), send);
    assert.match(retried.mail, /^unwise mails: 1 failed for now and will be tried again, .*451 greylisted/m);
    assert.deepEqual([unknown.code, retried.code], [0, 0]);
  });

  it('finds mails that no process sends', async () => {
    const later = `Object.assign(new Error('451 greylisted'), { responseCode: 451 })`;
    const first = await findingsOf('stuck', rejecting(later), send);
    assert.doesNotMatch(first.mail, /no process/);
    const clock = 'clock: { now: () => Date.now() + 4 * 60 * 60 * 1000 }';
    const { code, mail } = await findingsOf('stuck', `${rejecting(later)}, ${clock}`);
    assert.equal(code, 1);
    assert.match(mail, /^bad mails: 1 wait\(s\) that no process sends, since \S+Z: /m);
  });

  it('finds a certificate that is refused, with the remedy', async () => {
    const { code, mail } = await findingsOf(
      'certificate',
      `mailer: smtpMailer({ url: '${server.url}', from: { name: 'Acme', address: 'a@acme.example' } })`,
    );
    assert.equal(code, 1);
    assert.match(mail, /^bad mail: the mailer cannot send: self.signed certificate.*; .*let "ca" name its authority/m);
  });

  it('hints at a sender whose mails nothing signs, or another domain does', async () => {
    const sender = (dkim: string | null): string =>
      `mailer: { send: async () => {}, verify: async () => true,
        sender: { domain: 'acme.example', server: 'smtp.example', dkim: ${JSON.stringify(dkim)} } }`;
    assert.match((await findingsOf('s', sender(null))).mail, /^unwise sender: unknown: whether smtp\.example signs/m);
    assert.match((await findingsOf('s', sender('mail.acme.example'))).mail, /^fine sender: /m);
    assert.match((await findingsOf('s', sender('other.example'))).mail, /^unwise sender: .*DMARC/m);
  });
});
