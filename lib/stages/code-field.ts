import type { JsonObject } from '../base/json.js';
import { message, messageJson, type Message } from '../base/message.js';
import { Secret } from '../base/secret.js';
import type { PromptField } from '../flow/stage.js';

/** Longer input is no code of any kind. */
const longest = 100;

/** The field for a code. `numeric`: phones show digits only. */
export function codeField(label: Message, help: Message | null, numeric: boolean): PromptField {
  return factorField('code', 'text', {
    label: messageJson(label),
    sub_text: help === null ? null : messageJson(help),
    required: true,
    autocomplete: 'one-time-code',
    input: 'text',
    ...(numeric ? { inputmode: 'numeric' } : {}),
  });
}

/** A field with a value of the server. */
export function factorField(key: string, type: string, more: JsonObject): PromptField {
  const field = { label: null, required: false, placeholder: null, initial_value: '', order: 0 };
  return { field_key: key, type, ...field, sub_text: null, choices: null, ...more };
}

export function readCode(
  typed = '',
): { readonly ok: true; readonly value: { readonly code: Secret } } | { readonly ok: false; readonly errors: Errors } {
  const code = typed.trim();
  if (code === '') return { ok: false, errors: { code: [message('authenticator.code.blank')] } };
  // What is too long is simply wrong.
  return { ok: true, value: { code: new Secret(code.length > longest ? '' : code) } };
}

type Errors = Readonly<Record<string, readonly Message[]>>;
