import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isCampaign } from '../support/campaign.js';
import { canonicalUsername } from '../../lib/base/canonical.js';

/** Letters by their code points, because they look alike or are invisible in source. */
const of = (...codePoints: number[]): string => String.fromCodePoint(...codePoints);

describe('canonicalUsername', () => {
  describe('returns the canonical form', () => {
    const forms: [string, string, string][] = [
      ['lower case', 'Ann.Example', 'ann.example'],
      ['no blanks around', '  ann\t', 'ann'],
      ['no no-break space around', `${of(0xa0)}ann${of(0x3000)}`, 'ann'],
      ['full-width letters as plain ones', 'ＡＮＮ＿１', 'ann_1'],
      ['composed letters', `jose${of(0x301)}`, 'josé'],
      ['Kelvin sign as k', `${of(0x212a)}ate`, 'kate'],
      ['long s as s', `${of(0x17f)}am`, 'sam'],
      ['ligatures as letters', `${of(0xfb01)}nn`, 'finn'],
      ['mathematical letters as plain ones', '𝓪𝓷𝓷', 'ann'],
      ['superscripts as digits', 'ann²', 'ann2'],
      ['a capital I with a dot as i', 'İpek', 'ipek'],
      ['digits, dots, dashes and underscores within', 'a.b-c_d.9', 'a.b-c_d.9'],
      ['Greek', 'Ελένη', 'ελένη'],
      ['Cyrillic', 'Иван', 'иван'],
      ['Arabic with its marks', 'مُحَمَّد', 'مُحَمَّد'],
      ['Devanagari with its vowel signs', 'हिन्दी', 'हिन्दी'],
      ['Burmese with four marks in a row', 'မြွှေ', 'မြွှေ'],
      ['Japanese in three scripts and Latin', 'ひらカナ漢字ab', 'ひらカナ漢字ab'],
      ['Korean with Han', '한국韓國', '한국韓國'],
      ['Vietnamese with two marks on a letter', 'nguyễn', 'nguyễn'],
      ['150 characters', 'a'.repeat(150), 'a'.repeat(150)],
    ];
    for (const [title, typed, canonical] of forms) it(title, () => assert.equal(canonicalUsername(typed), canonical));
  });

  it('keeps letters apart that only uppercasing would merge', () => {
    assert.equal(canonicalUsername('straße'), 'straße');
    assert.equal(canonicalUsername('STRASSE'), 'strasse');
    assert.equal(canonicalUsername('ẞ'), 'ß');
    // Upper case turns a dotless i into I, and lower case then turns that into i.
    assert.equal(canonicalUsername('ışık'), 'ışık');
    assert.notEqual(canonicalUsername('admın'), 'admin');
  });

  describe('is null for', () => {
    const refused: [string, string][] = [
      ['nothing', ''],
      ['blanks', ' \t '],
      ['a blank within', 'ann example'],
      ['a no-break space within', `ann${of(0xa0)}example`],
      ['an email address', 'ann@example.com'],
      ['a full-width @', 'ann＠example'],
      ['a small @', `ann${of(0xfe6b)}example`],
      ['a name made of dots', '...'],
      ['a dot first', '.well-known'],
      ['a dash last', 'ann-'],
      ['a mark first', `${of(0x301)}ann`],
      ['a slash', '../ann'],
      ['a fraction slash', `a${of(0x2044)}b`],
      ['a letter that looks like a colon', `a${of(0xa789)}b`],
      ['quotes and brackets', '<b>"ann"</b>'],
      ['an emoji', 'ann😀'],
      ['control characters', 'an\u0000n'],
      ['a line break', 'ann\r\nbcc'],
      ['a right-to-left override', `ann${of(0x202e)}nimda`],
      ['a left-to-right mark', `ann${of(0x200e)}`],
      ['a bidirectional isolate', `${of(0x2066)}ann${of(0x2069)}`],
      ['a zero-width space', `an${of(0x200b)}n`],
      ['a zero-width joiner', `an${of(0x200d)}n`],
      ['a byte order mark', `${of(0xfeff)}an${of(0xfeff)}n`],
      ['a soft hyphen', `an${of(0xad)}n`],
      ['a word joiner', `an${of(0x2060)}n`],
      ['a grapheme joiner', `an${of(0x34f)}n`],
      ['a variation selector', `ann${of(0xfe0f)}`],
      ['a Hangul filler, which is a letter nobody sees', `${of(0x3164)}ann`],
      ['Hangul fillers alone', of(0x115f, 0x1160)],
      ['a half-width Hangul filler', `a${of(0xffa0)}`],
      ['a Braille blank', `ann${of(0x2800)}`],
      ['a Khmer vowel nobody sees', `ក${of(0x17b4)}`],
      ['a tag character', `ann${of(0xe0061)}`],
      ['half a surrogate pair', 'ann\ud800'],
      ['a private character', `ann${of(0xe000)}`],
      ['a code point without a meaning', `ann${of(0x378)}`],
      ['Latin with a Cyrillic a', `${of(0x430)}dmin`],
      ['Latin with a Greek o', `r${of(0x3bf)}${of(0x3bf)}t`],
      ['Latin with Cherokee', `${of(0x13aa)}dmin`],
      ['Latin with Armenian', `adm${of(0x56b)}n`],
      ['Latin with a Lisu letter', `${of(0xa4ee)}dmin`],
      ['Cyrillic with Greek', of(0x430, 0x3bf)],
      ['Latin with Hebrew', `a${of(0x5d5)}b`],
      ['a script that only looks like another', of(0xa4ee, 0xa4d3, 0xa4df)],
      ['a heap of marks', `a${of(0x300, 0x301, 0x302, 0x303)}`],
      ['a dot above a dotless i', `adm${of(0x131, 0x307)}n`],
      ['151 characters', 'a'.repeat(151)],
      ['150 characters that become more', 'ﷺ'.repeat(150)],
    ];
    for (const [title, typed] of refused) it(title, () => assert.equal(canonicalUsername(typed), null));
  });

  it('is idempotent for every letter', () => {
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
      if (codePoint >= 0xac00 && codePoint <= 0xd7a3 && codePoint % 97 !== 0) continue;
      if (codePoint > 0xffff && !isCampaign && codePoint % 13 !== 0) continue;
      const once = canonicalUsername(`a${of(codePoint)}`) ?? canonicalUsername(of(codePoint));
      if (once !== null) assert.equal(canonicalUsername(once), once, codePoint.toString(16));
    }
  });

  it('is idempotent for any text, and returns only what its own rules allow', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('I', 'i', 'ı', 'İ', 'σ', 'Σ', 'ß', '.', '-', of(0x307), of(0x301), of(0x323), 'k', 'K'),
      }),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const once = canonicalUsername(typed);
        return (
          once === null ||
          (canonicalUsername(once) === once && once === once.toLowerCase() && once === once.normalize('NFKC'))
        );
      }),
      { numRuns: 2000 },
    );
  });
});
