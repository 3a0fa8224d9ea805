import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { deliver } from '../../lib/mail/deliver.js';
import { canonicalMailCode, inGroups, newMailCode } from '../../lib/mail/code.js';
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
    ])
      await assert.rejects(() => deliver(mailer, { ...mail, ...wrong }), JSON.stringify(wrong));
    assert.deepEqual(mailer.mails, []);
    await deliver(mailer, mail);
    assert.deepEqual(mailer.mails, [mail]);
  });

  it('a rejection tells the codes of the server, and no address', async () => {
    const refused = Object.assign(new Error('Can’t send mail: 550 <ann@example.com> (Ann@Example.com) unknown'), {
      code: 'EENVELOPE',
      responseCode: 550,
      rejected: ['ann@example.com'],
    });
    for (const reason of [refused, 'ann@example.com is full']) {
      const error = await deliver({ send: () => Promise.reject(reason as Error) }, mail).then(
        () => assert.fail(),
        (thrown: unknown) => thrown as Error,
      );
      assert.ok(
        !/ann@/i.test(JSON.stringify([error.message, error.stack, error.cause, Object.keys(error)])),
        error.stack,
      );
      assert.match(error.message, reason === refused ? /550 .*EENVELOPE/ : /is full/);
    }
  });
});

describe('a mailed code', () => {
  it('has forty random bits, and is read in any spelling', () => {
    const codes = new Set(Array.from({ length: 200 }, newMailCode));
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
