import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { CanonicalCode } from '../../../lib/invitations/codes/canonical-code.js';
import { symbolText } from '../../../lib/base/crockford.js';
import { checkValue } from '../../../lib/invitations/codes/generated-code.js';
import { readTyped } from '../../../lib/invitations/codes/typed-code.js';

const start = [10, 11, 12, 0, 1, 13, 14, 15, 16, 17, 18];
const code = symbolText([...start, checkValue(start)]);
const [one, two, three] = [code.slice(0, 4), code.slice(4, 8), code.slice(8)];
const wide = (text: string): string =>
  text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));

const codesOf = (typed: string): readonly CanonicalCode[] => {
  const read = readTyped(typed);
  return read.type === 'code' ? [read.code, ...read.others] : [];
};

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
      assert.deepEqual(codesOf(typed), [{ kind: 'generated', text: code }]);
    });
  }

  it('is a typo, not a custom code, when its check symbol is wrong', () => {
    assert.deepEqual(readTyped(`${one}-${two}-${three.slice(0, 3)}${three.endsWith('Z') ? 'Y' : 'Z'}`), {
      type: 'typo',
    });
  });

  it('is not a code when a letter only looks like one, or folds into one elsewhere', () => {
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
          read.type === 'unreadable' ||
            (read.type === 'code' && read.code.kind === 'custom' && read.code.text !== code),
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
      '../../..',
    ];
    for (const typed of names) {
      const read = readTyped(typed);
      assert.ok(read.type === 'unreadable' || (read.type === 'code' && read.code.kind === 'custom'), typed);
    }
  });

  it('is not parsed beyond 2,000 characters', () => {
    assert.deepEqual(readTyped(`${code}${' '.repeat(2000)}`), { type: 'unreadable' });
    assert.deepEqual(codesOf(`${code}${' '.repeat(1988)}`), [{ kind: 'generated', text: code }]);
    for (const text of ['x', '-', '.', ':', '?invite=', '\u0301', '\u{1d400}', 'é', '\ud800', 'ﷺ']) {
      readTyped(text.repeat(2000).slice(0, 1999));
      readTyped(text.repeat(50_000));
    }
  });

  const dashed = `${one}-${two}-${three}`;
  const around: readonly (readonly [how: string, typed: string])[] = [
    ['a link', `https://app.example/join/if/flow/invite/?invite=${dashed}`],
    ['a link with more behind it', `https://app.example/signup?utm=spring&invite=${dashed}&next=%2Fbooks#top`],
    ['a link in angle brackets', `<https://app.example/signup?invite=${dashed}>`],
    ['a link within a sentence', `Come in: https://app.example/signup?invite=${dashed}, see you.`],
    ['a link that was encoded', `https://app.example/signup?invite=${encodeURIComponent(`"${dashed}"`)}`],
    ['a link of a mail that was not decoded', `https://app.example/signup?invite=3D${dashed}`],
    ['a soft line break', `${one}-=\r\n${two}-${three}`],
    ['what a browser leaves of a soft line break', `https://app.example/?invite=${one}-=${two}-${three}`],
    ['a label', `Code: ${dashed}`],
    ['a label and blanks for dashes', `Your code: ${one} ${two} ${three}`],
    ['a label in the line before', `Invitation code\n${dashed}\nSee you`],
    ['quotes', `"${dashed}"`],
    ['curly quotes', `\u201c${dashed}\u201d`],
    ['guillemets', `\u00ab ${dashed} \u00bb`],
    ['brackets', `(${dashed})`],
    ['code marks', `\`${dashed}\``],
    ['bold marks', `**${dashed}**`],
    ['a full stop', `${dashed}.`],
    ['a comma', `${dashed},`],
    ['an exclamation mark without dashes', `${code}!`],
    ['an ideographic full stop', `${dashed}\u3002`],
    ['full-width brackets', wide(`(${dashed})`)],
    ['a sentence', `My code is ${dashed.toLowerCase()}, I hope`],
  ];
  for (const [what, typed] of around) {
    it(`F23: is found with ${what} around it`, () => {
      assert.deepEqual(codesOf(typed)[0], { kind: 'generated', text: code });
    });
  }

  it('F23: of two codes in one text, neither is accepted', () => {
    const other = symbolText([...start.toReversed(), checkValue(start.toReversed())]);
    assert.deepEqual(readTyped(`${dashed}, ${other.replace(/.{4}(?=.)/g, '$&-')}`), { type: 'unreadable' });
  });

  it('F23: a wrong symbol is a typing error with anything around it', () => {
    const wrong = dashed.slice(0, -1) + (dashed.endsWith('Z') ? 'Y' : 'Z');
    for (const typed of [`"${wrong}"`, `Code: ${wrong}`, `${wrong}.`, `https://app.example/?invite=${wrong}`])
      assert.deepEqual(readTyped(typed), { type: 'typo' }, typed);
  });

  const words: readonly (readonly [typed: string, ...texts: string[]])[] = [
    ['"Spring 2026"', 'SPRING2026'],
    ['(SPRING-2026)', 'SPRING2026'],
    ['Code: SPRING-2026', 'SPRING2026'],
    ['SPRING-2026,', 'SPRING2026'],
    ['https://app.example/signup?invite=SPRING%202026', 'SPRING2026'],
    // A custom code may contain these marks itself, so both are looked up.
    ['SPRING-2026!', 'SPRING2026!', 'SPRING2026'],
    ['SPRING-2026.', 'SPRING2026.', 'SPRING2026'],
    ['Ann\u2019s party', "ANN'SPARTY"],
  ];
  for (const [typed, ...texts] of words) {
    it(`F23: the custom code in ${typed} is ${texts.join(' or ')}`, () => {
      assert.deepEqual(
        codesOf(typed),
        texts.map((text) => ({ kind: 'custom', text })),
      );
    });
  }

  it('F23: one text is one guess, however many words it has', () => {
    for (const typed of ['alpha-2026, bravo-2026, charlie-2026', 'alpha: bravo: charlie', '?invite=alpha?invite=bravo'])
      assert.ok(codesOf(typed).length <= 1, typed);
  });
});
