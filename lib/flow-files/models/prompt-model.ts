import type { Prompt } from '../../flow/prompt.js';
import type { TrustedHtml } from '../../base/trusted-html.js';
import { trustedHtml } from '../../base/trusted-html.js';
import type { Computed } from '../../flow/computed.js';
import type { Building } from '../build/building.js';
import { standIn, type FieldReader } from '../build/field-reader.js';
import { codePrompt } from './code-parts.js';
import { expressionIn } from './expression-policy.js';
import { reportMistakes } from './report-mistakes.js';
import { plainWords } from './plain-words.js';
import { choiceKinds, promptKinds, type CommonSettings } from './prompt-kinds.js';

/** `authentik_stages_prompt.prompt`. Older releases call the type `prompt_type`. */
export function promptOfRecord(reader: FieldReader, building: Building, repeats: boolean): Prompt | null {
  reader.unused('prompt_type');
  const type = reader.has('type') ? reader.text('type') : reader.text('prompt_type', 'text');
  // Where an uploaded file goes is the app's own matter.
  if (type === 'file') return ofCode(reader, building);
  const placeholder = settingOf(reader, building, 'placeholder');
  const initial = settingOf(reader, building, 'initial_value');
  const common: CommonSettings = {
    key: reader.text('field_key'),
    label: plainWords(reader.text('label')),
    required: reader.flag('required', true),
    order: reader.number('order', 0),
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
  reader.report('refused', reader.has('type') ? 'type' : 'prompt_type', `"${type}" is none of ${known.join(', ')}`);
  return null;
}

function ofCode(reader: FieldReader, building: Building): Prompt | null {
  reader.unused(...Object.keys(reader.record.fields));
  return codePrompt(reader, building);
}

/** The text, or the function that computes it; `null`: mistakes were reported. */
function settingOf(
  reader: FieldReader,
  building: Building,
  name: 'placeholder' | 'initial_value',
): Computed<string> | null {
  const isExpression = reader.flag(`${name}_expression`, false);
  if (!isExpression || reader.text(name, '').trim() === '') return reader.text(name, '');
  const text = expressionIn(reader, building, name);
  const made = building.expressions.value(text);
  return typeof made === 'function' ? made : reportMistakes(reader, building, made, text);
}

/** authentik shows it as HTML, so that of an administrator's file is trusted. */
function helpOf(reader: FieldReader): { readonly subText?: string | TrustedHtml } {
  const help = reader.text('sub_text', '');
  if (help === '') return {};
  return { subText: /[<&]/.test(help) ? trustedHtml(help) : help };
}
