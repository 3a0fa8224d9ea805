import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { parseOptions } from '../../lib/options/config.js';
import { given, goodSecret, issuesOf, type Given } from '../support/options/given.js';

const make = `make one with: node -p "crypto.randomBytes(32).toString('base64url')"`;

describe('a secret', () => {
  const refused: readonly (readonly [string, unknown, ...string[]])[] = [
    ['that is empty', '', '"secret" is not allowed to be empty'],
    ['of 31 characters', goodSecret.slice(1), `"secret" has fewer than 32 characters; ${make}`],
    ['that says it is one', 'my-very-own-secret-of-this-app-0', `"secret" looks like a sample; ${make}`],
    ['to be changed', 'please-change-me-before-going-up', `"secret" looks like a sample; ${make}`],
    ['of a tutorial', 'keyboard cat keyboard cat keyboard', `"secret" looks like a sample; ${make}`],
    ['that is a password', 'Password.of.the.club.of.nineteen', `"secret" looks like a sample; ${make}`],
    ['of digits in their order', '1234567890abcdefghijklmnopqrstuv', `"secret" looks like a sample; ${make}`],
    ['of few letters', 'abababababababababababababababababab', `"secret" looks like a sample; ${make}`],
    ['that is a number', 7, '"secret" must be a string'],
    ['that is null', null, '"secret" must be a string'],
    ['list that is empty', [], '"secret" must contain at least 1 items'],
    ['list with a short one', [goodSecret, 'short'], `"secret[1]" has fewer than 32 characters; ${make}`],
    [
      'list with mistakes everywhere',
      ['short', 7, ''],
      `"secret[0]" has fewer than 32 characters; ${make}`,
      '"secret[1]" must be a string',
      '"secret[2]" is not allowed to be empty',
    ],
    [
      'list with a sample',
      ['changeme-changeme-changeme-changeme', goodSecret],
      `"secret[0]" looks like a sample; ${make}`,
    ],
  ];
  for (const [title, secret, ...issues] of refused)
    it(`${title} is refused`, () => assert.deepEqual(issuesOf({ ...given(), secret }), issues));

  it('of 32 mixed characters is accepted, and a list of them, newest first', () => {
    assert.deepEqual(parseOptions(given({ secret: goodSecret })).secrets, [goodSecret]);
    const other = 'o3RkXvB9uEwTzH1yMnCqLpJd6FgS7aZe';
    const config = parseOptions(given({ secret: [other, goodSecret] }));
    assert.deepEqual([config.secrets, config.ephemeralSecret], [[other, goodSecret], false]);
  });

  it('is generated for the life of the process if not given outside production', () => {
    const [one, two] = [parseOptions(given()), parseOptions(given())];
    assert.deepEqual(
      [one.ephemeralSecret, one.secrets.length, issuesOf(given({ secret: one.secrets }))],
      [true, 1, []],
    );
    assert.notDeepEqual(one.secrets, two.secrets);
  });
});

describe('the text of mistakes', () => {
  it('never contains a secret, wherever it was set', () => {
    const canary = 'canary-7Hq2';
    const seats: Partial<Record<keyof Given | 'other', unknown>>[] = [
      { secret: canary },
      { secret: [canary] },
      { secret: { [`key`]: canary } },
      { secret: `${canary}-secret-${canary}-${canary}` },
      { redis: `http://:${canary}@redis.example` },
      { redis: canary },
      { baseUrl: `https://ann:${canary}@app.example` },
      { baseUrl: `https://app.example?token=${canary}` },
      { keyPrefix: `{${canary}}` },
      { locale: canary },
      { brand: { home: canary } },
      { brand: { secret: canary } },
      { registration: canary },
      { login: canary },
      { users: canary },
      { other: canary },
      { seed: [canary] },
      { seed: canary },
      { messages: { a: [canary] } },
      { views: { [canary]: canary } },
      { views: [7, canary] },
      { production: canary },
    ];
    for (const place of seats) {
      assert.throws(
        () => parseOptions({ ...given(), ...place } as Given),
        (error) => {
          assert.ok(isEnrollmentError(error));
          return !inspect(error, { depth: 9 }).includes(canary);
        },
        JSON.stringify(place),
      );
    }
  });
});
