import type { JsonObject } from '../../../lib/base/json.js';
import { literal } from '../../../lib/flow/policy.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { field, form, json, prompt } from './samples.js';

const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';

function choices(key: string, input: 'select' | 'radio' | 'checkbox', more: JsonObject = {}): JsonObject {
  return field(key, key, {
    input,
    choices: [
      { value: 's', label: json('Small') },
      { value: 'm', label: json('Medium, for most people') },
      { value: 'l', label: json(long) },
    ],
    ...more,
  });
}

const fields = [
  choices('size', 'radio', { label: json('Which size is your shirt?'), sub_text: json('You can change it later.') }),
  choices('days', 'checkbox', {
    label: json('Days on which you can help'),
    required: false,
    initial_value: ['m', 'l'],
  }),
  choices('country', 'select', { label: json('Country'), placeholder: json('Choose a country') }),
];

/** Fields with choices, in the states that visitors see. */
export const choicesGallery: ReadonlyMap<string, PageModel> = new Map([
  ['choices', prompt(fields, { title: literal('About you') })],
  [
    'choices-wrong',
    prompt(fields, {
      title: literal('About you'),
      form: form({
        typed: { size: 'm', days: ['s'], country: 'l' },
        errors: {
          size: [literal('This option isn’t available. Choose one from the list.')],
          days: [literal('Choose two days or more.')],
          country: [literal('Choose an option.')],
        },
      }),
    }),
  ],
  [
    'choices-single',
    prompt([choices('size', 'radio', { label: json('Size') })], {
      title: literal('Your shirt'),
      form: form({ errors: { size: [literal('Choose an option.')] } }),
    }),
  ],
]);
