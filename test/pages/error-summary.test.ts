import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { message, type Message } from '../../lib/base/message.js';
import type { JsonObject } from '../../lib/base/json.js';
import { literal } from '../../lib/flow/policy.js';
import { galleryPages } from '../support/pages/gallery-app.js';
import { gallery } from '../support/pages/gallery.js';
import { field, form, json, prompt, samplePages } from '../support/pages/samples.js';

/** What the links of the summary say. */
function summaryOf(html: string): readonly string[] {
  return [...html.matchAll(/<li><a href="#[^"]+">([^<]*)<\/a><\/li>/g)].map(([, text = '']) => text);
}

/** What stands beside the fields. */
function inlineOf(html: string): readonly string[] {
  return [...html.matchAll(/-error">\s*<p>([^<]*)<\/p>/g)].map(([, text = '']) => text);
}

describe('the summary of errors', () => {
  const pages = samplePages();
  const drawn = (asked: readonly (readonly [string, Message])[]): string =>
    pages.render(
      prompt(
        asked.map(([label], index): JsonObject => field(`f${String(index)}`, 'text', { label: json(label) })),
        { form: form({ errors: Object.fromEntries(asked.map(([, error], index) => [`f${String(index)}`, [error]])) }) },
      ),
    );

  it('names the field of a sentence that does not, and leaves what stands beside it as it is', () => {
    const blank = message('prompt.choice.blank');
    const html = drawn([
      ['Country', blank],
      ['Which size is your shirt?', blank],
      ['I agree.', literal('Check this box to continue.')],
    ]);
    assert.deepEqual(summaryOf(html), [
      'Country: Choose an option.',
      'Which size is your shirt? Choose an option.',
      'I agree. Check this box to continue.',
    ]);
    assert.deepEqual(inlineOf(html), ['Choose an option.', 'Choose an option.', 'Check this box to continue.']);
  });

  it('says no name twice', () => {
    const said = [
      ['Email address', 'Enter your email address.'],
      ['Confirm password', 'Confirm your password.'],
      ['Password', 'The passwords don’t match. Type them again.'],
      ['メールアドレス', '有効なメールアドレスを入力してください。'],
      ['Team', 'Enter an answer for “Team”.'],
    ] as const;
    const html = drawn(said.map(([label, error]) => [label, literal(error)]));
    assert.deepEqual(
      summaryOf(html),
      said.map(([, error]) => error),
    );
  });

  it('has no entry twice, on any page and in any language', () => {
    const all = galleryPages();
    for (const { tag } of all.languages) {
      for (const [state, model] of gallery) {
        const entries = summaryOf(all.render({ ...model, locale: tag }));
        assert.equal(new Set(entries).size, entries.length, `${state}, ${tag}: ${entries.join(' | ')}`);
      }
    }
  });
});
