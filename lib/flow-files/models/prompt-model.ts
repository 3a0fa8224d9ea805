import type { Prompt } from '../../flow/prompt.js';
import type { TrustedHtml } from '../../base/trusted-html.js';
import { trustedHtml } from '../../base/trusted-html.js';
import type { Computed } from '../../flow/computed.js';
import type { PromptValue } from '../../expressions/prompt-expression.js';
import type { Building } from '../build/building.js';
import { anything, integers, words } from '../build/field-kinds.js';
import { standIn, type FieldReader } from '../build/field-reader.js';
import { codePrompt } from './code-parts.js';
import { expressionIn } from './expression-policy.js';
import { partOf } from './report-mistakes.js';
import { isBlankText } from '../../base/setting-rules.js';
import { isReservedField } from '../../base/reserved-names.js';
import { isFieldKey } from '../../flow/check-binding.js';
import { isDate } from '../../prompts/iso-date.js';
import { plainWords } from './plain-words.js';
import { choiceKinds, promptKinds, type CommonSettings } from './prompt-kinds.js';

/** `authentik_stages_prompt.prompt`. Older releases call the type `prompt_type`. */
export function promptOfRecord(reader: FieldReader, building: Building, repeats: boolean): Prompt | null {
  reader.unused({ prompt_type: words });
  const type = reader.has('type') ? reader.text('type') : reader.text('prompt_type', 'text');
  // Where an uploaded file goes is the app's own matter.
  if (type === 'file') return ofCode(reader, building);
  const placeholder = settingOf(reader, building, 'placeholder', choiceKinds.has(type) ? 'choices' : 'text');
  const asText = texts.has(type) ? 'text' : 'json';
  const initial = initialOf(settingOf(reader, building, 'initial_value', asText), reader, type);
  const common: CommonSettings = {
    key: keyOf(reader),
    label: plainWords(labelOf(reader, type)),
    required: requiredOf(reader, type),
    order: reader.number('order', 0, integers),
    ...(initial === '' || initial === null ? {} : { initial }),
    ...helpOf(reader),
    ...(repeats ? { repeats } : {}),
  };
  const choices = choiceKinds.get(type);
  if (choices !== undefined) return choices(common, placeholder ?? '');
  const make = promptKinds.get(type);
  if (make !== undefined) return make(placeholder === '' || placeholder === null ? common : { ...common, placeholder });
  if (type === standIn) return null;
  const known = [...promptKinds.keys(), ...choiceKinds.keys(), 'file'];
  const field = reader.has('type') ? 'type' : 'prompt_type';
  reader.report('refused', field, `"${field}": "${type.slice(0, 60)}" is none of ${known.join(', ')}`);
  return null;
}

/** The types whose initial value may be any text. */
const texts: ReadonlySet<string> = new Set([
  ...['text', 'text_area', 'text_read_only', 'text_area_read_only', 'username', 'email', 'hidden', 'static', 'date'],
  ...['alert_info', 'alert_warning', 'alert_danger'],
]);

function ofCode(reader: FieldReader, building: Building): Prompt | null {
  reader.unused(Object.fromEntries(Object.keys(reader.record.fields).map((name) => [name, anything])));
  return codePrompt(reader, building);
}

function keyOf(reader: FieldReader): string {
  const key = reader.text('field_key');
  if (isFieldKey(key) && !isReservedField(key)) return key;
  const why = isReservedField(key)
    ? 'is reserved: those of the kit begin with enrollment_'
    : 'cannot be the key of a field';
  reader.report('refused', 'field_key', `"field_key": '${key.slice(0, 60)}' ${why}`);
  return standIn;
}

/** Of a checkbox authentik demands nothing, and a language may be blank. */
function requiredOf(reader: FieldReader, type: string): boolean {
  const required = reader.flag('required', true);
  if (type !== 'checkbox' && type !== 'ak-locale') return required;
  if (type === 'checkbox' && required && reader.has('required'))
    reader.report(
      'noticed',
      'required',
      '"required" demands no checked box, as in authentik: a policy of the page may',
    );
  return false;
}

/** authentik asks for a label everywhere. */
function labelOf(reader: FieldReader, type: string): string {
  const label = reader.text('label');
  if (!isBlankText(label) || unlabelled.has(type)) return label;
  reader.report('refused', 'label', '"label" must not be empty');
  return standIn;
}

const unlabelled: ReadonlySet<string> = new Set([
  ...['text_read_only', 'text_area_read_only', 'separator', 'hidden', 'static'],
  ...['alert_info', 'alert_warning', 'alert_danger'],
]);

function initialOf(given: Computed<string> | null, reader: FieldReader, type: string): Computed<string> | null {
  const form = forms.get(type);
  if (form === undefined || typeof given !== 'string' || given === '' || form.isRight(given)) return given;
  reader.report('refused', 'initial_value', `"initial_value" must be ${form.words}`);
  return null;
}

/** The texts that fields begin with, where not every one can be typed there. */
const forms: ReadonlyMap<string, { readonly words: string; isRight(text: string): boolean }> = new Map([
  ['number', { words: 'a number', isRight: (text: string) => text.trim() !== '' && Number.isFinite(Number(text)) }],
  ['date', { words: 'a date as "2026-12-31"', isRight: isDate }],
]);

/** The text, or the function that computes it; `null`: mistakes were reported. */
function settingOf(
  reader: FieldReader,
  building: Building,
  name: 'placeholder' | 'initial_value',
  as: PromptValue,
): Computed<string> | null {
  const isExpression = reader.flag(`${name}_expression`, false);
  if (!isExpression || reader.text(name, '').trim() === '') return reader.text(name, '');
  const text = expressionIn(reader, building, name);
  const made = building.expressions.value(text, as);
  return partOf(made, reader, building, text);
}

/** authentik shows it as HTML, so that of an administrator's file is trusted. */
function helpOf(reader: FieldReader): { readonly subText?: string | TrustedHtml } {
  const help = reader.text('sub_text', '');
  if (help === '') return {};
  return { subText: /[<&]/.test(help) ? trustedHtml(help) : help };
}
