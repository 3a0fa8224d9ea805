import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { directionOf, isLanguageTag } from '../../lib/base/language-tag.js';
import { messageIssues } from '../../lib/pages/languages/message-issues.js';
import { english } from '../../lib/base/texts/english.js';

describe('a language tag', () => {
  it('is one that Intl can name; others are an issue of the option', () => {
    for (const tag of ['de', 'pt-BR', 'zh-Hant-TW', 'de-DE-u-co-phonebk']) assert.ok(isLanguageTag(tag), tag);
    for (const tag of ['en-GB-oed', 'sl-rozaj-rozaj', 'de-x', 'd', 'de_DE', '']) assert.ok(!isLanguageTag(tag), tag);
    assert.deepEqual(messageIssues({ 'en-GB-oed': { 'form.submit': 'Next' } }, english), [
      '"messages.en-GB-oed": must be a language tag such as de or pt-BR',
    ]);
  });

  it('has the direction of its likely script', () => {
    for (const tag of ['ar', 'he', 'iw', 'fa', 'ur', 'yi', 'dv', 'nqo', 'pa-PK', 'uz-AF', 'ku-IQ', 'az-Arab', 'ar_EG'])
      assert.equal(directionOf(tag), 'rtl', tag);
    for (const tag of ['de', 'pa', 'uz', 'ks-Deva', 'ur-Latn', 'zh-Hans', 'no tag'])
      assert.equal(directionOf(tag), 'ltr', tag);
  });
});
