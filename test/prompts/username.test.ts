import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { username } from '../../lib/prompts/username.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { blanks, harmless, of, unprintable } from '../support/prompts/corpora.js';
import { durationOf } from '../support/prompts/duration.js';
import { answerTo, question } from '../support/prompts/question.js';

const prompt = username({ key: 'username', label: 'Username' });

describe('a username prompt', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });
  const answer = (typed: string, enrollmentId = 'plan-1') =>
    answerTo(prompt, typed, { ...question({}, scene), enrollmentId });

  it('returns the canonical form', async () => {
    for (const [typed, value] of [
      ['Ann', 'ann'],
      [' ANN.Example-1 ', 'ann.example-1'],
      ['ａｎｎ', 'ann'],
      ['Ελένη', 'ελένη'],
      ['Иван', 'иван'],
    ] as const)
      assert.deepEqual(await answer(typed), { value });
  });

  it('says how long a name may be where it is too long', async () => {
    assert.deepEqual(await answer('a'.repeat(151)), { error: 'prompt.text.too_long' });
  });

  describe('refuses', () => {
    const refused: readonly (readonly [string, string])[] = [
      ...unprintable.filter(([title]) => !/first/.test(title)),
      ['a blank within', 'ann example'],
      ['a bidirectional override', `ann${of(0x202e)}nimda`],
      ['an isolate', `${of(0x2066)}ann${of(0x2069)}`],
      ['a zero-width space', `an${of(0x200b)}n`],
      ['a zero-width joiner', `an${of(0x200d)}n`],
      ['a soft hyphen', `an${of(0xad)}n`],
      ['a Hangul filler', `ann${of(0x3164)}`],
      ['a variation selector', `ann${of(0xfe0f)}`],
      ['a Cyrillic letter among Latin ones', `${of(0x430)}dmin`],
      ['a Greek letter among Latin ones', `r${of(0x3bf)}ot`],
      ['an email address', 'ann@example.com'],
      ['.well-known', '.well-known'],
      ['a path', '../ann'],
      ['a dot last', 'admin.'],
      ['a fox', '🦊'],
      ...harmless.filter((typed) => !/^(null|constructor)$/.test(typed)).map((typed) => [typed, typed] as const),
    ];
    for (const [title, typed] of refused)
      it(title, async () => assert.deepEqual(await answer(typed), { error: 'prompt.username.form' }));
    for (const [title, typed] of blanks)
      it(title, async () => assert.deepEqual(await answer(typed), { error: 'prompt.username.blank' }));
    for (const typed of [
      'admin',
      'root',
      'support',
      'ADMIN',
      ' Admin ',
      'ａｄｍｉｎ',
      'postmaster',
      'no-reply',
      'null',
      'undefined',
    ]) {
      it(`the reserved '${typed}'`, async () =>
        assert.deepEqual(await answer(typed), { error: 'prompt.username.reserved' }));
    }
  });

  it('refuses a name of another account, in any spelling', async () => {
    await scene.people.users.create(sampleAccount({ username: 'ann' }), sampleRedemption());
    for (const typed of ['ann', 'ANN', ' Ann', 'ａｎｎ'])
      assert.deepEqual(await answer(typed), { error: 'prompt.username.taken' });
  });

  it('accepts the name of the account that this enrollment created', async () => {
    await scene.people.users.create(sampleAccount({ username: 'ann' }), sampleRedemption({ enrollmentId: 'plan-1' }));
    assert.deepEqual(await answer('ann'), { value: 'ann' });
    assert.deepEqual(await answer('ann', 'plan-2'), { error: 'prompt.username.taken' });
  });

  it('handles 50 kB of anything within 50 ms', async () => {
    for (const piece of ['a', 'a.', 'a-', '.', of(0x301), of(0xfdfa), '🦊', 'aа']) {
      const typed = piece.repeat(50_000 / piece.length);
      assert.ok((await durationOf(() => answer(typed))) < 50, JSON.stringify(piece));
    }
  });
});
