import { isJsonObject, type Json, type JsonObject } from '../base/json.js';
import { linkedText, type TextPart } from '../base/linked-text.js';
import type { Message } from '../base/message.js';
import { displayOf, limitOf, linksOf, textOr, valueOf, type FieldDisplay } from './field-values.js';
import type { SavedPasswordView } from './saved-password.js';

/** One field as a template sees it: plain texts, ready to be escaped. */
export interface FieldView {
  /** The input's `name`. */
  readonly key: string;
  /** The key as an HTML id; that of its errors ends in `-error`, that of its help in `-help`. */
  readonly id: string;
  /** The prompt's type, e.g. `username`. */
  readonly type: string;
  /** How it is shown: as an input, as a text, as an alert, as a line between fields, or not at all. */
  readonly display: FieldDisplay;
  /** The element that renders it, e.g. `/elements/field-text`. */
  readonly element: string;
  /** The `type` of its `<input>`. */
  readonly input: string;
  /** The label, as plain text. */
  readonly label: string;
  /** The label in parts, where it has links: their `href` is a text then. `null`: it has none. */
  readonly labelParts: readonly TextPart[] | null;
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
  /** The last answer, or the initial value; always empty for a password. A checked box has one. */
  readonly value: string;
  /** HTML of the app instead of a value, to be printed as it is; `null`: none. */
  readonly valueHtml: string | null;
  /** What there is to choose from; `null` for a field that is typed. */
  readonly choices: readonly ChoiceView[] | null;
  /** A sentence below the label. */
  readonly help: string | null;
  /** HTML of the app instead of the sentence, to be printed as it is; `null`: none. */
  readonly helpHtml: string | null;
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
  /** The least number, date or time; `null`: no limit. */
  readonly min: string | null;
  /** The most; `null`: no limit. */
  readonly max: string | null;
  /** The distance of allowed numbers; `null`: whole ones. */
  readonly step: string | null;
  /** The lines of an input with several. */
  readonly rows: number;
  /** The files that the browser offers, e.g. `image/png,.pdf`; `null`: any. */
  readonly accept: string | null;
  /** What password managers suggest, in Apple's notation: `minlength: 15; maxlength: 128;`. */
  readonly passwordrules: string | null;
  /** Input attribute. */
  readonly spellcheck: boolean;
  /** `ltr` for codes, addresses, names for signing in and passwords; `auto`: the direction of what is typed. */
  readonly dir: 'ltr' | 'auto';
  /** The first invalid field, or else the one that has to be typed again. */
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

export interface FieldState {
  readonly id: string;
  readonly typed: string | readonly string[] | undefined;
  readonly errors: readonly Message[];
  /** True until a field of the form has the focus. */
  readonly canFocus: boolean;
  /** True for the field that has to be typed again, where none has an error. */
  readonly isNext: boolean;
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
  ['checkbox', { input: 'checkbox' }],
  ['text_area', { input: 'textarea' }],
  ['text_area_read_only', { input: 'textarea', readonly: true }],
  ['hidden', { input: 'hidden', display: 'none' }],
  ['static', { display: 'text' }],
  ['text_read_only', { readonly: true }],
  ['username_read_only', { readonly: true, autocomplete: 'username' }],
]);
/** The element of each display, and of inputs that are not typed into one line. */
const elements: ReadonlyMap<string, string> = new Map([
  ['text', 'field-static'],
  ['alert', 'field-alert'],
  ['separator', 'field-separator'],
  ['none', 'field-hidden'],
]);
const inputElements: ReadonlyMap<string, string> = new Map([
  ['textarea', 'field-textarea'],
  ['checkbox', 'field-checkbox'],
  ['file', 'field-file'],
]);

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
  const display = displayOf(field['display']) ?? defaults.display ?? 'input';
  const html = (name: string): string | null => textOr(field[name], '') || null;
  const helpHtml = html('sub_text_html');
  const code = input === 'text' && (autocomplete === 'one-time-code' || field['code'] === true);
  const plain = code || autocomplete.startsWith('username') || !['text', 'textarea'].includes(input);
  const own = `elements/field-${type}`;
  const describedby = [help === null && helpHtml === null ? '' : `${state.id}-help`, invalid ? `${state.id}-error` : '']
    .filter(Boolean)
    .join(' ');
  // What is refused in a hidden field cannot be corrected: it gets the server's value, which may have changed.
  const keeps = !readonly && !(display === 'none' && invalid);
  const held = (keeps ? state.typed : undefined) ?? field['initial_value'];
  const choices = choicesOf(field, state, { held, input });
  // Every input needs a name; a static text does not.
  const said = words(field['label']) ?? (display === 'input' ? key : '');
  const links = linksOf(field['label_links']);
  const labelParts = links === null ? null : linkedText(said, links);
  const label = labelParts === null ? said : labelParts.map(({ text }) => text).join('');
  return {
    key,
    id: state.id,
    type,
    display,
    element:
      /^[-\w]+$/.test(type) && state.has(own)
        ? `/${own}`
        : `/elements/${elements.get(display) ?? (choices === null ? (inputElements.get(input) ?? 'field-text') : 'field-choices')}`,
    input,
    label,
    labelParts,
    required: field['required'] === true,
    readonly,
    code,
    entryLink: field['entry_link'] === true,
    placeholder: words(field['placeholder']),
    value: valueOf(held, input, choices !== null),
    valueHtml: html('initial_html'),
    choices,
    help,
    helpHtml,
    errors: state.errors.map((error) => state.text(withLabel(error, label))),
    invalid,
    autocomplete,
    autocapitalize: textOr(field['autocapitalize'], code ? 'characters' : plain ? 'none' : '') || null,
    inputmode: textOr(field['inputmode'], '') || null,
    enterkeyhint: textOr(field['enterkeyhint'], '') || state.enterkeyhint,
    minlength: typeof field['minlength'] === 'number' ? field['minlength'] : null,
    min: limitOf(field['min']),
    max: limitOf(field['max']),
    step: limitOf(field['step']),
    rows: typeof field['rows'] === 'number' ? field['rows'] : 4,
    accept: textOr(field['accept'], '') || null,
    passwordrules: textOr(field['passwordrules'], '') || null,
    spellcheck: !plain,
    dir: plain ? 'ltr' : 'auto',
    autofocus: state.canFocus && (invalid || state.isNext) && display === 'input',
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

export function isMessage(json: Json | undefined): json is JsonObject & Message {
  return (
    isJsonObject(json) &&
    typeof json['id'] === 'string' &&
    (json['values'] === undefined || isJsonObject(json['values']))
  );
}
