import { isJsonObject, type Json, type JsonObject } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { SavedPasswordView } from './saved-password.js';

/** One field as a template sees it: plain texts, ready to be escaped. */
export interface FieldView {
  /** The input's `name`. */
  readonly key: string;
  /** The key as an HTML id; that of its errors ends in `-error`, that of its help in `-help`. */
  readonly id: string;
  /** The prompt's type, e.g. `username`. */
  readonly type: string;
  /** How it is shown: as an input, as a text, or not at all. */
  readonly display: 'input' | 'text' | 'none';
  /** The element that renders it, e.g. `/elements/field-text`. */
  readonly element: string;
  /** The `type` of its `<input>`. */
  readonly input: string;
  /** The label. */
  readonly label: string;
  /** An answer is needed. */
  readonly required: boolean;
  /** The server sets the value; what is posted is ignored. */
  readonly readonly: boolean;
  /** True for invitation codes and similar values: their letters do not form words. */
  readonly code: boolean;
  /** True for the code of an invitation, which a link fills in. */
  readonly entryLink: boolean;
  /** Input attribute. */
  readonly placeholder: string | null;
  /** The last answer, or the initial value; always empty for a password. */
  readonly value: string;
  /** What there is to choose from; `null` for a field that is typed. */
  readonly choices: readonly ChoiceView[] | null;
  /** A sentence below the label. */
  readonly help: string | null;
  /** What is wrong with the answer. */
  readonly errors: readonly string[];
  /** There are errors. */
  readonly invalid: boolean;
  /** Input attribute. */
  readonly autocomplete: string;
  /** Input attribute. */
  readonly autocapitalize: string | null;
  /** The keyboard that a phone shows; `null`: the one of the input's type. */
  readonly inputmode: string | null;
  /** The label of the keyboard's Enter key: `go` in the last field that is typed, `next` in the others. */
  readonly enterkeyhint: string | null;
  /** The shortest answer, in characters. Password managers suggest one that fits. */
  readonly minlength: number | null;
  /** What password managers suggest, in Apple's notation: `minlength: 15; maxlength: 128;`. */
  readonly passwordrules: string | null;
  /** Input attribute. */
  readonly spellcheck: boolean;
  /** `ltr` for codes, addresses, names for signing in and passwords; `auto`: the direction of what is typed. */
  readonly dir: 'ltr' | 'auto';
  /** The first invalid field. */
  readonly autofocus: boolean;
  /** The ids of help and errors, for `aria-describedby`. */
  readonly describedby: string | null;
  /** Set where the password was accepted before and is saved; the field is optional then. */
  readonly saved: SavedPasswordView | null;
}

interface ChoiceView {
  readonly value: string;
  readonly label: string;
  /** The chosen radio button, otherwise the first choice, has the field's own id: the summary of errors leads to it. */
  readonly id: string;
  readonly selected: boolean;
}

interface FieldState {
  readonly id: string;
  readonly typed: string | readonly string[] | undefined;
  readonly errors: readonly Message[];
  /** True until a field of the form has the focus. */
  readonly canFocus: boolean;
  readonly enterkeyhint: 'go' | 'next' | null;
  readonly text: (message: Message) => string;
  /** True if a view of this name exists. */
  readonly has: (view: string) => boolean;
}

interface FieldDefaults {
  readonly input?: string;
  readonly display?: FieldView['display'];
  readonly readonly?: boolean;
  readonly autocomplete?: string;
}

// The meanings of authentik's field types, for challenges that do not describe a field further.
const defaultsOf: ReadonlyMap<string, FieldDefaults> = new Map<string, FieldDefaults>([
  ['username', { autocomplete: 'username' }],
  ['email', { input: 'email', autocomplete: 'email' }],
  ['password', { input: 'password', autocomplete: 'new-password' }],
  ['number', { input: 'number' }],
  ['hidden', { input: 'hidden', display: 'none' }],
  ['static', { display: 'text' }],
  ['text_read_only', { readonly: true }],
  ['username_read_only', { readonly: true, autocomplete: 'username' }],
]);
const displays: readonly FieldView['display'][] = ['input', 'text', 'none'];

/** Converts a field of the challenge to text. A password's value is never sent back to the browser. */
export function fieldView(field: JsonObject, state: FieldState): FieldView {
  const type = textOr(field['type'], 'text');
  const defaults = defaultsOf.get(type) ?? {};
  const key = textOr(field['field_key'], '');
  const words = (json: Json | undefined): string | null => (isMessage(json) ? state.text(json) : null);
  const help = words(field['sub_text']);
  const invalid = state.errors.length > 0;
  // Such a field shows the server's value; a posted value is ignored.
  const readonly = (field['read_only'] ?? defaults.readonly) === true;
  const autocomplete = textOr(field['autocomplete'], defaults.autocomplete ?? 'off');
  const input = textOr(field['input'], defaults.input ?? 'text');
  const display = displays.find((one) => one === field['display']) ?? defaults.display ?? 'input';
  const code = input === 'text' && (autocomplete === 'one-time-code' || field['code'] === true);
  const plain = code || autocomplete === 'username' || input !== 'text';
  const own = `elements/field-${type}`;
  const describedby = [help === null ? '' : `${state.id}-help`, invalid ? `${state.id}-error` : '']
    .filter(Boolean)
    .join(' ');
  const held = (readonly ? undefined : state.typed) ?? field['initial_value'];
  const choices = choicesOf(field, state, { held, input });
  // Every input needs a name; a static text does not.
  const label = words(field['label']) ?? (display === 'text' ? '' : key);
  return {
    key,
    id: state.id,
    type,
    display,
    element:
      /^[-\w]+$/.test(type) && state.has(own)
        ? `/${own}`
        : choices === null
          ? '/elements/field-text'
          : '/elements/field-choices',
    input,
    label,
    required: field['required'] === true,
    readonly,
    code,
    entryLink: field['entry_link'] === true,
    placeholder: words(field['placeholder']),
    value: input === 'password' ? '' : Array.isArray(held) ? held.join(', ') : textOr(held, ''),
    choices,
    help,
    errors: state.errors.map((error) => state.text(withLabel(error, label))),
    invalid,
    autocomplete,
    autocapitalize: textOr(field['autocapitalize'], code ? 'characters' : plain ? 'none' : '') || null,
    inputmode: textOr(field['inputmode'], '') || null,
    enterkeyhint: textOr(field['enterkeyhint'], '') || state.enterkeyhint,
    minlength: typeof field['minlength'] === 'number' ? field['minlength'] : null,
    passwordrules: textOr(field['passwordrules'], '') || null,
    spellcheck: !plain,
    dir: plain ? 'ltr' : 'auto',
    autofocus: state.canFocus && invalid && display === 'input',
    describedby: describedby === '' ? null : describedby,
    saved: null,
  };
}

function choicesOf(
  { choices }: JsonObject,
  { id, text }: FieldState,
  { held, input }: { readonly held: Json | readonly string[] | undefined; readonly input: string },
): readonly ChoiceView[] | null {
  if (!Array.isArray(choices)) return null;
  const offered = choices.filter(isJsonObject);
  const selected: readonly unknown[] = Array.isArray(held) ? held : [held];
  const chosen = input === 'radio' ? offered.findIndex(({ value }) => selected.includes(value)) : 0;
  return offered.map(({ value, label }, index) => ({
    value: textOr(value, ''),
    label: isMessage(label) ? text(label) : textOr(value, ''),
    id: index === Math.max(0, chosen) ? id : `${id}--${String(index + 1)}`,
    selected: selected.includes(value),
  }));
}

/** Sentences quote the label as it is: each language has its own rules for capital letters. */
function withLabel({ id, values }: Message, label: string): Message {
  return { id, values: { label, ...values } };
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
