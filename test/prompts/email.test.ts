import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { email } from '../../lib/prompts/email.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { blanks, of, unprintable } from '../support/prompts/corpora.js';
import { durationOf } from '../support/prompts/duration.js';
import { answerTo, question } from '../support/prompts/question.js';

const prompt = email({ key: 'email', label: 'Email' });

describe('an email prompt', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = openScene();
  });
  const answer = (typed: string, fixed?: string, enrollmentId = 'plan-1') =>
    answerTo(prompt, typed, {
      ...question(fixed === undefined ? {} : { fixed_data: { email: fixed } }, scene),
      enrollmentId,
    });

  it('returns the canonical form', async () => {
    for (const [typed, value] of [
      ['ann@example.com', 'ann@example.com'],
      [' Ann@Example.COM ', 'ann@example.com'],
      ['ann+tag@example.com', 'ann+tag@example.com'],
      ["o'neil@example.com", "o'neil@example.com"],
      ['ann@münchen.example', 'ann@xn--mnchen-3ya.example'],
      ['ａｎｎ@example.com', 'ann@example.com'],
    ] as const)
      assert.deepEqual(await answer(typed), { value });
  });

  it('says how long an address may be where it is too long', async () => {
    const long = `aaa@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.example`;
    assert.deepEqual(await answer(long), { error: 'prompt.text.too_long' });
  });

  describe('refuses', () => {
    const refused: readonly (readonly [string, string])[] = [
      ...unprintable.map(([title, typed]) => [title, `${typed}@example.com`] as const),
      ['no @', 'ann'],
      ['nothing before the @', '@example.com'],
      ['nothing after the @', 'ann@'],
      ['two addresses', 'ann@example.com,eve@example.com'],
      ['a header', 'ann@example.com\nBcc: eve@example.com'],
      ['a name before the address', 'Ann <ann@example.com>'],
      ['a blank within', 'an n@example.com'],
      ['two dots in a row', 'a..nn@example.com'],
      ['a dot first', '.ann@example.com'],
      ['a domain with a path', 'ann@example.com/x'],
      ['a domain with an empty label', 'ann@example..com'],
      ['a domain with a bidirectional mark', `ann@exa${of(0x202e)}mple.com`],
      ['a mailbox of 65 letters', `${'a'.repeat(65)}@example.com`],
    ];
    for (const [title, typed] of refused)
      it(title, async () => assert.deepEqual(await answer(typed), { error: 'prompt.email.form' }));
    for (const [title, typed] of blanks)
      it(title, async () => assert.deepEqual(await answer(typed), { error: 'prompt.email.blank' }));
  });

  it('refuses an address of another account, and accepts that of this enrollment’s account', async () => {
    await scene.people.users.create(
      sampleAccount({ email: 'ann@example.com' }),
      sampleRedemption({ enrollmentId: 'plan-1' }),
    );
    assert.deepEqual(await answer('ANN@example.com'), { value: 'ann@example.com' });
    assert.deepEqual(await answer('ANN@example.com', undefined, 'plan-2'), { error: 'prompt.email.taken' });
  });

  it('accepts only the address that the invitation is bound to', async () => {
    assert.deepEqual(await answer('Ann@Example.com', 'ann@example.com'), { value: 'ann@example.com' });
    for (const typed of ['eve@example.com', 'ann+x@example.com', 'ann@example.com.evil.example'])
      assert.deepEqual(await answer(typed, 'ann@example.com'), { error: 'prompt.email.bound' });
  });

  it('accepts any address of the domain that the invitation is bound to', async () => {
    assert.deepEqual(await answer('eve@example.com', '@example.com'), { value: 'eve@example.com' });
    for (const typed of ['eve@sub.example.com', 'eve@evilexample.com', 'eve@example.com.evil.example'])
      assert.deepEqual(await answer(typed, '@example.com'), { error: 'prompt.email.bound' });
  });

  it('says that the address is not the bound one before it says whether it is taken', async () => {
    await scene.people.users.create(sampleAccount({ email: 'bob@example.com' }), sampleRedemption());
    assert.deepEqual(await answer('bob@example.com', 'ann@example.com'), { error: 'prompt.email.bound' });
  });

  it('handles 50 kB of anything within 50 ms', async () => {
    for (const piece of ['a', 'a@', 'a.', '@', 'a@a.', `${'a'.repeat(62)}.`, of(0xfdfa)]) {
      const typed = piece.repeat(50_000 / piece.length);
      for (const address of [typed, `a@${typed}`])
        assert.ok((await durationOf(() => answer(address))) < 50, JSON.stringify(piece));
    }
  });
});
