import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../lib/base/json.js';
import { isEnrollmentError } from '../../lib/base/error.js';
import { message } from '../../lib/base/message.js';
import type { Context } from '../../lib/flow/context.js';
import type { Prompt } from '../../lib/flow/prompt.js';
import {
  alertDanger,
  alertInfo,
  checkbox,
  date,
  dateTime,
  dropdown,
  fromContext,
  hidden,
  locale,
  number,
  radioButtonGroup,
  separator,
  staticText,
  text,
  textArea,
  textAreaReadOnly,
  textReadOnly,
  trustedHtml,
  withLinks,
} from '../../lib/prompts.js';
import { promptStage } from '../../lib/stages/prompt.js';
import { question } from '../support/prompts/question.js';

const base = { key: 'attributes.answer', label: 'Answer' };

async function fieldOf(prompt: Prompt, context: Context = {}): Promise<JsonObject> {
  const challenge = await promptStage({ name: 'account', prompts: [prompt] }).challenge(question(context));
  const { fields } = challenge;
  assert.ok(Array.isArray(fields));
  return fields[0] as JsonObject;
}

/** What the stage stores of a form. */
async function storedOf(
  prompts: readonly Prompt[],
  input: Readonly<Record<string, string>>,
  context: Context = {},
): Promise<unknown> {
  const stage = promptStage({ name: 'account', prompts });
  const at = question(context);
  const read = await stage.read(input, at);
  if (!read.ok) return Object.fromEntries(Object.entries(read.errors).map(([key, [first]]) => [key, first?.id]));
  const outcome = await stage.respond(read.value, at);
  return outcome.type === 'completed' ? outcome.patch?.prompt_data : outcome;
}

const issuesOf = (make: () => unknown): readonly string[] => {
  try {
    make();
  } catch (error) {
    if (isEnrollmentError(error)) return error.issues;
    throw error;
  }
  return [];
};

describe('the answers of prompts', () => {
  it('have their types, and nest by dotted key beside earlier ones', async () => {
    const prompts = [
      checkbox({ key: 'attributes.terms', label: 'Terms', required: false }),
      checkbox({ key: 'attributes.news', label: 'News', required: false }),
      number({ key: 'attributes.seats', label: 'Seats' }),
      date({ key: 'born', label: 'Born' }),
    ];
    const input = { 'attributes.terms': 'yes', 'attributes.seats': '3', born: '2000-02-29' };
    assert.deepEqual(await storedOf(prompts, input, { prompt_data: { attributes: { team: 'red' } } }), {
      attributes: { terms: true, news: false, seats: 3 },
      born: '2000-02-29',
    });
  });

  it('come from the server where they are hidden, static or read-only, whatever was posted', async () => {
    const prompts = [
      hidden({ key: 'attributes.a', label: 'A', initial: { list: [1, true] } }),
      staticText({ key: 'attributes.b', label: 'B', initial: 'server' }),
      textReadOnly({ key: 'attributes.c', label: 'C', initial: fromContext('fixed_data.team') }),
      textAreaReadOnly({ key: 'attributes.d', label: 'D', initial: async () => 'late' }),
      alertInfo({ text: 'Hello' }),
      separator(),
    ];
    const posted = Object.fromEntries(
      ['a', 'b', 'c', 'd'].flatMap((name) => [
        [`attributes.${name}`, 'forged'],
        [name, 'forged'],
      ]),
    );
    const forged = { ...posted, attributes: 'forged', alert_info: 'forged', separator: 'forged' };
    assert.deepEqual(await storedOf(prompts, forged, { fixed_data: { team: 'red' } }), {
      attributes: { a: { list: [1, true] }, b: 'server', c: 'red', d: 'late' },
    });
    const stage = promptStage({ name: 'account', prompts });
    assert.deepEqual(stage.fields, []);
    assert.deepEqual(stage.serverFields, ['attributes.a', 'attributes.b', 'attributes.c', 'attributes.d']);
  });

  it('are required although the page proposes one', async () => {
    for (const prompt of [
      text({ ...base, initial: 'proposed' }),
      number({ ...base, initial: 5 }),
      checkbox({ ...base, initial: true }),
    ])
      assert.notDeepEqual(await storedOf([prompt], {}), {}, prompt.kind.type);
  });

  it('are required as a function says, also an asynchronous one', async () => {
    const prompt = text({ ...base, required: async ({ context }) => context.is_sso === true });
    assert.deepEqual(await storedOf([prompt], {}), {});
    assert.deepEqual(await storedOf([prompt], {}, { is_sso: true }), { 'attributes.answer': 'stage.prompt.required' });
    assert.equal((await fieldOf(prompt)).required, false);
  });

  it('are refused where the choices have changed since the page', async () => {
    let offered = ['red', 'blue'];
    const prompt = dropdown({ ...base, choices: async () => offered });
    assert.deepEqual((await fieldOf(prompt)).choices, [
      { value: 'red', label: { id: 'literal', values: { text: 'red' } } },
      { value: 'blue', label: { id: 'literal', values: { text: 'blue' } } },
    ]);
    offered = ['blue'];
    assert.deepEqual(await storedOf([prompt], { 'attributes.answer': 'red' }), {
      'attributes.answer': 'prompt.choice.unknown',
    });
  });

  it('cannot be chosen where there are no choices', async () => {
    const prompt = radioButtonGroup({ ...base, choices: fromContext('prompt_data.nothing') });
    assert.deepEqual((await fieldOf(prompt)).choices, []);
    assert.deepEqual(await storedOf([prompt], { 'attributes.answer': '' }), {
      'attributes.answer': 'prompt.choice.blank',
    });
  });
});

describe('what the page of a prompt shows', () => {
  it('is computed from the context, for texts, help, values and choices', async () => {
    const context: Context = { prompt_data: { team: { name: 'Red', size: 3, names: ['a', 'b'] } } };
    const field = await fieldOf(
      radioButtonGroup({
        ...base,
        placeholder: fromContext('prompt_data.team.size'),
        subText: async () => message('form.submit'),
        initial: fromContext('prompt_data.team.name'),
        choices: fromContext('prompt_data.team.names'),
      }),
      context,
    );
    assert.deepEqual(field.placeholder, { id: 'literal', values: { text: '3' } });
    assert.deepEqual(field.sub_text, { id: 'form.submit', values: {} });
    assert.equal(field.initial_value, 'Red');
    assert.equal(Array.isArray(field.choices) && field.choices.length, 2);
  });

  it('is an unchecked box for false, and a checked one for true', async () => {
    for (const [initial, shown] of [
      [false, ''],
      [true, 'yes'],
    ] as const)
      assert.equal((await fieldOf(checkbox({ ...base, initial }))).initial_value, shown);
    for (const [given, shown] of [
      ['False', ''],
      ['', ''],
      [{ a: 1 }, ''],
      ['True', 'yes'],
      [1, 'yes'],
    ] as const)
      assert.equal((await fieldOf(checkbox({ ...base, initial: () => given }))).initial_value, shown);
    const earlier: Context = { prompt_data: { attributes: { answer: false } } };
    assert.equal((await fieldOf(checkbox({ ...base, initial: true }), earlier)).initial_value, '');
  });

  it('is an earlier answer as the input wants it', async () => {
    const earlier = (answer: JsonObject['']): Context => ({ prompt_data: { attributes: { answer: answer ?? null } } });
    assert.equal((await fieldOf(number(base), earlier(3))).initial_value, '3');
    const at = dateTime({ ...base, zone: 'Asia/Jakarta' });
    assert.equal((await fieldOf(at, earlier('2026-12-31T11:30:00+00:00'))).initial_value, '2026-12-31T18:30:00');
    assert.deepEqual((await fieldOf(at)).sub_text, { id: 'prompt.date_time.zone', values: { zone: 'Asia/Jakarta' } });
  });

  it('has limits and read-only inputs', async () => {
    const seats = await fieldOf(number({ ...base, min: 0, max: 9 }));
    assert.deepEqual([seats.min, seats.max, seats.step, seats.inputmode], [0, 9, 1, 'numeric']);
    const born = await fieldOf(date({ ...base, max: ({ facts }) => (facts.act ? '2026-01-01' : '') }));
    assert.equal(born.max, '2026-01-01');
    const fixed = await fieldOf(textReadOnly({ ...base, initial: 'x' }));
    assert.deepEqual([fixed.type, fixed.read_only, fixed.required], ['text_read_only', true, false]);
  });

  it('offers the languages of the pages, at first the visitor’s', async () => {
    const field = await fieldOf(locale(base));
    assert.equal(field.type, 'ak-locale');
    assert.equal(field.initial_value, 'en');
  });

  it('contains HTML only where the app trusts it, which no data can', async () => {
    const trusted = await fieldOf(
      staticText({ ...base, initial: trustedHtml('<b>x</b>'), subText: trustedHtml('<i>y</i>') }),
    );
    assert.deepEqual([trusted.initial_html, trusted.sub_text_html, trusted.sub_text], ['<b>x</b>', '<i>y</i>', null]);
    const forged = { 'express-enrollment.trustedHtml': '<b>x</b>', html: '<b>x</b>' };
    const data = await fieldOf(staticText({ ...base, initial: fromContext('prompt_data') }), { prompt_data: forged });
    assert.equal(data.initial_html, undefined);
    assert.equal(data.initial_value, '');
  });
});

describe('a function of a prompt', () => {
  it('that returns no text or no choices fails, with the setting’s name', async () => {
    const wrong: readonly (readonly [Prompt, RegExp])[] = [
      [text({ ...base, placeholder: () => true }), /'attributes\.answer': "placeholder" must be a text/],
      [text({ ...base, subText: () => ({ a: 1 }) }), /"subText" must be a text or a message, and is an object/],
      [dropdown({ ...base, choices: () => 'red' }), /"choices" must be a list, and is a string/],
      [dropdown({ ...base, choices: () => [null] }), /"choices" must have texts/],
      [dropdown({ ...base, choices: () => [{ value: true }] }), /a choice whose value is a boolean/],
    ];
    for (const [prompt, problem] of wrong)
      await assert.rejects(fieldOf(prompt), (error: Error) => {
        assert.match(error.message, problem);
        return isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_PROMPT';
      });
  });

  it('that throws fails, for the page and for the answer', async () => {
    const prompt = dropdown({
      ...base,
      choices: () => {
        throw new Error('no database');
      },
    });
    await assert.rejects(fieldOf(prompt), /no database/);
    await assert.rejects(storedOf([prompt], { 'attributes.answer': 'x' }), /no database/);
  });
});

describe('the settings of a prompt', () => {
  it('are checked when it is made', () => {
    const wrong: readonly (readonly [() => unknown, RegExp])[] = [
      [() => number({ ...base, min: 5, max: 1 }), /"max" must be greater than or equal to/],
      [() => number({ ...base, step: 0 }), /"step"/],
      [() => number({ ...base, initial: NaN }), /"initial" must be a number or a function/],
      [() => date({ ...base, min: '31.12.2026' }), /"min" must be a date as 2026-12-31, or a function/],
      [() => date({ ...base, initial: 'today' }), /"initial" must be a date/],
      [() => dateTime({ ...base, zone: 'Mars/Base' }), /"zone" must be an IANA time zone/],
      [() => dropdown({ ...base, choices: [] }), /"choices" must be a list/],
      [() => dropdown({ ...base, choices: ['a', 'a'] }), /each value once/],
      [() => dropdown({ ...base, choices: [''] }), /none empty/],
      [() => textArea({ ...base, maxLength: 20_000 }), /"maxLength"/],
      [
        () => withLinks('I accept the <terms>terms</terms>', { terms: 'javascript:alert(1)' }),
        /"terms" must be a path/,
      ],
      [() => withLinks('I accept the <terms>terms</terms>', { terms: '//evil.example' }), /"terms" must be a path/],
      [() => withLinks('I accept', { terms: '/terms' }), /no link <terms>…<\/terms>/],
      [() => withLinks('I accept <b>all</b>', {}), /the link <b> has no address/],
      [() => withLinks('I accept the <terms>terms', { terms: '/terms' }), /<terms> is not a whole link/],
      [() => fromContext('password_hash'), /not a value that a page may show/],
    ];
    for (const [make, problem] of wrong) assert.match(issuesOf(make).join('\n'), problem);
  });

  it('have defaults for what only shows something', async () => {
    const alert = await fieldOf(alertDanger({ text: 'This cannot be undone.' }));
    assert.deepEqual(
      [alert.type, alert.display, alert.label],
      ['alert_danger', 'alert', { id: 'alert.danger', values: {} }],
    );
    assert.deepEqual(alert.sub_text, { id: 'literal', values: { text: 'This cannot be undone.' } });
    assert.equal((await fieldOf(separator())).display, 'separator');
  });
});
