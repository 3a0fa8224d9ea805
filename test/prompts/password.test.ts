import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { password } from '../../lib/prompts/password.js';
import { harmless, of } from '../support/prompts/corpora.js';
import { durationOf } from '../support/prompts/duration.js';
import { answerTo } from '../support/prompts/question.js';

const prompt = password({ key: 'password', label: 'Password' });

describe('a password prompt', () => {
  it('accepts 15 to 128 characters, each counting as one', async () => {
    for (const [letter, name] of [
      ['x', 'a letter'],
      ['é', 'a letter with an accent'],
      ['🦊', 'a fox'],
    ] as const) {
      assert.deepEqual(await answerTo(prompt, letter.repeat(14)), { error: 'prompt.password.too_short' }, name);
      for (const length of [15, 64, 128])
        assert.deepEqual(await answerTo(prompt, letter.repeat(length)), { value: letter.repeat(length) }, name);
      assert.deepEqual(await answerTo(prompt, letter.repeat(129)), { error: 'prompt.password.too_long' }, name);
    }
  });

  it('counts a letter and its accent as one, as the hash does, and returns them as typed', async () => {
    const typed = `e${of(0x301)}`.repeat(14);
    assert.deepEqual(await answerTo(prompt, typed), { error: 'prompt.password.too_short' });
    assert.deepEqual(await answerTo(prompt, `${typed}x`), { value: `${typed}x` });
  });

  it('trims nothing, and accepts spaces alone', async () => {
    for (const typed of [`  ${'x'.repeat(11)}  `, ' '.repeat(15), `velvet tram${of(0x3000)}over it`])
      assert.deepEqual(await answerTo(prompt, typed), { value: typed });
  });

  it('accepts every printable character', async () => {
    for (const typed of harmless)
      assert.deepEqual(await answerTo(prompt, typed.padEnd(20, '~')), { value: typed.padEnd(20, '~') });
    for (const piece of ['пароль', '密码', 'كلمة', of(0x200d), of(0x1f9d1, 0x200d, 0x1f692)])
      assert.deepEqual(await answerTo(prompt, piece.repeat(15)), { value: piece.repeat(15) });
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
    assert.deepEqual(await answerTo(of8(8), 'x'.repeat(8)), { value: 'x'.repeat(8) });
    assert.deepEqual(await answerTo(of8(1), 'x'.repeat(7)), { error: 'prompt.password.too_short' });
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
