import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createKeyring } from '../../lib/base/keyring.js';
import { deliver } from '../../lib/mail/deliver.js';
import { canonicalMailCode, derivedSecrets, inGroups } from '../../lib/mail/code.js';
import type { Mail } from '../../lib/ports/mailer.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';

const mail: Mail = {
  to: 'ann@example.com',
  subject: 'Your code',
  text: 'text',
  html: '<p>html</p>',
  kind: 'recovery',
  locale: 'en',
};

describe('the delivery of a mail', () => {
  it('refuses recipients and subjects that could become other header fields', async () => {
    const mailer = memoryMailer();
    for (const wrong of [
      { to: 'ann@example.com\r\nBcc: bob@example.com' },
      { to: 'ann@example.com, bob@example.com' },
      { to: 'Ann <ann@example.com>' },
      { to: 'ANN@example.com' },
      { to: ' ann@example.com' },
      { to: '"ann@example.com"@example.com' },
      { to: '' },
      { subject: 'Hello\r\nBcc: bob@example.com' },
      { subject: 'Hello\nbob' },
      { subject: 'a\0b' },
      { subject: 'a\u0085b' },
    ]) {
      const outcome = await deliver(mailer, { ...mail, ...wrong });
      assert.ok(outcome.type === 'failed' && outcome.certainty === 'permanent', JSON.stringify(wrong));
    }
    assert.deepEqual(mailer.mails, []);
    assert.deepEqual(await deliver(mailer, mail), { type: 'sent' });
    assert.deepEqual(mailer.mails, [mail]);
  });

  it('a rejection tells the codes of the server, and no address', async () => {
    const refused = Object.assign(new Error('Can’t send mail: 550 <ann@example.com> (Ann@Example.com) unknown'), {
      code: 'EENVELOPE',
      responseCode: 550,
      rejected: ['ann@example.com'],
    });
    for (const reason of [refused, new Error('ann@example.com is full')]) {
      const outcome = await deliver({ send: () => Promise.reject(reason) }, mail);
      assert.ok(outcome.type === 'failed');
      assert.ok(!/ann@/i.test(outcome.response), outcome.response);
      assert.match(outcome.response, reason === refused ? /550 .*EENVELOPE/ : /is full/);
    }
  });

  it('a rejection says whether nothing was sent, it was refused, or it may have been accepted', async () => {
    const cases: readonly (readonly [object, string])[] = [
      [{ responseCode: 451 }, 'temporary'],
      [{ responseCode: 421 }, 'temporary'],
      [{ responseCode: 550 }, 'permanent'],
      [{ code: 'EAUTH', responseCode: 535 }, 'temporary'],
      [{ code: 'ECONNREFUSED' }, 'temporary'],
      [{ code: 'EDNS' }, 'temporary'],
      [{ code: 'ECONNECTION' }, 'unknown'],
      [{ code: 'ETIMEDOUT' }, 'unknown'],
      [{}, 'unknown'],
      [{ delivery: 'temporary', code: 'ECONNECTION' }, 'temporary'],
      [{ delivery: 'permanent' }, 'permanent'],
      [{ delivery: 'unknown', responseCode: 451 }, 'unknown'],
      [{ delivery: 'else', responseCode: 451 }, 'temporary'],
    ];
    for (const [facts, certainty] of cases) {
      const send = () => Promise.reject(Object.assign(new Error('no'), facts));
      const outcome = await deliver({ send }, mail);
      assert.ok(outcome.type === 'failed' && outcome.certainty === certainty, JSON.stringify(facts));
    }
  });

  it('what a server says is one line, without the links of the mail, and short', async () => {
    const said = `550 spam:\r\n https://app.example/?ticket=secret ${'x'.repeat(2000)}`;
    const outcome = await deliver({ send: () => Promise.reject(new Error(said)) }, mail);
    assert.ok(outcome.type === 'failed' && !/secret|[\r\n]/.test(outcome.response) && outcome.response.length <= 300);
  });
});

describe('a mailed code', () => {
  const keyring = createKeyring(['a key for these tests, 32 characters']);

  it('has forty random bits, and is read in any spelling', () => {
    const codes = new Set(Array.from({ length: 200 }, (_, index) => derivedSecrets(keyring, String(index)).code));
    assert.equal(codes.size, 200);
    for (const code of codes) {
      assert.match(code, /^[0-9A-HJKMNP-TV-Z]{8}$/);
      assert.equal(canonicalMailCode(` ${inGroups(code).toLowerCase().replace('-', ' — ')} `), code);
      assert.equal(canonicalMailCode(code.replaceAll('0', 'o').replaceAll('1', 'l')), code);
    }
    for (const wrong of ['', '1234567', '123456789', '1234-567!', '１２３４５６７８', 'a'.repeat(1000)])
      assert.equal(canonicalMailCode(wrong), null, wrong);
  });
});
