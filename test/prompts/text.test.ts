import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { message } from '../../lib/base/message.js';
import { literal } from '../../lib/flow/policy.js';
import { text, textLimits } from '../../lib/prompts/text.js';
import { blanks, harmless, of, unprintable } from '../support/prompts/corpora.js';
import { durationOf } from '../support/prompts/duration.js';
import { answerTo } from '../support/prompts/question.js';

const nickname = text({ key: 'nickname', label: 'Nickname' });

describe('a text prompt', () => {
  it('returns one line as typed, with spaces trimmed', async () => {
    for (const typed of ['Ann', 'Ann  Example', 'Zoë 🦊', 'עברית', `e${of(0x301)}`, 'ﬁ²'])
      assert.deepEqual(await answerTo(nickname, ` ${typed}\t`), { value: typed });
    for (const typed of harmless) assert.deepEqual(await answerTo(nickname, typed), { value: typed });
  });

  it(`accepts ${textLimits.characters} characters, each counting as one, and no more`, async () => {
    assert.deepEqual(await answerTo(nickname, '🦊'.repeat(1000)), { value: '🦊'.repeat(1000) });
    assert.deepEqual(await answerTo(nickname, '🦊'.repeat(1001)), { error: 'prompt.text.too_long' });
    assert.deepEqual(await answerTo(nickname, 'x'.repeat(1_000_000)), { error: 'prompt.text.too_long' });
  });

  for (const [title, typed] of unprintable) {
    it(`refuses ${title}`, async () =>
      assert.deepEqual(await answerTo(nickname, typed), { error: 'prompt.text.unprintable' }));
  }

  for (const [title, typed] of blanks) {
    it(`is not satisfied by ${title}`, async () => {
      assert.deepEqual(await answerTo(nickname, typed), { error: 'stage.prompt.required' });
      assert.deepEqual(await answerTo(text({ key: 'nickname', label: 'Nickname', required: false }), typed), {
        value: undefined,
      });
    });
  }

  it('is not satisfied if absent', async () => {
    assert.deepEqual(await answerTo(nickname, undefined), { error: 'stage.prompt.required' });
  });

  it('may have a sentence of its own for a blank answer', async () => {
    const prompt = text({ key: 'nickname', label: 'Nickname', blank: message('prompt.name.blank') });
    assert.deepEqual(await answerTo(prompt, ''), { error: 'prompt.name.blank' });
    assert.deepEqual(text({ key: 'nickname', label: 'Nickname', blank: 'Pick one.' }).blank, literal('Pick one.'));
  });

  it('handles 50 kB of anything within 50 ms', async () => {
    for (const piece of ['a', ' ', 'a ', '\u0000', '🦊', of(0x300), of(0xfdfa), of(0x200b)]) {
      const typed = piece.repeat(50_000 / piece.length);
      assert.ok((await durationOf(() => answerTo(nickname, typed))) < 50, JSON.stringify(piece));
    }
  });
});
