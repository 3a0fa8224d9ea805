import assert from 'node:assert/strict';
import fc from 'fast-check';
import { getPath, isForbiddenKey, isJsonObject, mergeDeep, setPath, type JsonObject } from '../../lib/base/json.js';
import { Secret } from '../../lib/base/secret.js';

const parsed = (text: string): JsonObject => {
  const value: unknown = JSON.parse(text);
  assert.ok(isJsonObject(value));
  return value;
};

/** True when a forbidden key is an own key at any depth. */
function poisoned(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.getOwnPropertyNames(value).some((key) => isForbiddenKey(key)) || Object.values(value).some(poisoned);
}

describe('mergeDeep', () => {
  it('merges records recursively, and the second wins', () => {
    const merged = mergeDeep({ a: { b: 1, c: [1, 2] }, d: 1, e: 'x' }, { a: { c: [3] }, d: { f: 2 }, e: null });
    assert.deepEqual(merged, { a: { b: 1, c: [3] }, d: { f: 2 }, e: null });
  });

  it('treats undefined as absent', () => {
    assert.deepEqual(mergeDeep({ a: 1, b: undefined }, { a: undefined }), { a: 1 });
  });

  it('mutates neither, and shares no record with either', () => {
    const [under, over] = [{ a: { b: { c: 1 } } }, { a: { b: { d: 2 } }, e: { f: [{ g: 1 }] } }];
    const copies = structuredClone([under, over]);
    const merged = mergeDeep(under, over);
    assert.deepEqual([under, over], copies);
    Object.assign(merged['a'] as object, { b: 'changed' });
    Object.assign(merged['e'] as object, { f: 'changed' });
    assert.deepEqual([under, over], copies);
  });

  describe('drops prototype-named keys', () => {
    const hostile = [
      '{"__proto__":{"polluted":true}}',
      '{"constructor":{"prototype":{"polluted":true}}}',
      '{"a":{"__proto__":{"polluted":true},"b":1}}',
      '{"a":{"b":{"c":{"prototype":1}}}}',
      '{"a":[{"__proto__":{"polluted":true}}]}',
      '{"a":[[{"constructor":1}]]}',
    ];
    for (const text of hostile) {
      it(text, () => {
        for (const merged of [
          mergeDeep({}, parsed(text)),
          mergeDeep(parsed(text), {}),
          mergeDeep({ a: { b: 0 } }, parsed(text)),
        ]) {
          assert.equal(poisoned(merged), false);
          assert.equal(getPath(merged, 'polluted'), undefined);
        }
        assert.equal('polluted' in {}, false);
      });
    }
  });

  it('is always plain JSON again', () => {
    const record = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'prototype', 'a')),
      fc.jsonValue(),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(record, record, (one, other) => {
        const merged = mergeDeep(parsed(JSON.stringify(one)), parsed(JSON.stringify(other)));
        assert.equal(poisoned(merged), false);
        assert.deepEqual(JSON.parse(JSON.stringify(merged)), JSON.parse(JSON.stringify(mergeDeep(merged, merged))));
      }),
    );
  });

  it('goes as deep as a plan may', () => {
    const deep = parsed(`${'{"a":'.repeat(2000)}{}${'}'.repeat(2000)}`);
    assert.equal(JSON.stringify(mergeDeep(deep, deep)), JSON.stringify(deep));
  });
});

describe('isJsonObject', () => {
  it('is true for plain records', () => {
    for (const value of [{}, { a: 1 }, Object.create(null), JSON.parse('{"__proto__":1}')])
      assert.equal(isJsonObject(value), true);
  });
  it('is false for everything else, including class instances', () => {
    for (const value of [
      null,
      undefined,
      1,
      'a',
      true,
      [],
      () => 1,
      new Date(),
      new Map(),
      /a/,
      new Secret('x'),
      Buffer.from('a'),
      new Error('x'),
    ])
      assert.equal(isJsonObject(value), false);
  });
});

describe('setPath and getPath', () => {
  it('are inverse to each other', () => {
    assert.deepEqual(setPath('attributes.team', 'red'), { attributes: { team: 'red' } });
    assert.deepEqual(setPath('team', 'red'), { team: 'red' });
    assert.equal(getPath(setPath('a.b.c', 1), 'a.b.c'), 1);
  });

  it('do not reach a prototype', () => {
    const nested = setPath('__proto__.polluted', true);
    assert.equal('polluted' in {}, false);
    assert.equal(Object.getPrototypeOf(nested), Object.prototype);
    for (const path of ['__proto__', 'constructor', 'toString', 'a.constructor', 'a.b.length', 'list.length', 'list.0'])
      assert.equal(getPath({ a: { b: 'text' }, list: [1] }, path), undefined);
  });

  it('return undefined for a missing path', () => {
    for (const path of ['x', 'a.x', 'a.b.x', '', '.', 'a.'])
      assert.equal(getPath({ a: { b: 'text' } }, path), undefined);
  });
});
