import { isJsonObject, type Json, type JsonObject } from '../base/json.js';
import type { Message } from '../base/message.js';

/** One field as a template sees it: plain texts, ready to be escaped. */
export interface FieldView {
  readonly key: string;
  /** The key as an HTML id; that of its errors ends in `-error`, that of its help in `-help`. */
  readonly id: string;
  /** The prompt's type, e.g. `username`. */
  readonly type: string;
  /** The element that draws it, e.g. `/elements/field-text`. */
  readonly element: string;
  /** The `type` of its `<input>`. */
  readonly input: string;
  readonly label: string;
  readonly required: boolean;
  readonly readonly: boolean;
  /** True for an invitation code and its like: letters are not words here. */
  readonly code: boolean;
  readonly placeholder: string | null;
  readonly value: string;
  readonly help: string | null;
  readonly errors: readonly string[];
  readonly invalid: boolean;
  readonly autocomplete: string;
  readonly autocapitalize: string | null;
  readonly spellcheck: boolean;
  readonly autofocus: boolean;
  /** The ids of help and errors, for `aria-describedby`. */
  readonly describedby: string | null;
}

interface FieldState {
  readonly id: string;
  readonly typed: string | undefined;
  readonly errors: readonly Message[];
  readonly autofocus: boolean;
  readonly text: (message: Message) => string;
  /** Whether there is a view of this name. */
  readonly has: (view: string) => boolean;
}

const inputs: ReadonlyMap<string, string> = new Map([
  ['email', 'email'],
  ['password', 'password'],
  ['number', 'number'],
  ['hidden', 'hidden'],
]);
const completions: ReadonlyMap<string, string> = new Map([
  ['username', 'username'],
  ['email', 'email'],
  ['password', 'new-password'],
]);

/** A field of the challenge in words. A password's value never goes back to the browser. */
export function fieldView(field: JsonObject, state: FieldState): FieldView {
  const type = textOr(field['type'], 'text');
  const key = textOr(field['field_key'], '');
  const words = (json: Json | undefined): string | null => (isMessage(json) ? state.text(json) : null);
  const help = words(field['sub_text']);
  const invalid = state.errors.length > 0;
  // Such a field says what the server has; what was posted for it counts for nothing.
  const readonly = type.endsWith('_read_only');
  const autocomplete = textOr(field['autocomplete'], completions.get(type) ?? 'off');
  const input = inputs.get(type) ?? 'text';
  const code = input === 'text' && (autocomplete === 'one-time-code' || /(^|[._-])code$/.test(key));
  const plain = code || type === 'username' || input !== 'text';
  const own = `elements/field-${type}`;
  const describedby = [help === null ? '' : `${state.id}-help`, invalid ? `${state.id}-error` : '']
    .filter(Boolean)
    .join(' ');
  return {
    key,
    id: state.id,
    type,
    element: /^[-\w]+$/.test(type) && state.has(own) ? `/${own}` : '/elements/field-text',
    input,
    // Every input needs a name; a static text does not.
    label: words(field['label']) ?? (type === 'static' ? '' : key),
    required: field['required'] === true,
    readonly,
    code,
    placeholder: words(field['placeholder']),
    value: input === 'password' ? '' : ((readonly ? undefined : state.typed) ?? textOr(field['initial_value'], '')),
    help,
    errors: state.errors.map(state.text),
    invalid,
    autocomplete,
    autocapitalize: code ? 'characters' : plain ? 'none' : null,
    spellcheck: !plain,
    autofocus: state.autofocus,
    describedby: describedby === '' ? null : describedby,
  };
}

function textOr(json: Json | undefined, otherwise: string): string {
  return typeof json === 'string' ? json : otherwise;
}

function isMessage(json: Json | undefined): json is JsonObject & Message {
  return (
    isJsonObject(json) &&
    typeof json['id'] === 'string' &&
    (json['values'] === undefined || isJsonObject(json['values']))
  );
}
