import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkValue } from '../../lib/invitations/check-symbol.js';
import { symbolText } from '../../lib/invitations/alphabet.js';
import { readTyped } from '../../lib/invitations/typed-code.js';

const start = [10, 11, 12, 0, 1, 13, 14, 15, 16, 17, 18];
const code = symbolText([...start, checkValue(start)]);
const [one, two, three] = [code.slice(0, 4), code.slice(4, 8), code.slice(8)];
const wide = (text: string): string =>
  text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));

describe('a typed code', () => {
  const same: readonly (readonly [how: string, typed: string])[] = [
    ['as it was given', `${one}-${two}-${three}`],
    ['without hyphens', code],
    ['in lower case', `${one}-${two}-${three}`.toLowerCase()],
    ['with blanks instead of hyphens', `${one} ${two} ${three}`],
    ['with blanks around it and a new line at the end', `  \t${one}-${two}-${three}\r\n`],
    ['with other dashes', `${one}\u2013${two}\u2014${three}`],
    ['with a minus sign and a non-breaking hyphen', `${one}\u2212${two}\u2011${three}`],
    ['with underscores', `${one}_${two}_${three}`],
    ['with no-break and ideographic spaces', `\u00a0${one}\u202f${two}\u3000${three}`],
    ['with zero-width and direction marks', `\ufeff${one}\u200b${two}\u200d\u2060${three}\u200e\u00ad`],
    ['with a NUL', `${one}\u0000${two}${three}`],
    ['in full width', wide(`${one}-${two}-${three}`)],
    ['in full width and lower case', wide(`${one}-${two}-${three}`.toLowerCase())],
    ['with O for 0, I and L for 1', code.replaceAll('0', 'O').replaceAll('1', 'I')],
    ['with o for 0, l for 1', code.replaceAll('0', 'o').replaceAll('1', 'l')],
  ];
  for (const [how, typed] of same) {
    it(`is read ${how}`, () => {
      assert.deepEqual(readTyped(typed), { is: 'code', code: { kind: 'generated', text: code } });
    });
  }

  it('is a typing error, not a word, when its check symbol is wrong', () => {
    assert.deepEqual(readTyped(`${one}-${two}-${three.slice(0, 3)}${three.endsWith('Z') ? 'Y' : 'Z'}`), { is: 'typo' });
  });

  it('is no code when a letter only looks like one, or folds into one elsewhere', () => {
    const foreign = [
      '\u0130',
      '\u0131',
      '\u017f',
      '\u212a',
      '\u0405',
      '\u0410',
      '\u0421',
      '\u0391',
      '\u24b6',
      '\u00b2',
      '\ufb01',
      '\u{1d400}',
      '\u2170',
    ];
    for (const letter of foreign) {
      for (const typed of [letter + code.slice(1), code.slice(0, -1) + letter, letter.repeat(12)]) {
        const read = readTyped(typed);
        assert.ok(
          read.is === 'unreadable' || (read.is === 'code' && read.code.kind === 'word' && read.code.text !== code),
          JSON.stringify(read),
        );
      }
    }
  });

  it('may be any text without harm', () => {
    const names = [
      'constructor',
      '__proto__',
      'toString',
      'hasOwnProperty',
      'prototype',
      '',
      ' ',
      '0',
      'null',
      'undefined',
      'NaN',
      'true',
      '\u0000',
      '\ud800',
      '%00',
      '../..',
    ];
    for (const typed of names) {
      const read = readTyped(typed);
      assert.ok(read.is === 'unreadable' || (read.is === 'code' && read.code.kind === 'word'), typed);
    }
  });

  it('is not even read beyond 200 characters, and never slowly', () => {
    assert.deepEqual(readTyped(`${code}${' '.repeat(200)}`), { is: 'unreadable' });
    assert.deepEqual(readTyped(`${code}${' '.repeat(188)}`), { is: 'code', code: { kind: 'generated', text: code } });
    const started = performance.now();
    for (const text of ['x', '-', '\u0301', '\u{1d400}', 'é', '\ud800', 'ﷺ']) {
      readTyped(text.repeat(200).slice(0, 200));
      readTyped(text.repeat(50_000));
    }
    assert.ok(performance.now() - started < 50);
  });
});
