import { savedPasswordField, savedPasswordLimit } from '../base/reserved-names.js';
import type { Flow } from '../flow/flow.js';
import { bindingOf } from '../flow/machine/advance.js';
import { unprocessedOf } from './posted-fields.js';
import type { Submission } from './run.js';

/** What a page carries of a form that it interrupts. */
export interface KeptForm {
  readonly inputs: readonly { readonly name: string; readonly value: string }[];
  /** The first field whose typed value it does not carry; `null`: none. */
  readonly lost: string | null;
}

/** The typed values of a form, for a page that leads back to it. Nothing is stored, and passwords are not among them. */
export function keptForm(flow: Flow, form: Submission): KeptForm {
  const stage = bindingOf(flow, form.step)?.stage;
  if (stage?.asking !== true) return { inputs: [], lost: null };
  const typed = unprocessedOf(stage, form);
  const saved = form.field(savedPasswordField) ?? '';
  const inputs = Object.entries(typed).flatMap(([name, value]) => [value].flat().map((one) => ({ name, value: one })));
  return {
    inputs: [
      ...inputs.filter(({ value }) => value !== ''),
      ...(saved === '' || saved.length > savedPasswordLimit ? [] : [{ name: savedPasswordField, value: saved }]),
    ],
    lost: stage.secretFields.find((key) => typed[key] === undefined && (form.field(key) ?? '') !== '') ?? null,
  };
}
