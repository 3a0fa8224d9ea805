import { message } from '../../../lib/base/message.js';
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
  ['choices', prompt(fields, { title: message('flow.no_access_yet.more_title') })],
  [
    'choices-wrong',
    prompt(fields, {
      title: message('flow.no_access_yet.more_title'),
      form: form({
        typed: { size: 'm', days: ['s'], country: 'l' },
        errors: {
          size: [message('prompt.choice.unknown')],
          days: [literal('Choose two days or more.')],
          country: [message('prompt.choice.blank')],
        },
      }),
    }),
  ],
  [
    'choices-single',
    prompt([choices('size', 'radio', { label: json('Size') })], {
      title: literal('Your shirt'),
      form: form({ errors: { size: [message('prompt.choice.blank')] } }),
    }),
  ],
]);
