import assert from 'node:assert/strict';
import type { Challenge, Payload } from 'altcha-lib';
import { describe, it } from 'mocha';
import { altcha } from '../../lib/captcha/altcha.js';
import type { CaptchaForm } from '../../lib/ports/captcha.js';
import { captchaScene, key } from '../support/captcha/captcha-scene.js';
import { easy, encoded, solved } from '../support/captcha/solve.js';

const captcha = altcha(easy);

async function challengeOf(scene: ReturnType<typeof captchaScene>, given = captcha): Promise<Challenge> {
  const { altcha: challenge } = await given.challenge(scene.form(), scene.services);
  return JSON.parse(JSON.stringify(challenge)) as Challenge;
}

const passed = { type: 'passed', score: null, verified: true };
const wrong = { type: 'failed', cause: 'wrong' };
const expired = { type: 'failed', cause: 'expired' };

describe('altcha', () => {
  it('accepts the answer of a browser once, and in the same form again', async () => {
    const scene = captchaScene();
    const answer = encoded(await solved(await challengeOf(scene)));
    const verify = (more: Partial<CaptchaForm & { posted: string }> = {}) =>
      captcha.verify(answer, scene.form(more), scene.services);
    assert.deepEqual(await verify(), passed);
    assert.deepEqual(await verify(), passed, 'the second of two clicks');
    assert.deepEqual(await verify({ posted: 'form-2' }), expired);
  });

  it('of many forms with one answer, at once, accepts one', async () => {
    const scene = captchaScene();
    const answer = encoded(await solved(await challengeOf(scene)));
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        captcha.verify(answer, scene.form({ posted: `form-${String(number)}` }), scene.services),
      ),
    );
    assert.equal(results.filter(({ type }) => type === 'passed').length, 1);
  });

  for (const [title, more] of [
    ['another plan', { enrollmentId: 'plan-2' }],
    ['another stage', { step: 'other' }],
    ['another flow', { flow: 'recovery' }],
  ] as const)
    it(`refuses the answer in ${title}, and it stays usable in its own`, async () => {
      const scene = captchaScene();
      const answer = encoded(await solved(await challengeOf(scene)));
      assert.deepEqual(await captcha.verify(answer, scene.form(more), scene.services), wrong);
      assert.deepEqual(await captcha.verify(answer, scene.form(), scene.services), passed);
    });

  it('refuses an answer after its time, by the clock of the app', async () => {
    const scene = captchaScene();
    const given = altcha({ ...easy, expireSeconds: 60 });
    const answer = encoded(await solved(await challengeOf(scene, given)));
    scene.clock.advance(60_000);
    assert.deepEqual(await given.verify(answer, scene.form(), scene.services), expired);
    const other = encoded(await solved(await challengeOf(scene, given)));
    scene.clock.advance(59_000);
    assert.deepEqual(await given.verify(other, scene.form(), scene.services), passed);
  });

  it('refuses an answer of another difficulty', async () => {
    const scene = captchaScene();
    const answer = encoded(await solved(await challengeOf(scene)));
    assert.deepEqual(await altcha({ difficulty: 50 }).verify(answer, scene.form(), scene.services), expired);
  });

  it('accepts answers under an earlier secret, and none under one that was dropped', async () => {
    const before = captchaScene();
    const answer = encoded(await solved(await challengeOf(before)));
    const rotated = captchaScene({ keys: ['b2'.repeat(32), key] });
    assert.deepEqual(await captcha.verify(answer, rotated.form(), rotated.services), passed);
    const dropped = captchaScene({ keys: ['b2'.repeat(32)] });
    assert.deepEqual(await captcha.verify(answer, dropped.form(), dropped.services), wrong);
  });

  type Change = (payload: Payload & { challenge: Challenge }) => unknown;
  const parameter =
    (more: object): Change =>
    ({ challenge, solution }) => ({
      challenge: { ...challenge, parameters: { ...challenge.parameters, ...more } },
      solution,
    });
  const changes: Readonly<Record<string, Change>> = {
    'a lower cost': parameter({ cost: 1 }),
    'a shorter prefix': parameter({ keyPrefix: '00' }),
    'no signature of the key': parameter({ keySignature: undefined }),
    'another nonce': parameter({ nonce: '00'.repeat(16) }),
    'another salt': parameter({ salt: '00'.repeat(16) }),
    'a later expiry': parameter({ data: { difficulty: 2, expires: 9_999_999_999, form: 'x' } }),
    'an unknown algorithm': parameter({ algorithm: 'SHA-256' }),
    'another length': parameter({ keyLength: 1 }),
    'data that is a list': parameter({ data: [] }),
    'a number for a text': parameter({ nonce: 7 }),
    'a forged signature': ({ challenge, solution }) => ({ challenge: { ...challenge, signature: '00' }, solution }),
    'no signature': ({ challenge: { parameters }, solution }) => ({ challenge: { parameters }, solution }),
    'another key': ({ challenge, solution }) => ({
      challenge,
      solution: { ...solution, derivedKey: '00'.repeat(32) },
    }),
    'the prefix for a key': ({ challenge, solution }) => ({
      challenge,
      solution: { ...solution, derivedKey: challenge.parameters.keyPrefix.padEnd(64, '0') },
    }),
    'no solution': ({ challenge }) => ({ challenge }),
    'no challenge': ({ solution }) => ({ solution }),
    'a list': () => [],
    'a text': () => 'altcha',
    nothing: () => null,
    'nesting without end': () => JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`) as unknown,
  };
  for (const [title, change] of Object.entries(changes))
    it(`refuses a payload with ${title}`, async () => {
      const scene = captchaScene();
      const challenge = await challengeOf(scene);
      const { solution } = await solved(challenge);
      const answer = encoded(change({ challenge, solution }));
      assert.deepEqual(await captcha.verify(answer, scene.form(), scene.services), wrong);
    });

  for (const answer of ['', ' ', 'undefined', '!!!!', '\u0000', 'e30=', Buffer.from('{').toString('base64')])
    it(`refuses ${JSON.stringify(answer)}`, async () => {
      const scene = captchaScene();
      assert.deepEqual(await captcha.verify(answer, scene.form(), scene.services), wrong);
    });

  it('makes a challenge of its own for each page', async () => {
    const scene = captchaScene();
    const challenges = await Promise.all(Array.from({ length: 10 }, () => challengeOf(scene)));
    assert.equal(new Set(challenges.map(({ parameters }) => parameters.nonce)).size, 10);
    assert.ok(!JSON.stringify(challenges).includes('plan-1'), 'the plan is named by a hash');
  });

  it('takes more guesses where the difficulty is higher', async () => {
    const scene = captchaScene();
    for (const [difficulty, least, most] of [
      [2, 1, 1],
      [40, 20, 39],
    ] as const) {
      const { solution } = await solved(await challengeOf(scene, altcha({ difficulty })));
      assert.ok(solution.counter >= least && solution.counter <= most, String(solution.counter));
    }
  });

  it('names every wrong setting', () => {
    assert.throws(() => altcha({ difficulty: 1, expireSeconds: 5, costs: 1 } as object), {
      code: 'ERR_ENROLLMENT_CONFIG',
      issues: [
        'altcha: "difficulty" must be greater than or equal to 2',
        'altcha: "expireSeconds" must be greater than or equal to 60',
        'altcha: "costs" is not allowed; there are difficulty, expireSeconds',
      ],
    });
  });
});
