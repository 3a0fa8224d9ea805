import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Json } from '../../lib/base/json.js';
import type { Prompt } from '../../lib/flow/prompt.js';
import {
  checkbox,
  date,
  dateTime,
  dropdown,
  locale,
  number,
  radioButtonGroup,
  tel,
  textArea,
  url,
} from '../../lib/prompts.js';
import { blanks, harmless, of, unprintable } from '../support/prompts/corpora.js';
import { durationOf } from '../support/prompts/duration.js';
import { answerTo } from '../support/prompts/question.js';

const base = { key: 'attributes.answer', label: 'Answer' };

/** What is typed, and its answer; or the id of the error, after `!`. */
type Row = readonly [typed: string, answer: Json];

interface Kind {
  readonly prompt: Prompt;
  readonly blank: string;
  readonly rows: readonly Row[];
}

const refusedBy = (error: string, ...typed: readonly string[]): readonly Row[] =>
  typed.map((text) => [text, `!${error}`]);

const sizes = { ...base, choices: ['s', { value: 'm', label: 'Medium' }] };
const choiceRows: readonly Row[] = [
  ['s', 's'],
  ['m', 'm'],
  ...refusedBy('prompt.choice.unknown', 'l', 'M', ' m', 'Medium', '0', '__proto__', 'x'.repeat(100_000)),
];

const kinds: Readonly<Record<string, Kind>> = {
  text_area: {
    prompt: textArea(base),
    blank: 'stage.prompt.required',
    rows: [
      ['one\r\ntwo\rthree\nfour', 'one\ntwo\nthree\nfour'],
      ['  \n one\ttwo \n ', 'one\ttwo'],
      ['🦊'.repeat(2000), '🦊'.repeat(2000)],
      ...harmless.map((text): Row => [text, text]),
      ...refusedBy('prompt.text.too_long', '🦊'.repeat(2001), 'x'.repeat(1_000_000)),
      ...refusedBy(
        'prompt.text.unprintable',
        ...unprintable.map(([, text]) => text).filter((text) => !/[\t\n\r]/.test(text)),
      ),
    ],
  },
  number: {
    prompt: number({ ...base, min: 1, max: 100 }),
    blank: 'stage.prompt.required',
    rows: [
      ['12', 12],
      [' 7 ', 7],
      ['007', 7],
      ['+5', 5],
      ['5.0', 5],
      ['1e2', 100],
      ['١٢', 12],
      ['۱۲', 12],
      ['१२', 12],
      ['１２', 12],
      [of(0x1d7d9, 0x1d7da), 12],
      ...refusedBy('prompt.number.least', '0', '-0', '-3', '−3'),
      ...refusedBy('prompt.number.most', '101', '9007199254740991'),
      ...refusedBy('prompt.number.whole', '1.5', '١٫٥'),
      ...refusedBy(
        'prompt.number.form',
        ...['NaN', 'Infinity', '-Infinity', '1e999', '1e-999', '9007199254740993', '1,5', '1.000.000', '1 000', '0x10'],
        ...['12px', '1e', 'e5', '.', '-', '--1', 'twelve', '½', '²', '一', '[object Object]', '1\u00005'],
        '9'.repeat(1_000_000),
      ),
    ],
  },
  checkbox: {
    prompt: checkbox(base),
    blank: 'prompt.checkbox.blank',
    rows: [
      ...['yes', 'on', 'true', 'TRUE', '1', ' yes '].map((text): Row => [text, true]),
      ...refusedBy('prompt.checkbox.blank', 'no', 'off', 'false', 'False', '0'),
      ...refusedBy('prompt.choice.unknown', 'maybe', '2', 'null', '[object Object]', '✓', 'y'.repeat(100_000)),
    ],
  },
  'radio-button-group': { prompt: radioButtonGroup(sizes), blank: 'prompt.choice.blank', rows: choiceRows },
  dropdown: { prompt: dropdown(sizes), blank: 'prompt.choice.blank', rows: choiceRows },
  'ak-locale': {
    prompt: locale({ ...base, choices: ['en', { value: 'pt-BR', label: 'Português' }] }),
    blank: 'prompt.choice.blank',
    rows: [['pt-BR', 'pt-BR'], ...refusedBy('prompt.choice.unknown', 'pt-br', 'de', '../../etc/passwd')],
  },
  date: {
    prompt: date({ ...base, min: '1900-01-01', max: () => '2026-12-31' }),
    blank: 'stage.prompt.required',
    rows: [
      ['2000-02-29', '2000-02-29'],
      [' 1900-01-01 ', '1900-01-01'],
      ['2026-12-31', '2026-12-31'],
      ['٢٠٢٦-٠١-٠٢', '2026-01-02'],
      ...refusedBy('prompt.date.least', '1899-12-31', '0001-01-01'),
      ...refusedBy('prompt.date.most', '2027-01-01', '9999-12-31'),
      ...refusedBy(
        'prompt.date.form',
        ...[
          '1900-02-29',
          '2026-02-30',
          '2026-13-01',
          '2026-00-10',
          '2026-01-00',
          '0000-01-01',
          '31.12.2026',
          '12/31/2026',
        ],
        ...['2026-1-2', '2026-01-02T00:00', '+002026-01-01', 'tomorrow', '2026-01-02Z', 'x'.repeat(1_000_000)],
      ),
    ],
  },
  'date-time': {
    prompt: dateTime({ ...base, zone: 'Europe/Berlin' }),
    blank: 'stage.prompt.required',
    rows: [
      ['2026-12-31T18:30', '2026-12-31T18:30:00+01:00'],
      ['2026-07-01 18:30:15', '2026-07-01T18:30:15+02:00'],
      ['2026-07-01T18:30:15.250', '2026-07-01T18:30:15+02:00'],
      // It happens twice: the first.
      ['2026-10-25T02:30', '2026-10-25T02:30:00+02:00'],
      ...refusedBy('prompt.date_time.skipped', '2026-03-29T02:30'),
      ...refusedBy(
        'prompt.date_time.form',
        ...['2026-12-31', '18:30', '2026-12-31T24:00', '2026-12-31T18:60', '2026-02-29T10:00', '2026-12-31T18:30Z'],
        ...['2026-12-31T18:30+07:00', '31.12.2026 18:30', 'now', '2026-12-31T18:30:61', '9'.repeat(1_000_000)],
      ),
    ],
  },
  tel: {
    prompt: tel(base),
    blank: 'stage.prompt.required',
    rows: [
      ['+1 555 010 0199', '+15550100199'],
      ['+49 (0)30 901820', '+4930901820'],
      ['(030) 901-820/0', '0309018200'],
      ['٠١٢٣٤٥٦', '0123456'],
      [`＋62 812${of(0x2011)}3456${of(0x202c)}`, '+628123456'],
      ...refusedBy(
        'prompt.tel.form',
        '1234',
        '1'.repeat(16),
        '+',
        '030 call me',
        '+1+2',
        '1234567 ext. 8',
        '<b>123456</b>',
      ),
      ...refusedBy('prompt.text.too_long', '1'.repeat(1_000_000)),
      ...refusedBy('prompt.text.unprintable', '12345\u00006', '12345\n6'),
    ],
  },
  url: {
    prompt: url(base),
    blank: 'stage.prompt.required',
    rows: [
      ['https://example.com', 'https://example.com/'],
      ['HTTP://Example.COM/a?b#c', 'http://example.com/a?b#c'],
      ['example.com', 'https://example.com/'],
      ['example.com:8080/a', 'https://example.com:8080/a'],
      ['https://münchen.example/straße', 'https://xn--mnchen-3ya.example/stra%C3%9Fe'],
      ...refusedBy(
        'prompt.url.form',
        ...[
          'javascript:alert(1)',
          'data:text/html,x',
          'ftp://example.com',
          'mailto:ann@example.com',
          'file:///etc/passwd',
        ],
        ...[
          'https://ann:secret@example.com',
          'ann@example.com',
          '//example.com',
          '/path',
          'https://',
          'http:// example.com',
        ],
        ...['https://exa mple.com', 'https://example.com/"onload="', 'example', 'https://[::1'],
      ),
      ...refusedBy('prompt.text.unprintable', 'https://example.com/\u0000', 'https://exam\nple.com'),
      ...refusedBy('prompt.text.too_long', `https://example.com/${'x'.repeat(1_000_000)}`),
    ],
  },
};

describe('a prompt of the kind', () => {
  for (const [type, { prompt, blank, rows }] of Object.entries(kinds)) {
    describe(type, () => {
      it('has authentik’s name', () => assert.equal(prompt.kind.type, type));

      it('reads and refuses what is in its table', async () => {
        for (const [typed, answer] of rows) {
          const expected =
            typeof answer === 'string' && answer.startsWith('!') ? { error: answer.slice(1) } : { value: answer };
          assert.deepEqual(await answerTo(prompt, typed), expected, JSON.stringify(typed.slice(0, 80)));
        }
      });

      it('must be answered, and by something that is seen', async () => {
        assert.deepEqual(await answerTo(prompt, undefined), { error: blank });
        for (const [title, typed] of blanks) assert.deepEqual(await answerTo(prompt, typed), { error: blank }, title);
      });

      it('is quick with 100 kB of anything', async () => {
        for (const piece of ['0', '1.', '-', '٠', ' 1', '+(0)', 'a.', 'https://', '\r\n', of(0x1d7d9)]) {
          const typed = piece.repeat(100_000 / piece.length);
          // Milliseconds where each character is read once; many seconds where each is compared with all others.
          assert.ok((await durationOf(() => answerTo(prompt, typed))) < 2000, JSON.stringify(piece));
        }
      });
    });
  }
});

describe('a number prompt', () => {
  const answers = (settings: object, ...rows: readonly Row[]) =>
    Promise.all(
      rows.map(async ([typed, answer]) =>
        assert.deepEqual(
          await answerTo(number({ ...base, ...settings }), typed),
          typeof answer === 'string' ? { error: answer } : { value: answer },
          typed,
        ),
      ),
    );

  it('has steps from its least number on', async () => {
    await answers({ min: 0.5, step: 0.25 }, ['0.5', 0.5], ['0.75', 0.75], ['1', 1], ['0.6', 'prompt.number.step']);
    await answers({ step: 0.1 }, ['0.3', 0.3], ['100000.7', 100000.7], ['0.35', 'prompt.number.step']);
    await answers({ min: 5, step: 10 }, ['15', 15], ['20', 'prompt.number.step']);
  });

  it('takes any number without steps, as long as it stays what was typed', async () => {
    await answers({ step: 'any' }, ['-1.5e-3', -0.0015], ['0.1', 0.1], ['-0.0', 0], ['.5', 0.5]);
    await answers({ step: 'any' }, ['0.1234567890123456', 'prompt.number.form'], ['1e400', 'prompt.number.form']);
  });
});

describe('a date-time prompt', () => {
  it('without a zone answers the local time that was typed', async () => {
    assert.deepEqual(await answerTo(dateTime(base), '2026-03-29T02:30'), { value: '2026-03-29T02:30:00' });
  });
});
