import assert from 'node:assert/strict';
import { createHmac, hkdfSync } from 'node:crypto';
import { createKeyring, type Purpose } from '../../lib/base/keyring.js';

const [one, two] = ['first secret '.repeat(4), 'second secret '.repeat(4)];
const purposes: Purpose[] = ['plan-token', 'step', 'entry-link', 'resume', 'invitation', 'session'];

describe('createKeyring', () => {
  it('derives and signs as in RFC 5869 and RFC 2104', () => {
    const key = Buffer.from(hkdfSync('sha256', one, 'express-enrollment', 'express-enrollment step', 32));
    const mac = createHmac('sha256', key).update('text').digest();
    const keyring = createKeyring([one]);
    assert.equal(keyring.sign('step', 'text'), mac.subarray(0, 16).toString('base64url'));
    assert.equal(keyring.sign('step', 'text', 32), mac.toString('base64url'));
    assert.deepEqual(
      keyring.raw('step').map((raw) => Buffer.from(raw)),
      [key],
    );
  });

  it('has a separate key for each purpose and each secret', () => {
    const keys = createKeyring([one, two]);
    const all = purposes.flatMap((purpose) => keys.raw(purpose).map((raw) => Buffer.from(raw).toString('hex')));
    assert.equal(new Set(all).size, 12);
    for (const made of purposes)
      for (const read of purposes) assert.equal(keys.verify(read, 'text', keys.sign(made, 'text')), made === read);
  });

  it('signs with the first secret and verifies with all, so that secrets can be rotated', () => {
    const [before, during, after] = [createKeyring([one]), createKeyring([two, one]), createKeyring([two])];
    const old = before.sign('plan-token', 'text');
    assert.equal(during.sign('plan-token', 'text'), after.sign('plan-token', 'text'));
    assert.deepEqual(
      [before, during, after].map((keyring) => keyring.verify('plan-token', 'text', old)),
      [true, true, false],
    );
    assert.deepEqual(during.signAll('plan-token', 'text'), [after.sign('plan-token', 'text'), old]);
    assert.deepEqual(during.ids, [...after.ids, ...before.ids]);
  });

  it('identifies the signing secret and signs with it again, in every list that contains it', () => {
    const before = createKeyring([one]);
    const [id = ''] = before.ids;
    const mac = before.sign('plan-token', 'text');
    for (const secrets of [[one], [two, one], [one, two]]) {
      const keyring = createKeyring(secrets);
      assert.equal(keyring.signedBy('plan-token', 'text', mac), id);
      assert.equal(keyring.signedBy('step', 'text', mac), null);
      assert.equal(keyring.under(id).sign('form', 'text'), before.sign('form', 'text'));
      assert.deepEqual(keyring.under(id).ids, [id]);
    }
    assert.equal(createKeyring([two]).signedBy('plan-token', 'text', mac), null);
    assert.deepEqual(createKeyring([two, one]).under('unknown').ids, createKeyring([two]).ids);
  });

  it('identifies a secret by eight hexadecimal digits that reveal nothing about it', () => {
    const [id = ''] = createKeyring([one]).ids;
    assert.match(id, /^[0-9a-f]{8}$/);
    assert.notEqual(id, createKeyring([two]).ids[0]);
  });

  describe('verifies nothing but the signature itself', () => {
    const keyring = createKeyring([one]);
    const mac = keyring.sign('step', 'text');
    const last = mac.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const forged: [string, string][] = [
      ['nothing', ''],
      ['another text’s', keyring.sign('step', 'texT')],
      ['half of it', mac.slice(0, 11)],
      ['it and more', `${mac}AAAA`],
      ['a longer one', keyring.sign('step', 'text', 32)],
      ['zeros', 'A'.repeat(22)],
      ['the same bytes with padding', `${mac}==`],
      ['the same bytes with a blank', ` ${mac}`],
      ['the same bytes with a line break', `${mac}\n`],
      ['the same bytes with signs that a decoder skips', `${mac.slice(0, 5)}!*${mac.slice(5)}`],
      ['the same bytes with spare bits set', mac.slice(0, -1) + (alphabet[alphabet.indexOf(last) + 1] ?? '')],
      ['other letters', 'ä'.repeat(22)],
    ];
    it('itself', () => assert.equal(keyring.verify('step', 'text', mac), true));
    for (const [title, text] of forged) it(title, () => assert.equal(keyring.verify('step', 'text', text), false));
  });

  it('does not accept standard base64 in place of its own alphabet', () => {
    const keyring = createKeyring([one]);
    const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`);
    for (const text of texts) {
      const plain = Buffer.from(keyring.sign('step', text), 'base64url').toString('base64').replace(/=+$/, '');
      assert.equal(keyring.verify('step', text, plain), plain === keyring.sign('step', text));
    }
  });

  it('refuses to sign without a secret', () => {
    assert.throws(() => createKeyring([]).sign('step', 'text'), TypeError);
    assert.equal(createKeyring([]).verify('step', 'text', 'A'.repeat(22)), false);
  });
});
