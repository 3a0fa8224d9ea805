import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { password } from '../../lib/prompts/password.js';
import { harmless, of } from '../support/prompts/corpora.js';
import { durationOf } from '../support/prompts/duration.js';
import { answerTo } from '../support/prompts/question.js';

const prompt = password({ key: 'password', label: 'Password' });

/** So many characters, without a pattern; the first one counts as one whatever it is. */
const varied = (letter: string, length: number): string =>
  letter +
  Array.from({ length }, (_, index) => index)
    .join(' ')
    .slice(0, length - 1);

const weak: readonly (readonly [string, 'blanks' | 'common' | 'simple'])[] = [
  [' '.repeat(15), 'blanks'],
  [of(0x3000).repeat(8) + of(0xa0, 0x200b).repeat(8), 'blanks'],
  ['a'.repeat(15), 'simple'],
  ['A'.repeat(7) + 'a'.repeat(8), 'simple'],
  ['🦊'.repeat(64), 'simple'],
  ['abc'.repeat(5), 'simple'],
  ['abcabcabcabcabca', 'simple'],
  ['1212121212121212', 'simple'],
  ['aabbaabbabbbaaab', 'simple'],
  ['green tram green tram ', 'simple'],
  ['password', 'common'],
  ['PassWord1', 'common'],
  ['passwordpassword', 'common'],
  ['PASSWORDpassword', 'common'],
  ['qwertyuiop12345', 'common'],
  ['1234567890123456', 'common'],
  ['0987654321098765', 'common'],
  ['abcdefghijklmnop', 'common'],
  ['ponmlkjihgfedcba', 'common'],
  ['１２３４５６７８９', 'common'],
];

describe('a password prompt', () => {
  it('accepts 15 to 128 characters, each counting as one', async () => {
    for (const [letter, name] of [
      ['x', 'a letter'],
      ['é', 'a letter with an accent'],
      ['🦊', 'a fox'],
    ] as const) {
      assert.deepEqual(await answerTo(prompt, varied(letter, 14)), { error: 'prompt.password.too_short' }, name);
      for (const length of [15, 64, 128])
        assert.deepEqual(await answerTo(prompt, varied(letter, length)), { value: varied(letter, length) }, name);
      assert.deepEqual(await answerTo(prompt, varied(letter, 129)), { error: 'prompt.password.too_long' }, name);
    }
  });

  it('counts a letter and its accent as one, as the hash does, and returns them as typed', async () => {
    const typed = `${`e${of(0x301)}`.repeat(7)}and ten`;
    assert.deepEqual(await answerTo(prompt, typed), { error: 'prompt.password.too_short' });
    assert.deepEqual(await answerTo(prompt, `${typed}x`), { value: `${typed}x` });
  });

  it('trims nothing', async () => {
    for (const typed of ['  green envelope  ', `velvet tram${of(0x3000)}over it`])
      assert.deepEqual(await answerTo(prompt, typed), { value: typed });
  });

  it('accepts every printable character', async () => {
    for (const typed of harmless)
      assert.deepEqual(await answerTo(prompt, `${typed} velvet tram over it`), {
        value: `${typed} velvet tram over it`,
      });
    for (const piece of ['пароль', '密码', 'كلمة', of(0x200d), of(0x1f9d1, 0x200d, 0x1f692)])
      assert.deepEqual(await answerTo(prompt, varied(piece, 15)), { value: varied(piece, 15) });
  });

  it('refuses blanks, the most common passwords and repeated patterns', async () => {
    const short = password({ key: 'password', label: 'Password', minLength: 8 });
    for (const [typed, weakness] of weak) {
      const refused = { error: `prompt.password.${weakness}` };
      assert.deepEqual(await answerTo(short, typed), refused, JSON.stringify(typed));
      if ([...typed].length >= 15) assert.deepEqual(await answerTo(prompt, typed), refused, JSON.stringify(typed));
    }
  });

  it('accepts passwords that only contain such parts', async () => {
    for (const typed of ['aaaa velvet tram', 'password for the bakery', 'abcdefgh but not i', 'hello hello goodbye'])
      assert.deepEqual(await answerTo(prompt, typed), { value: typed });
  });

  it('rejects NUL, other control characters and lone surrogates', async () => {
    for (const piece of ['\u0000', '\t', '\n', '\u001b', '\u0085', '\ud800', '\udc00'])
      assert.deepEqual(await answerTo(prompt, `velvet tram${piece}over it`), { error: 'prompt.password.unprintable' });
  });

  it('rejects a megabyte, and text that grows when normalized, within 50 ms', async () => {
    for (const typed of [
      'x'.repeat(1_000_000),
      '🦊'.repeat(250_000),
      `a${of(0x301, 0x323).repeat(300_000)}`,
      of(0x1d160).repeat(300),
      of(0x1d160).repeat(150),
    ]) {
      assert.deepEqual(await answerTo(prompt, typed), { error: 'prompt.password.too_long' });
      assert.ok((await durationOf(() => answerTo(prompt, typed))) < 50);
    }
  });

  it('may require more characters, or fewer, down to 8', async () => {
    const of8 = (minLength: number) => password({ key: 'password', label: 'Password', minLength });
    assert.deepEqual(await answerTo(of8(8), 'f7k2 mq9'), { value: 'f7k2 mq9' });
    for (const least of [7, 1, 0, -5])
      assert.throws(() => of8(least), /"minLength" must be greater than or equal to 8/, String(least));
    assert.deepEqual(await answerTo(of8(20), 'x'.repeat(19)), { error: 'prompt.password.too_short' });
  });

  it('that repeats another has no length rule of its own', async () => {
    assert.deepEqual(await answerTo(password({ key: 'again', label: 'Again', repeats: true }), 'x'), { value: 'x' });
  });

  it('must not be empty', async () => {
    for (const typed of ['', undefined])
      assert.deepEqual(await answerTo(prompt, typed), { error: 'prompt.password.blank' });
    const again = password({ key: 'again', label: 'Again', repeats: true });
    assert.deepEqual(await answerTo(again, ''), { error: 'prompt.password.repeat' });
  });
});
