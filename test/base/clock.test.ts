import assert from 'node:assert/strict';
import { Settings } from 'luxon';
import { instantOf, systemClock, type When } from '../../lib/base/clock.js';

const at = (iso: string): { at: number } => ({ at: Date.parse(iso) });
const local = (text: string, zone: string): When => ({ local: text, zone });

describe('instantOf', () => {
  describe('takes', () => {
    const taken: [string, When, string][] = [
      ['milliseconds', 0, '1970-01-01T00:00:00Z'],
      ['a Date', new Date('2026-12-31T23:59:59Z'), '2026-12-31T23:59:59Z'],
      ['text with Z', '2026-12-31T23:59:59Z', '2026-12-31T23:59:59Z'],
      ['text with an offset', '2026-12-31T23:59:59+07:00', '2026-12-31T16:59:59Z'],
      ['text with an offset without a colon', '2026-12-31T23:59:59-0330', '2027-01-01T03:29:59Z'],
      ['text with a blank instead of T', '2026-12-31 23:59:59Z', '2026-12-31T23:59:59Z'],
      ['text with blanks around the offset', '2026-12-31 23:59:59 +07:00', '2026-12-31T16:59:59Z'],
      ['text without seconds', '2026-12-31T23:59Z', '2026-12-31T23:59:00Z'],
      ['text with milliseconds', '2026-12-31T23:59:59.250Z', '2026-12-31T23:59:59.250Z'],
      ['text in small letters', '2026-12-31t23:59:59z', '2026-12-31T23:59:59Z'],
      ['midnight at the end of a day', '2026-12-31T24:00:00Z', '2027-01-01T00:00:00Z'],
      ['a local time in Jakarta', local('2026-12-31 23:59:59', 'Asia/Jakarta'), '2026-12-31T16:59:59Z'],
      ['a local time with T', local('2026-12-31T23:59:59', 'Asia/Jakarta'), '2026-12-31T16:59:59Z'],
      ['a local time in UTC', local('2026-12-31 23:59', 'UTC'), '2026-12-31T23:59:00Z'],
      ['a zone with a quarter of an hour', local('2026-12-31 23:59:59', 'Asia/Kathmandu'), '2026-12-31T18:14:59Z'],
      ['a zone name in other letters', local('2026-12-31 23:59:59', 'asia/jakarta'), '2026-12-31T16:59:59Z'],
      ['summer time', local('2026-07-01 12:00', 'Europe/Berlin'), '2026-07-01T10:00:00Z'],
      ['a leap day', local('2028-02-29', 'UTC'), '2028-03-01T00:00:00Z'],
    ];
    for (const [title, when, iso] of taken) it(title, () => assert.deepEqual(instantOf(when), at(iso)));
  });

  describe('reads a date alone as the whole day in its zone', () => {
    const days: [string, string, string][] = [
      ['2026-12-31', 'Asia/Jakarta', '2026-12-31T17:00:00Z'],
      ['2026-12-31', 'Europe/Berlin', '2026-12-31T23:00:00Z'],
      // A day of 23 hours, and one of 25.
      ['2026-03-29', 'Europe/Berlin', '2026-03-29T22:00:00Z'],
      ['2026-10-25', 'Europe/Berlin', '2026-10-25T23:00:00Z'],
      // The next day begins at 01:00: there was no midnight.
      ['2018-11-03', 'America/Sao_Paulo', '2018-11-04T03:00:00Z'],
      // Its last hour came twice; the day ends after the second.
      ['2018-02-17', 'America/Sao_Paulo', '2018-02-18T03:00:00Z'],
      // The next day's first hour comes twice; the day ends before the first.
      ['2026-10-31', 'America/Havana', '2026-11-01T04:00:00Z'],
      // The time zone skipped the next day.
      ['2011-12-29', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
    ];
    for (const [day, zone, iso] of days)
      it(`${day} ${zone}`, () => assert.deepEqual(instantOf(local(day, zone)), at(iso)));
  });

  // Luxon guesses with the zone's current offset. The answer must not depend on the season in which it is computed.
  for (const season of ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z']) {
    describe(`asked on ${season.slice(0, 10)}`, () => {
      before(() => (Settings.now = () => Date.parse(season)));
      after(() => (Settings.now = () => Date.now()));
      const hours: [string, string, string, string][] = [
        ['moves a skipped time forward', '2026-03-29 02:30', 'Europe/Berlin', '2026-03-29T01:30:00Z'],
        ['takes the first of two', '2026-10-25 02:30', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
        ['is right just before they come twice', '2026-10-25 01:59:59', 'Europe/Berlin', '2026-10-24T23:59:59Z'],
        ['is right just after they came twice', '2026-10-25 03:00', 'Europe/Berlin', '2026-10-25T02:00:00Z'],
        ['moves a skipped time forward in America', '2026-03-08 02:30', 'America/New_York', '2026-03-08T07:30:00Z'],
        ['takes the first of two in America', '2026-11-01 01:30', 'America/New_York', '2026-11-01T05:30:00Z'],
        ['takes the first of two on the southern half', '2026-04-05 02:30', 'Australia/Sydney', '2026-04-04T15:30:00Z'],
        [
          'takes the first of two where half an hour is turned',
          '2026-04-05 01:45',
          'Australia/Lord_Howe',
          '2026-04-04T14:45:00Z',
        ],
      ];
      for (const [title, text, zone, iso] of hours)
        it(title, () => assert.deepEqual(instantOf(local(text, zone)), at(iso)));
    });
  }

  describe('says what is wrong with', () => {
    const refused: [string, When, RegExp][] = [
      ['a time without a zone', '2026-12-31 23:59:59', /zone.*Z or an offset/],
      ['a time without a zone, with T', '2026-12-31T23:59:59', /zone/],
      ['a date alone', '2026-12-31', /zone/],
      ['a date with an offset but no time', '2026-12-31Z', /zone/],
      ['no text', '', /zone/],
      ['words', 'tomorrow', /zone/],
      ['words with T and Z', 'Tomorrow at TenZ', /zone|not a date/],
      ['a day that is not', '2026-02-30T10:00:00Z', /not a date/],
      ['an hour that is not', '2026-12-31T25:00:00Z', /not a date/],
      ['an offset that is not', '2026-12-31T10:00:00+99:99', /zone|not a date/],
      ['a fraction', 1.5, /whole number/],
      ['NaN', Number.NaN, /whole number/],
      ['Infinity', Number.POSITIVE_INFINITY, /whole number/],
      ['milliseconds beyond all dates', 8.64e15 + 1, /whole number|no date/],
      ['an invalid Date', new Date('nonsense'), /invalid Date/],
      ['a zone that is not', local('2026-12-31', 'Europe/Atlantis'), /not an IANA/],
      ['no zone', local('2026-12-31', ''), /not an IANA/],
      ['an offset for a zone', local('2026-12-31', '+07:00'), /not an IANA/],
      ['the machine’s own zone', local('2026-12-31', 'local'), /not an IANA/],
      [
        'a local time with an offset of its own',
        local('2026-12-31T23:59:59Z', 'Asia/Jakarta'),
        /not a (?:local )?date/,
      ],
      [
        'a local time with a zone of its own',
        local('2026-12-31 23:59:59 Europe/Berlin', 'Asia/Jakarta'),
        /not a (?:local )?date/,
      ],
      ['a local day that is not', local('2026-02-29', 'Asia/Jakarta'), /not a (?:local )?date/],
      ['a year alone', local('2026', 'Asia/Jakarta'), /not a (?:local )?date/],
      ['a time alone', local('23:59', 'Asia/Jakarta'), /not a (?:local )?date/],
      ['a week', local('2026-W53', 'Asia/Jakarta'), /not a (?:local )?date/],
      ['American order', local('12/31/2026', 'Asia/Jakarta'), /not a (?:local )?date/],
      ['digits of another script', local('２０２６-12-31', 'Asia/Jakarta'), /not a (?:local )?date/],
    ];
    for (const [title, when, problem] of refused) {
      it(title, () => {
        const answer = instantOf(when);
        assert.ok('problem' in answer, JSON.stringify(answer));
        assert.match(answer.problem, problem);
      });
    }
  });
});

describe('systemClock', () => {
  it('returns milliseconds', () => {
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 1000);
  });
});
