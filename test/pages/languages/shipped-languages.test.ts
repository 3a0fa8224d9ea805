import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { HtmlValidate } from 'html-validate';
import { describe, it } from 'mocha';
import { directionOf } from '../../../lib/base/language-tag.js';
import { english } from '../../../lib/base/texts/english.js';
import { createCatalogue, placesOf } from '../../../lib/pages/languages/catalogue.js';
import { icuProblem, isIcu } from '../../../lib/pages/languages/icu.js';
import { shippedTags, shippedTexts } from '../../../lib/pages/languages/shipped-languages.js';
import { gallery } from '../../support/pages/gallery.js';
import { samplePages } from '../../support/pages/samples.js';

const tags = shippedTags();
const ids = Object.keys(english);
const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

/** Sentences that are the same in several languages: names, punctuation, loan words. */
const alike = new Set([
  'literal',
  'page.title',
  'flows.one',
  'flows.title',
  'field.optional',
  'page.title_invalid',
  'errors.field',
  'errors.sentence',
]);

describe('the languages of the kit', () => {
  it('are nine, and the documents name them all', () => {
    assert.deepEqual(tags, ['en', 'ar', 'de', 'es', 'fr', 'id', 'ja', 'pt-BR', 'zh-Hans']);
    for (const page of ['docs/translations.md', 'lib/options/pages.ts']) {
      const text = readFileSync(join(packageRoot, page), 'utf8');
      assert.deepEqual(
        tags.filter((tag) => !text.includes(`\`${tag}\``)),
        [],
        page,
      );
    }
  });

  for (const tag of tags) {
    describe(tag, () => {
      const texts = shippedTexts(tag.toLowerCase()) ?? {};

      it('has every sentence, no other, in the order of the English ones', () => {
        assert.deepEqual(
          ids.filter((id) => !Object.hasOwn(texts, id)),
          [],
          'missing',
        );
        assert.deepEqual(Object.keys(texts), ids);
      });

      it('has the values of each sentence, and no others', () => {
        const given = ids.map((id) => [id, sorted(placesOf(texts[id] ?? ''))]);
        assert.deepEqual(
          given,
          Object.entries(english).map(([id, text]) => [id, sorted(placesOf(text))]),
        );
      });

      it('has plurals that its language has, and no text with blanks at its ends', () => {
        const faults = Object.entries(texts).filter(
          ([, text]) => text !== text.trim() || text === '' || (isIcu(text) && icuProblem(text, tag) !== null),
        );
        assert.deepEqual(faults, []);
      });

      it('leaves no brace in a text, whatever the number', () => {
        const { text } = createCatalogue({ texts, locale: tag });
        const numbers = [0, 1, 2, 3, 7, 11, 15, 21, 100, 101, 1000];
        const left = ids.flatMap((id) => {
          const names = placesOf(texts[id] ?? '');
          return numbers
            .map((number) => text({ id, values: Object.fromEntries(names.map((name) => [name, number])) }))
            .filter((said) => /[{}#]/.test(said) || said === '');
        });
        assert.deepEqual(left, []);
      });

      if (tag !== 'en')
        it('is translated', () => {
          const same = ids.filter((id) => texts[id] === english[id as keyof typeof english] && !alike.has(id));
          assert.deepEqual(same, []);
        });
    });
  }
});

describe('pages from right to left', () => {
  const pages = samplePages({ languages: ['en', 'ar'] });
  const validator = new HtmlValidate({
    root: true,
    extends: ['html-validate:standard', 'html-validate:a11y'],
    rules: { 'void-style': ['error', { style: 'omit' }], 'doctype-style': ['error', { style: 'lowercase' }] },
  });

  it('are valid, in their language and direction, with a switch', async () => {
    assert.equal(directionOf('ar'), 'rtl');
    for (const name of ['account', 'account-errors', 'denied', 'cancel'].filter((one) => gallery.has(one))) {
      const model = gallery.get(name) ?? assert.fail(name);
      const html = pages.render({ ...model, locale: 'ar', languagePath: '/join/if/flow/invite/' });
      const report = await validator.validateString(html);
      assert.deepEqual(
        report.results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)),
        [],
      );
      assert.match(html, /<html lang="ar" dir="rtl">/);
      assert.match(html, /lang="ar" dir="rtl" aria-current="true">العربية</);
    }
  });

  it('isolate each value, so that a name does not reorder its sentence', () => {
    assert.equal(
      pages.text({ id: 'signed_in.as', values: { name: 'Ann (admin)' } }, 'ar'),
      'لقد سجّلت الدخول باسم \u2068Ann (admin)\u2069.',
    );
    assert.equal(
      pages.text({ id: 'signed_in.as', values: { name: 'عمر' } }, 'en'),
      'You’re signed in as \u2068عمر\u2069.',
    );
    assert.equal(pages.text({ id: 'signed_in.as', values: { name: 'Ann' } }, 'en'), 'You’re signed in as Ann.');
    assert.equal(pages.text({ id: 'literal', values: { text: 'عمر' } }, 'ar'), 'عمر');
    assert.equal(pages.text({ id: 'literal', values: { text: 'Ann.' } }, 'ar'), '\u2068Ann.\u2069');
  });

  it('isolate the name of an authenticator without the blank beside it', () => {
    const values = { type: 'webauthn', named: 'yes', name: 'Blue key', added: '1', used: '2' };
    for (const { tag } of pages.languages)
      for (const id of ['stage.authenticators.used', 'stage.authenticators.unused'])
        assert.doesNotMatch(pages.text({ id, values }, tag), /\u2068\s|\s\u2069|Blue key(?![\u2069)）」])/, tag);
    assert.match(pages.text({ id: 'stage.authenticators.used', values }, 'ar'), / \(\u2068Blue key\u2069\)،/);
  });

  it('choose by a value before it is isolated', () => {
    const texts = { ar: { 'club.who': '{kind, select, team {فريق {name}} other {{name}}}' } };
    const club = samplePages({ messages: texts });
    const said = (kind: string): string => club.text({ id: 'club.who', values: { kind, name: 'Ann' } }, 'ar');
    assert.deepEqual([said('team'), said('person')], ['فريق \u2068Ann\u2069', '\u2068Ann\u2069']);
  });

  it('count as Arabic does', () => {
    const said = (minutes: number): string => pages.text({ id: 'invitation.throttled', values: { minutes } }, 'ar');
    assert.match(said(1), /بعد دقيقة واحدة\.$/);
    assert.match(said(2), /بعد دقيقتين\.$/);
    assert.match(said(3), /بعد 3 دقائق\.$/);
    assert.match(said(11), /بعد 11 دقيقة\.$/);
    assert.match(said(100), /بعد 100 دقيقة\.$/);
  });
});
