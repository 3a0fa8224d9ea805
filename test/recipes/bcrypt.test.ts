import assert from 'node:assert/strict';
import { hash } from 'bcrypt';
import { Secret } from '../../lib/index.js';
import { passwordsContract } from '../../lib/testing/index.js';
import { quickPasswords } from '../support/http/test-app.js';
import { bcryptUntilNextSignIn } from './bcrypt.js';

const passwords = bcryptUntilNextSignIn(quickPasswords);
const verify = (hashed: string, typed: string): Promise<boolean> => passwords.verify(hashed, new Secret(typed));

describe('the bcrypt recipe', () => {
  describe('keeps the contract of passwords', () => {
    for (const { title, run } of passwordsContract(() => passwords)) it(title, run);
  });

  it('verifies existing hashes, including those of other programs, and wants them rehashed', async () => {
    const old = await hash('correct horse', 4);
    // Hashes created by crypt_blowfish and by PHP.
    const others = ['$2a', '$2y'].map((kind) => old.replace(/^\$2b/, kind));
    for (const hashed of [old, ...others]) {
      assert.equal(await verify(hashed, 'correct horse'), true, hashed);
      assert.equal(await verify(hashed, 'correct horse '), false);
      assert.equal(await verify(hashed, ''), false);
      assert.equal(passwords.outdated(hashed), true);
    }
  });

  it('creates argon2id hashes only', async () => {
    const fresh = await passwords.hash(new Secret('correct horse'));
    assert.match(fresh, /^\$argon2id\$/);
    assert.equal(passwords.outdated(fresh), false);
  });

  it('ignores what follows byte 72 of an old hash, as the app did, until it is rehashed', async () => {
    const long = 'x'.repeat(72);
    const old = await hash(`${long} and the rest`, 4);
    assert.equal(await verify(old, `${long} and the rest`), true);
    assert.equal(await verify(old, `${long} and something else`), true);
    assert.equal(await verify(old, 'x'.repeat(71)), false);
    const anew = await passwords.hash(new Secret(`${long} and the rest`));
    assert.equal(await verify(anew, `${long} and something else`), false);
  });

  it('verifies an umlaut in either form against a hash of the composed form', async () => {
    const old = await hash('Übergröße'.normalize('NFC'), 4);
    assert.equal(await verify(old, 'Übergröße'.normalize('NFD')), true);
    const decomposed = await hash('Übergröße'.normalize('NFD'), 4);
    assert.equal(await verify(decomposed, 'Übergröße'.normalize('NFD')), true);
  });

  it('rejects text that only begins like a hash, and a megabyte without delay', async () => {
    for (const damaged of ['$2b$', '$2b$10$short', `$2x$10$${'a'.repeat(53)}`, `$2b$10$${'a'.repeat(54)}`]) {
      assert.equal(await verify(damaged, 'correct horse'), false);
      assert.equal(passwords.outdated(damaged), true);
    }
    assert.equal(await verify(await hash('x'.repeat(72), 4), 'x'.repeat(1_000_000)), false);
  });
});
