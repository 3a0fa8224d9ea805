import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { finderOf } from '../../lib/base/find-text.js';
import { otherTexts } from '../../lib/expressions/other-texts.js';
import { createRevealedSecrets, type RevealedSecrets } from '../../lib/expressions/revealed-secrets.js';
import { effort, sampleOf } from '../support/campaign.js';

interface Search extends Pick<RevealedSecrets, 'conceal' | 'findNumber'> {
  isIn(text: string): boolean;
}

function searchOf(secrets: readonly string[], work?: number): Search {
  const made = createRevealedSecrets(work);
  for (const secret of secrets) made.add(secret, 'password');
  return { ...made, isIn: (text) => made.findIn(text) !== null };
}

function revealed(...secrets: readonly string[]): Search {
  return searchOf(secrets);
}

describe('the search for passwords and codes in what an expression leaves', () => {
  it('finds a long one in whatever case, without its dashes and with other blanks', () => {
    const secrets = revealed('ABCD-efgh 12');
    for (const text of ['abcdefgh12', 'x A-B-C-D e.f.g.h_12!', 'abcd–efgh\u00a012', 'abcd\\u2013efgh\\xa012'])
      assert.equal(secrets.isIn(text), true, text);
    assert.equal(secrets.isIn('abcdefg12'), false);
    assert.equal(secrets.conceal('the code abcd-efgh-12, and ABCDEFGH12ABCDEFGH12.'), 'the code •••, and ••••••.');
    assert.equal(revealed('ΣΊΣΥΦΟΣΣΣ').conceal('ο σίσυφοσσς!'), 'ο •••!');
  });

  it('finds a short one with its own blanks only, and one of three letters in the log alone', () => {
    assert.equal(revealed(' a-b7 ').conceal('A-B7, ab7'), '•••, ab7');
    assert.equal(revealed('ab7').isIn('x ab7'), false);
    assert.equal(revealed('ab7').conceal('x ab7'), 'x •••');
  });

  it('reads a quoted text as it was typed, also where the text is cut within an escape', () => {
    const secrets = revealed('it\'s "fine" é 9');
    assert.equal(secrets.conceal(`x 'it\\'s "fine" é 9', y`), `x '•••', y`);
    assert.equal(secrets.conceal('x "it\'s \\"fine\\" \\u00e9 9", y'), 'x "•••", y');
    for (const end of ['', '\\', '\\u', '\\u00e'])
      assert.equal(secrets.conceal(`x "it's \\"fine\\" ${end}`, true), 'x "•••', end);
  });

  it('finds one whose first letters end an escape of what stands before it', () => {
    for (const first of ['a', 'b', 'f', 'n', 'r', 't', 'v', 'x41', 'u00e9', '41', '0e9', 'U0001f600', 'é', '"'])
      for (const before of sampleOf(['CORP\\', '\\x', '\\x4', '\\u', '\\u00', '\\u00e', '\\U000', '"\\'], 4)) {
        const secret = `${first} quiet "lamp" é`;
        const secrets = revealed(secret);
        for (const text of quotedForms(before + secret)) {
          assert.equal(secrets.isIn(text), true, text);
          assert.doesNotMatch(secrets.conceal(text), /quiet|lamp/, text);
        }
      }
  });

  it('finds one whose last letters begin an escape with what stands behind it', () => {
    for (const last of ['\\', '\\x', '\\x4', '\\u00e', '\\U0001f60', '\\ud83d\\ude0'])
      for (const behind of ['', '1', '0e9', 'n', '\\', '"']) {
        const secret = `quiet "lamp" é${last}`;
        for (const text of quotedForms(secret + behind)) assert.equal(revealed(secret).isIn(text), true, text);
      }
  });

  it('finds one of hardly any letters', () => {
    for (const secret of ['\\\\\\\\\\\\\\\\', '\\a\\\\b\\c', 'x"""""""', "'\\'\\'\\'"])
      for (const text of quotedForms(`x${secret}y`)) assert.equal(revealed(secret).isIn(text), true, text);
  });

  it('finds any one in any text that has it in it, quoted once and more', function () {
    this.timeout(effort(10_000, 600_000));
    const piece = fc.constantFrom(
      ...['\\', '"', "'", 'x', 'u', 'n', '4', '1', 'e9', '00', ' ', '-', 'é', '😀', '𐐨', '\t'],
    );
    const pieces = (least: number, most: number) =>
      fc.array(piece, { minLength: least, maxLength: most }).map((all) => all.join(''));
    fc.assert(
      fc.property(pieces(0, 4), pieces(6, 14), pieces(0, 4), fc.boolean(), (before, secret, behind, isUpper) => {
        const secrets = revealed(secret);
        const inside = secret.trim();
        // Of backslashes and hardly anything else, only what was typed is found.
        if ([...inside.replace(/\\+/g, '\\')].length < 4) return;
        const text = before + (isUpper ? inside.toUpperCase() : inside) + behind;
        for (const form of quotedForms(text)) {
          assert.equal(secrets.isIn(form), true, form);
          assert.equal(secrets.isIn(secrets.conceal(form)), false, form);
        }
      }),
      { numRuns: effort(200, 5_000) },
    );
  });

  it('takes time that grows with the text only', () => {
    const text = 'a'.repeat(600_000);
    const marks = '\\'.repeat(600_000);
    const start = performance.now();
    const unlimited = (secret: string): Search => searchOf([secret], Infinity);
    const quoted = unlimited(`${'\\"'.repeat(400)}abcd`);
    assert.equal(quoted.isIn(marks), false);
    quoted.conceal(marks.slice(0, 100_000), true);
    assert.ok(performance.now() - start < 1000);
    for (const secret of [`${'a'.repeat(998)}b`, `b${'a'.repeat(998)}`, `${'a'.repeat(500)}b${'a'.repeat(500)}`]) {
      const begun = performance.now();
      assert.equal(unlimited(secret).isIn(text), false);
      assert.equal(unlimited(secret).conceal(text.slice(0, 100_000)).length, 100_000);
      const took = performance.now() - begun;
      assert.ok(took < 1000, `${String(took)} ms`);
    }
  });

  it('does so much work for the log of one run, and shows nothing more afterwards; copies are still looked for', () => {
    const keys = Array.from({ length: 9 }, (_, at) => `${'"\\x4'.repeat(800)}${String(at)}`);
    const secrets = revealed(...keys);
    const line = JSON.stringify(JSON.stringify(keys)).slice(0, 1000);
    assert.equal(secrets.isIn('hello'), false);
    const start = performance.now();
    for (let at = 0; at < 10_000; at += 1) secrets.conceal(line, true);
    const took = performance.now() - start;
    assert.ok(took < 1000, `${String(took)} ms`);
    assert.equal(secrets.conceal('hello'), '•••');
    assert.equal(secrets.isIn('hello'), false);
  });

  it('does half as much for what is kept, and knows of nothing more afterwards', () => {
    const made = createRevealedSecrets();
    made.add('"\\x4'.repeat(800), 'code');
    const text = JSON.stringify('\n"'.repeat(400));
    assert.equal(made.findIn(text), null);
    const start = performance.now();
    for (let at = 0; at < 1000; at += 1) made.findIn(text);
    const took = performance.now() - start;
    assert.ok(took < 500, `${String(took)} ms`);
    assert.equal(made.findIn('hello'), 'unknown');
    assert.equal(made.conceal('hello'), 'hello');
  });

  it('finds a code as a number: with a sign, with commas, as a power of ten, and without the zeros before it', () => {
    const secrets = revealed('88417362951', ' 0012345678 ');
    for (const number of [88417362951, -88417362951, 12345678, -12345678]) {
      assert.equal(secrets.findNumber(number), 'password', String(number));
      assert.equal(secrets.isIn(`n=${String(number)}`), true);
      assert.equal(secrets.isIn(number.toLocaleString('en')), true);
    }
    assert.equal(revealed('100000000000000000000000').findNumber(1e23), 'password');
    for (const number of [8841736295, 8841736295.1, 0]) assert.equal(secrets.findNumber(number), null, String(number));
  });

  it('says what it finds, a text that is a password and a code being a password', () => {
    const made = createRevealedSecrets();
    made.add('ABCD-EFGH', 'code');
    made.add('velvet tram 9', 'password');
    made.add('both 12345', 'password');
    made.add('both 12345', 'code');
    assert.deepEqual(
      ['abcd efgh', 'velvet tram 9', 'x both 12345', 'x'].map((text) => made.findIn(text)),
      ['code', 'password', 'password', null],
    );
  });

  it('finds none where each place has letters of other texts alone, with blanks, dots and the like between', () => {
    const found = (secret: string, text: string, others: readonly string[]): boolean => {
      const made = createRevealedSecrets();
      made.add(secret, 'password');
      return (
        made.findIn(
          text,
          otherTexts(() => others),
        ) !== null
      );
    };
    const long = 'ada lovelace london';
    for (const [secret, text, others] of [
      [long, 'ada.lovelace.london@corp.example', ['ada.lovelace.london']],
      ['Ada.Lovelace', 'by ada-lovelace', ['I am ADA LOVELACE']],
      [long, 'Ada Lovelace-London', ['Ada', 'Lovelace-London']],
      ['ada (lovelace) / london', 'ADA (LOVELACE) / LONDON', ['london', 'ada', 'lovelace', 'more']],
      ['maria lovelace', 'anna.maria.lovelace', ['Anna Maria', 'Lovelace']],
      [long, `['Ada', 'Lovelace']: Ada Lovelace London`, ['Ada Lovelace', 'London']],
      ['team', 'I love my team', [' I love my team ']],
      ['guest', 'GUEST', ['guest']],
    ] as const)
      assert.equal(found(secret, text, others), false, text);
    for (const [secret, text, others] of [
      [long, 'ada lovelace london', ['Ada', 'Lovelace']],
      [long, 'ada lovelace london', ['Adam', 'Lovelace', 'London']],
      [long, 'Ada Lovelace, ada lovelace london', ['Ada Lovelace', 'lon']],
      ['12345678', '12345678', '12345678'.split('')],
      ['team', 'by team', ['I love my team']],
      ['guest', 'GUEST', ['guests', 'g', '']],
      ['7', '7', ['17']],
    ] as const)
      assert.equal(found(secret, text, others), true, text);
  });

  it('reads twice as much for a text, or a secret, of twice the length, however they are made', () => {
    const shapes: readonly ((length: number) => { readonly secret: string; readonly text: string })[] = [
      (length) => ({ secret: `${'a'.repeat(length / 10)}b`, text: 'a'.repeat(length) }),
      (length) => ({ secret: `b${'a'.repeat(length / 10)}`, text: 'a'.repeat(length) }),
      (length) => ({ secret: `${'ab'.repeat(length / 20)}c`, text: 'abababac'.repeat(length / 8) }),
      (length) => ({ secret: `${'a'.repeat(length / 2)}b`, text: `${'a'.repeat(length / 2 - 1)}b`.repeat(2) }),
    ];
    for (const shape of shapes) {
      const [once, twice] = [8000, 16_000].map((length) => readsOf(shape(length)));
      assert.ok((once ?? 0) > 8000 && (twice ?? 0) < 2.1 * (once ?? 0), `${String(once)}, then ${String(twice)}`);
    }
  });

  it('leaves out what a secret begins with where a text is cut', () => {
    const secrets = revealed('velvet tram 9');
    assert.equal(secrets.conceal('typed: Velvet-t', true), 'typed: •••');
    assert.equal(secrets.conceal('typed: velvet-t'), 'typed: velvet-t');
  });
});

/** A text, and as `repr`, `ascii` and `json.dumps` of Python, and JSON, write it, once, twice and, in the campaign, more. */
function quotedForms(text: string): readonly string[] {
  const once = (one: string): readonly string[] => [
    JSON.stringify(one),
    asciiOf(JSON.stringify(one), (code) => `\\u${hex(code, 4)}`, false),
    reprOf(one),
    asciiOf(
      reprOf(one),
      (code) => (code > 0xffff ? `\\U${hex(code, 8)}` : code > 0xff ? `\\u${hex(code, 4)}` : `\\x${hex(code, 2)}`),
      true,
    ),
  ];
  const twice = once(text).flatMap(once);
  return [text, ...once(text), ...twice, ...twice.slice(0, effort(1, 16)).flatMap(once)];
}

function reprOf(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\t', '\\t');
  return quote + inner.replaceAll('\u00a0', '\\xa0') + quote;
}

function asciiOf(text: string, escape: (code: number) => string, isByPoint: boolean): string {
  const units = isByPoint ? [...text] : text.split('');
  return units.map((unit) => (/^[\0-\x7f]$/.test(unit) ? unit : escape(unit.codePointAt(0) ?? 0))).join('');
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

/** How often the search reads a unit of either. */
function readsOf({ secret, text }: { readonly secret: string; readonly text: string }): number {
  let reads = 0;
  const counted = (units: string) => ({
    length: units.length,
    charCodeAt: (at: number) => {
      reads += 1;
      return units.charCodeAt(at);
    },
  });
  finderOf(counted(secret))(counted(text));
  return reads;
}
