import assert from 'node:assert/strict';
import { canonicalEmail, canonicalUsername } from '../../lib/base/canonical.js';
import { instantOf } from '../../lib/base/clock.js';
import { ownPath } from '../../lib/base/target.js';

const site = { origin: 'https://app.example', mount: '/join', secure: true };

/** Inputs of 50 kB each that keep a careless pattern or normalizer busy. */
const hostile: [string, string][] = [
  ['one letter', 'a'.repeat(50_000)],
  ['blanks and a letter', `${' '.repeat(49_999)}a`],
  ['a letter, blanks and a letter', `a${' '.repeat(49_998)}a`],
  ['dots', '.'.repeat(50_000)],
  ['at signs', '@'.repeat(50_000)],
  ['an address that never ends', `a@${'a.'.repeat(25_000)}`],
  ['labels of dashes', `a@a${'-'.repeat(49_990)}.`],
  ['dots in a mailbox', `${'a.'.repeat(25_000)}@a`],
  ['marks in the wrong order', `a${'\u0301\u0323'.repeat(25_000)}`],
  ['ligatures that become 18 letters', 'ﷺ'.repeat(16_000)],
  ['Hangul in pieces', '\u1100\u1161\u11a8'.repeat(16_000)],
  ['slashes', '/'.repeat(50_000)],
  ['dot segments', '/..'.repeat(16_000)],
  ['percent signs', `/${'%5'.repeat(25_000)}`],
  ['digits', '1'.repeat(50_000)],
  ['a date that never ends', `2026-12-31T${'00:'.repeat(16_000)}Z`],
  ['offsets', `2026-12-31T00:00${'+00:00'.repeat(8_000)}`],
];

const readers: [string, (typed: string) => unknown][] = [
  ['canonicalUsername', canonicalUsername],
  ['canonicalEmail', canonicalEmail],
  ['ownPath', (typed) => ownPath(site, typed)],
  ['instantOf', instantOf],
  ['instantOf, with a zone', (local) => instantOf({ local, zone: 'Asia/Jakarta' })],
];

describe('50 kB of hostile text are processed within 50 ms by', () => {
  for (const [name, read] of readers) {
    it(name, () => {
      for (const [title, text] of hostile) {
        // The best of three: a busy machine must not fail this test.
        const times = [0, 1, 2].map(() => {
          const started = performance.now();
          read(text);
          return performance.now() - started;
        });
        assert.ok(Math.min(...times) < 50, `${title}: ${Math.min(...times).toFixed(0)} ms`);
      }
    });
  }
});
