import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { dayText, momentText } from '../../../lib/base/date-text.js';
import { message } from '../../../lib/base/message.js';
import { unbroken } from '../../../lib/pages/languages/unbroken.js';
import { page, samplePages } from '../../support/pages/samples.js';

const joined = (text: string): string => text.replaceAll('|', '\u2060').replaceAll('_', '\u00a0');

describe('lines of a sentence', () => {
  it('never end within a short compound or a phone number', () => {
    for (const [text, expected] of [
      ['Remove this sign-in method?', 'Remove this sign-|in method?'],
      ['“Sign-ups” end.', '“Sign-|ups” end.'],
      ['Ihre E-Mail-Adresse ist bestätigt.', 'Ihre E-|Mail-Adresse ist bestätigt.'],
      ['For example +1 555 010 0199.', 'For example +1_555_010_0199.'],
    ] as const)
      assert.equal(unbroken(text), joined(expected));
  });

  it('change nothing that may be copied, and no other text', () => {
    for (const text of [
      'It is jo-ann@example.com.',
      'It is ann@my-shop.example.',
      'It is https://my-shop.example/sign-in.',
      'It is KOPI-CLUB.',
      'It is K7PQ-3XWM.',
      'An account – here.',
      'Remove this sign-in method',
      'It is 2026-12-31.',
    ])
      assert.equal(unbroken(text), text);
  });

  it('end before or after a date, not within it', () => {
    const at = Date.UTC(2026, 10, 28, 9, 14);
    assert.equal(dayText(at, 'en'), joined('Nov_28,_2026'));
    for (const locale of ['en', 'de', 'fr', 'ar']) assert.doesNotMatch(momentText(at, locale), / /);
  });

  it('never end within a masked address; names and whole addresses are as they may be copied', () => {
    const said = (name: string): string =>
      samplePages().render(page('pages/problem', { messages: [message('signed_in.as', { name })] }));
    assert.ok(said('a…@example.com').includes(joined('as a…|@example.com.')));
    for (const name of ['jo-ann', 'jo-ann@my-shop.example']) assert.ok(said(name).includes(`as ${name}.`), name);
  });

  it('are those of pages, whose sentences stay as they are elsewhere', () => {
    const pages = samplePages();
    const said = message('source.too_many');
    assert.match(pages.render(page('pages/problem', { messages: [said] })), /Too many sign-\u2060in attempts/);
    assert.match(pages.text(said), /Too many sign-in attempts/);
  });
});
