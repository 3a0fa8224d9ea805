import type { JsonObject } from '../../../lib/base/json.js';
import { message } from '../../../lib/base/message.js';
import { literal } from '../../../lib/flow/policy.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { field, form, json, prompt, said } from './samples.js';

const sizes = ['Small', 'Medium', 'Large'].map((size) => ({ value: size.slice(0, 1), label: json(size) }));
const terms: JsonObject = {
  id: 'literal',
  values: { text: 'I accept the <terms>terms of use</terms> and the <rules>house rules</rules>.' },
};
const links: JsonObject = { terms: '/terms', rules: 'https://example.com/rules' };

const fields: readonly JsonObject[] = [
  field('alert_info', 'alert_info', {
    display: 'alert',
    required: false,
    label: { id: 'alert.info' },
    sub_text: json('You can change all of this later.'),
  }),
  field('name', 'text', { label: said('flow.invite.name'), placeholder: json('Ann Example') }),
  field('about', 'text_area', {
    label: said('flow.no_access_yet.more_title'),
    input: 'textarea',
    rows: 3,
    required: false,
    sub_text: json('A few sentences.'),
    initial_value: '\nTwo lines,\nafter an empty one.',
  }),
  field('team', 'text_read_only', { label: json('Team'), read_only: true, required: false, initial_value: 'Red' }),
  field('rules', 'text_area_read_only', {
    label: json('Rules'),
    input: 'textarea',
    read_only: true,
    required: false,
    initial_value: 'Be kind.\nBe brief.',
  }),
  field('more', 'separator', { display: 'separator', required: false, label: json('How to reach you') }),
  field('phone', 'tel', { label: json('Phone'), input: 'tel', autocomplete: 'tel' }),
  field('site', 'url', { label: json('Website'), input: 'url', required: false }),
  field('line', 'separator', { display: 'separator', required: false, label: json('') }),
  field('seats', 'number', { label: json('Seats'), input: 'number', min: 1, max: 20, step: 1, initial_value: '3' }),
  field('born', 'date', { label: json('Date of birth'), input: 'date', max: '2026-01-01' }),
  field('begins', 'date-time', {
    label: json('Begins'),
    input: 'datetime-local',
    sub_text: { id: 'prompt.date_time.zone', values: { zone: 'Asia/Jakarta' } },
  }),
  field('size', 'radio-button-group', { label: json('Size'), input: 'radio', choices: sizes, initial_value: 'M' }),
  field('color', 'dropdown', {
    label: json('Color'),
    input: 'select',
    choices: sizes,
    placeholder: json('Choose one'),
  }),
  field('nothing', 'radio-button-group', {
    label: json('No choices yet'),
    input: 'radio',
    required: false,
    choices: [],
  }),
  field('language', 'ak-locale', {
    label: json('Preferred language'),
    input: 'select',
    initial_value: 'en',
    choices: [
      { value: 'en', label: json('English') },
      { value: 'ja', label: json('日本語') },
    ],
  }),
  field('photo', 'file', {
    label: json('Photo'),
    input: 'file',
    accept: 'image/png,image/jpeg',
    sub_text: { id: 'prompt.file.limit', values: { most: 5_000_000 } },
  }),
  field('warning', 'alert_warning', {
    display: 'alert',
    required: false,
    label: { id: 'alert.warning' },
    sub_text_html: 'Your name will be <strong>public</strong>.',
  }),
  field('danger', 'alert_danger', {
    display: 'alert',
    required: false,
    label: { id: 'alert.danger' },
    sub_text: json('The team cannot be changed afterwards.'),
  }),
  field('note', 'static', {
    label: json('From the team'),
    display: 'text',
    initial_html: '<p>With <em>HTML</em> of the app.</p>',
  }),
  field('terms', 'checkbox', { label: terms, label_links: links, input: 'checkbox' }),
  field('news', 'checkbox', { label: json('Send me news'), input: 'checkbox', required: false, initial_value: 'yes' }),
];

/** Every kind of prompt, in the states that visitors see. */
export const promptsGallery: ReadonlyMap<string, PageModel> = new Map([
  ['prompts', prompt(fields, { title: literal('Tell us about you') })],
  [
    'prompts-wrong',
    prompt(fields, {
      title: literal('Tell us about you'),
      form: form({
        typed: { about: 'x', phone: '12', site: 'ftp://x', seats: '0', born: '', size: '', terms: '', news: '' },
        errors: {
          about: [message('prompt.text.too_long', { most: 2000 })],
          phone: [message('prompt.tel.form')],
          site: [message('prompt.url.form')],
          seats: [message('prompt.number.least', { least: '1' })],
          born: [message('stage.prompt.required')],
          begins: [message('prompt.date_time.skipped', { zone: 'Asia/Jakarta' })],
          size: [message('prompt.choice.blank')],
          nothing: [message('prompt.choice.blank')],
          photo: [message('prompt.file.too_large', { most: 5_000_000 })],
          terms: [message('prompt.checkbox.blank')],
        },
      }),
    }),
  ],
]);
