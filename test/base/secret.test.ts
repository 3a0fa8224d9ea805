import assert from 'node:assert/strict';
import { format, inspect } from 'node:util';
import { isSecret, Secret } from '../../lib/base/secret.js';

describe('Secret', () => {
  const secret = new Secret('correct horse');

  it('returns its value only on request', () => {
    assert.equal(secret.reveal(), 'correct horse');
  });

  describe('reveals nothing of it in', () => {
    const ways: [string, () => string][] = [
      ['String()', () => String(secret)],
      ['a joined list', () => [secret, secret].join()],
      ['JSON', () => JSON.stringify({ secret, list: [secret] })],
      ['inspect', () => inspect(secret)],
      [
        'inspect with everything hidden',
        () => inspect({ deep: { secret } }, { showHidden: true, depth: 9, getters: true, customInspect: true }),
      ],
      ['inspect without custom inspection', () => inspect(secret, { customInspect: false, showHidden: true })],
      ['format', () => format('%s %o %O %j %d', secret, secret, secret, secret, secret)],
      ['a structured clone', () => inspect(structuredClone(secret), { showHidden: true })],
      ['its keys', () => Reflect.ownKeys(secret).map(String).join() + Object.values(secret).join()],
      ['an error that carries it', () => inspect(new Error('failed', { cause: secret }))],
    ];
    for (const [title, print] of ways) it(title, () => assert.doesNotMatch(print(), /horse/));
  });
});

describe('isSecret', () => {
  it('recognizes a secret of another copy of the package', () => {
    assert.equal(isSecret({ reveal: () => 'x' }), true);
    assert.equal(isSecret(new Secret('x')), true);
  });
  it('is false for everything else', () => {
    for (const value of [null, undefined, '', 'x', 1, {}, { reveal: 'x' }, []]) assert.equal(isSecret(value), false);
  });
});
