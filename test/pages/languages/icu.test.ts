import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { messageOf } from '../../../lib/base/message.js';
import { createCatalogue, placesOf } from '../../../lib/pages/languages/catalogue.js';
import { icuProblem } from '../../../lib/pages/languages/icu.js';
import { defineMessages } from '../../../lib/index.js';

const said = (text: string, values: Readonly<Record<string, string | number>>, locale = 'en'): string =>
  createCatalogue({ texts: { it: text }, locale }).text(messageOf('it', values));

describe('texts in ICU syntax', () => {
  const places = '{places, plural, =0 {No place} one {# place for {name}} other {# places for {name}}} is left.';

  it('choose the plural of the language, an exact number before it', () => {
    assert.equal(said(places, { places: 0, name: 'Ann' }), 'No place is left.');
    assert.equal(said(places, { places: 1, name: 'Ann' }), '1 place for Ann is left.');
    assert.equal(said(places, { places: 1200, name: 'Ann' }), '1,200 places for Ann is left.');
    const polish = '{n, plural, one {# plik} few {# pliki} many {# plików} other {# pliku}}';
    assert.deepEqual(
      [1, 2, 5, 22].map((n) => said(polish, { n }, 'pl')),
      ['1 plik', '2 pliki', '5 plików', '22 pliki'],
    );
    assert.equal(said('{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}', { n: 22 }), '22nd');
    assert.equal(
      said('{n, plural, offset:1 =1 {you} one {you and # other} other {you and # others}}', { n: 3 }),
      'you and 2 others',
    );
  });

  it('choose by a value, and write numbers and dates as the language does', () => {
    const who = '{kind, select, team {Your team} other {You}} can’t continue.';
    assert.equal(said(who, { kind: 'team' }), 'Your team can’t continue.');
    assert.equal(said(who, { kind: 'constructor' }), 'You can’t continue.');
    const at = Date.UTC(2026, 11, 31, 12);
    assert.equal(said('Until {at, date, long}.', { at }, 'de'), 'Until 31.\u00a0Dezember\u00a02026.');
    assert.equal(said('{n, number} of {all, number, percent}', { n: 1234.5, all: 0.5 }, 'de'), '1.234,5 of 50\u00a0%');
    assert.equal(said('{n, number} {at, date}', { n: 'many', at: 9e15 }), 'many 9000000000000000');
  });

  it('keep apostrophes, and show what has no value by its name', () => {
    assert.equal(said("You can't. {n, plural, one {It's # day} other {# days}}", { n: 1 }), "You can't. It's 1 day");
    assert.equal(said("can't {name}", { name: 'go' }), "can't go");
    assert.equal(said("'{name}' {n, number}", { n: 1 }), '{name} 1');
    assert.equal(said('{n, plural, one {# day} other {# days}}', {}), '{n}');
  });

  it('write sizes in the units of the language, rounded down', () => {
    const size = (bytes: number, locale: string): string => said('{n, number, bytes}', { n: bytes }, locale);
    assert.deepEqual(
      [1, 999, 1000, 1_599_999, 5_000_000, 25_000_000_000].map((bytes) => size(bytes, 'en')),
      ['1 byte', '999 bytes', '1 kB', '1.5 MB', '5 MB', '25 GB'],
    );
    assert.equal(size(1_500_000, 'fr'), '1,5\u202fMo');
    assert.equal(size(1_500_000, 'de'), '1,5 MB');
    assert.match(size(5_000_000, 'ar'), /^5 /);
  });

  it('name their values, in text and in types', () => {
    assert.deepEqual(placesOf(places), ['places', 'name']);
    const own = defineMessages({ 'club.places': '{places, plural, one {one for {name}} other {many}} {day}' });
    assert.deepEqual(own.message('club.places', { places: 1, name: 'Ann', day: 'today' }).values?.['name'], 'Ann');
    // @ts-expect-error -- name is a value of one of the cases
    own.message('club.places', { places: 1, day: 'today' });
    // @ts-expect-error -- many is a text
    own.message('club.places', { places: 1, name: 'Ann', day: 'today', many: 1 });
  });

  it('are refused where they cannot be read', () => {
    const problem = (text: string, locale = 'en'): string | null => icuProblem(text, locale);
    assert.equal(problem(places), null);
    assert.match(problem('{n, plural, one {#}') ?? '', /Unexpected message end/);
    assert.equal(problem('{n, plural, one {#}}'), '{n} has no case "other"');
    assert.match(problem('{n, plural, two {#} other {#}}') ?? '', /The plural case two is not valid in this locale/);
    assert.equal(problem('{n, plural, two {#} other {#}}', 'ar'), null);
    assert.equal(problem('{at, date, longish}'), '{at} has an unknown format: date, longish');
    assert.equal(problem('{at, duration}'), '{at} has an unknown format: duration');
    assert.equal(said('{n, plural, one {#}', { n: 1 }), '{n, plural, one {#}');
  });
});
