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

  it('verifies the hashes that a table has, those of other programs too, and wants them made anew', async () => {
    const old = await hash('correct horse', 4);
    // Made by crypt_blowfish and by PHP.
    const others = ['$2a', '$2y'].map((kind) => old.replace(/^\$2b/, kind));
    for (const hashed of [old, ...others]) {
      assert.equal(await verify(hashed, 'correct horse'), true, hashed);
      assert.equal(await verify(hashed, 'correct horse '), false);
      assert.equal(await verify(hashed, ''), false);
      assert.equal(passwords.outdated(hashed), true);
    }
  });

  it('makes hashes of argon2id only', async () => {
    const fresh = await passwords.hash(new Secret('correct horse'));
    assert.match(fresh, /^\$argon2id\$/);
    assert.equal(passwords.outdated(fresh), false);
  });

  it('is as blind behind the 72nd byte of an old hash as the app was, and no more once it is made anew', async () => {
    const long = 'x'.repeat(72);
    const old = await hash(`${long} and the rest`, 4);
    assert.equal(await verify(old, `${long} and the rest`), true);
    assert.equal(await verify(old, `${long} and something else`), true);
    assert.equal(await verify(old, 'x'.repeat(71)), false);
    const anew = await passwords.hash(new Secret(`${long} and the rest`));
    assert.equal(await verify(anew, `${long} and something else`), false);
  });

  it('verifies an umlaut in either spelling against what was hashed composed', async () => {
    const old = await hash('Übergröße'.normalize('NFC'), 4);
    assert.equal(await verify(old, 'Übergröße'.normalize('NFD')), true);
    const decomposed = await hash('Übergröße'.normalize('NFD'), 4);
    assert.equal(await verify(decomposed, 'Übergröße'.normalize('NFD')), true);
  });

  it('takes for no hash what only begins like one, and is not kept busy by a megabyte', async () => {
    for (const damaged of ['$2b$', '$2b$10$short', `$2x$10$${'a'.repeat(53)}`, `$2b$10$${'a'.repeat(54)}`]) {
      assert.equal(await verify(damaged, 'correct horse'), false);
      assert.equal(passwords.outdated(damaged), true);
    }
    assert.equal(await verify(await hash('x'.repeat(72), 4), 'x'.repeat(1_000_000)), false);
  });
});
