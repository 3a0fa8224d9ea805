import { keptErrorsField, keptErrorsLimit, savedPasswordField, savedPasswordLimit } from '../base/reserved-names.js';
import type { Flow } from '../flow/flow.js';
import { bindingOf } from '../flow/machine/advance.js';
import { typedOf } from './posted-fields.js';
import type { Submission } from './run.js';

/** What a page carries of a form that it interrupts. */
export interface KeptForm {
  readonly inputs: readonly { readonly name: string; readonly value: string }[];
  /** The first field whose typed value it does not carry; `null`: none. */
  readonly lost: string | null;
}

/**
 * The typed values of a form, for a page that leads back to it in hidden fields. Nothing is stored, and nothing secret is
 * among them: no password, and no one-time code either, which would stand in a page that does not show it.
 */
export function keptForm(flow: Flow, form: Submission): KeptForm {
  const stage = bindingOf(flow, form.step)?.stage;
  if (stage?.asking !== true) return { inputs: [], lost: null };
  const typed = typedOf(stage, form);
  const [saved, errors] = [savedPasswordField, keptErrorsField].map((name) => form.field(name) ?? '');
  const inputs = Object.entries(typed).flatMap(([name, value]) => [value].flat().map((one) => ({ name, value: one })));
  return {
    inputs: [
      ...inputs.filter(({ value }) => value !== ''),
      ...keptValue(savedPasswordField, saved, savedPasswordLimit),
      ...keptValue(keptErrorsField, errors, keptErrorsLimit),
    ],
    lost: stage.secretFields.find((key) => typed[key] === undefined && (form.field(key) ?? '') !== '') ?? null,
  };
}

function keptValue(name: string, value = '', longest = 0): KeptForm['inputs'] {
  return value === '' || value.length > longest ? [] : [{ name, value }];
}
