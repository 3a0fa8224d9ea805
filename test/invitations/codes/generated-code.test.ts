import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { symbols, symbolText } from '../../../lib/base/crockford.js';
import {
  checks,
  checkValue,
  codeLength,
  inGroups,
  randomCode,
  readGenerated,
} from '../../../lib/invitations/codes/generated-code.js';

const all = Array.from(symbols, (_, value) => value);
const codes = [
  Array.from({ length: codeLength }, () => 0),
  ...Array.from({ length: 20 }, () => Array.from(randomCode(), (symbol) => symbols.indexOf(symbol))),
];

describe('a generated code', () => {
  it('has 11 random symbols and a check symbol, in three groups', () => {
    for (let times = 0; times < 1000; times += 1) {
      const code = randomCode();
      assert.match(inGroups(code), /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
      assert.deepEqual(readGenerated(code), { code });
    }
  });

  it('uses every symbol about equally often', () => {
    const counts = new Map<string, number>();
    for (let times = 0; times < 3200; times += 1) {
      for (const symbol of randomCode().slice(0, -1)) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    }
    // 35,200 symbols, 1,100 of each expected; six standard deviations are 196.
    for (const symbol of symbols) assert.ok(Math.abs((counts.get(symbol) ?? 0) - 1100) < 200, symbol);
  });

  it('detects every single wrong symbol, at every position', () => {
    for (const code of codes) {
      for (let at = 0; at < codeLength; at += 1) {
        for (const wrong of all.filter((value) => value !== code[at]))
          assert.equal(checks(code.with(at, wrong)), false);
      }
    }
  });

  it('detects every exchange of two different symbols, adjacent or apart', () => {
    for (const one of all) {
      for (const other of all.filter((value) => value !== one)) {
        for (let at = 0; at < codeLength - 1; at += 1) {
          for (let to = at + 1; to < codeLength - 1; to += 1) {
            const start = Array.from({ length: codeLength - 1 }, () => 7)
              .with(at, one)
              .with(to, other);
            const code = [...start, checkValue(start)];
            assert.equal(checks(code), true);
            assert.equal(checks(code.with(at, other).with(to, one)), false);
          }
        }
        const start = Array.from({ length: codeLength - 1 }, () => 7).with(-1, one);
        const check = checkValue(start);
        if (check !== one) assert.equal(checks([...start.with(-1, check), one]), false);
      }
    }
  });

  it('detects every pair of like symbols typed as another pair', () => {
    for (let at = 0; at < codeLength - 2; at += 1) {
      for (const one of all) {
        const start = Array.from({ length: codeLength - 1 }, () => 3)
          .with(at, one)
          .with(at + 1, one);
        const code = [...start, checkValue(start)];
        for (const other of all.filter((value) => value !== one))
          assert.equal(checks(code.with(at, other).with(at + 1, other)), false);
      }
    }
  });

  it('is distinguished from other text by its shape', () => {
    const code = randomCode();
    assert.equal(readGenerated(code.slice(1)), null);
    assert.equal(readGenerated(`${code}0`), null);
    assert.equal(readGenerated('SPRING_20.26'), null);
    assert.equal(readGenerated(code.startsWith('0') ? `1${code.slice(1)}` : `0${code.slice(1)}`), 'typo');
  });

  it('reads look-alikes as the symbols that they resemble', () => {
    const start = [0, 1, 1, 27, 1, 2, 3, 4, 5, 6, 7];
    const code = symbolText([...start, checkValue(start)]);
    for (const typed of ['OILUI', '0ILVI', 'OLIUL', '011VL'])
      assert.deepEqual(readGenerated(typed + code.slice(5)), { code });
  });
});
