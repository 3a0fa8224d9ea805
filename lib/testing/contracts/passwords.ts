import assert from 'node:assert/strict';
import { Secret } from '../../base/secret.js';
import type { Passwords } from '../../ports/passwords.js';
import type { ContractCase } from './contract.js';

/** Pairs that a hash must distinguish; each is a known way in which a hash loses part of a password. */
const different: readonly (readonly [title: string, one: string, other: string])[] = [
  ['case', 'Correct horse battery', 'correct horse battery'],
  ['a blank at the end', 'correct horse battery', 'correct horse battery '],
  ['what follows the 72nd byte', `${'x'.repeat(72)}one`, `${'x'.repeat(72)}two`],
  ['what follows a NUL', 'correct horse\0one', 'correct horse\0two'],
  ['emoji', 'correct horse 🐎', 'correct horse 🐴'],
  ['digits that only look raised', 'correct horse 2', 'correct horse ²'],
];

/** The kit's requirements for a password hasher. */
export function passwordsContract(open: () => Passwords | Promise<Passwords>): readonly ContractCase[] {
  const one = (title: string, run: (passwords: Passwords) => Promise<void>): ContractCase => ({
    title,
    run: async () => run(await open()),
  });

  return [
    one('a password verifies against its own hash, and another does not', async (passwords) => {
      const hash = await passwords.hash(new Secret('correct horse battery'));
      assert.equal(await passwords.verify(hash, new Secret('correct horse battery')), true);
      assert.equal(await passwords.verify(hash, new Secret('correct horse staple')), false);
    }),
    one('a hash reveals nothing and never repeats', async (passwords) => {
      const [one, other] = [
        await passwords.hash(new Secret('correct horse')),
        await passwords.hash(new Secret('correct horse')),
      ];
      assert.notEqual(one, other);
      assert.doesNotMatch(one, /horse/);
    }),
    one('composed and decomposed spellings are the same password', async (passwords) => {
      const hash = await passwords.hash(new Secret('Übergrößenträger'.normalize('NFC')));
      assert.equal(await passwords.verify(hash, new Secret('Übergrößenträger'.normalize('NFD'))), true);
    }),
    ...different.map(([title, typed, other]) =>
      one(`${title} is a different password`, async (passwords) => {
        const hash = await passwords.hash(new Secret(typed));
        assert.equal(await passwords.verify(hash, new Secret(typed)), true);
        assert.equal(await passwords.verify(hash, new Secret(other)), false);
      }),
    ),
    one('128 characters of any script are hashed in full', async (passwords) => {
      const long = '字'.repeat(127);
      const hash = await passwords.hash(new Secret(`${long}甲`));
      assert.equal(await passwords.verify(hash, new Secret(`${long}甲`)), true);
      assert.equal(await passwords.verify(hash, new Secret(`${long}乙`)), false);
    }),
    one('an empty password is refused and never verifies', async (passwords) => {
      await assert.rejects(() => passwords.hash(new Secret('')));
      assert.equal(await passwords.verify(await passwords.hash(new Secret('correct horse')), new Secret('')), false);
    }),
    one('an unreadable hash never verifies and is outdated', async (passwords) => {
      for (const damaged of ['', '!', 'correct horse', '$argon2id$v=19$m=19456']) {
        assert.equal(await passwords.verify(damaged, new Secret('correct horse')), false);
        assert.equal(passwords.outdated(damaged), true);
      }
    }),
    one('a fresh hash is not outdated', async (passwords) => {
      assert.equal(passwords.outdated(await passwords.hash(new Secret('correct horse'))), false);
    }),
  ];
}
