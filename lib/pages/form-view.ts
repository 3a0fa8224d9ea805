import { isJsonList, isJsonObject, type Json, type JsonObject } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import { isMessage, type FieldView } from './field-view.js';
import type { TextPart } from '../base/linked-text.js';
import { summarized } from './error-summary.js';
import type { SharedFields } from './shared-fields.js';
import type { PageForm, PageTime, TimeLimit } from './page-model.js';
import { withSavedPassword } from './saved-password.js';

/** The form as a template sees it. */
export interface FormView {
  /**
   * The `id` of the form: the language switch and links with a `button` submit it, so that what is typed is kept. `null`
   * where there is nothing to keep, or neither of them.
   */
  readonly id: string | null;
  /** Where to post. */
  readonly action: string;
  /** `multipart/form-data` for a form with a file; `null`: the usual one. */
  readonly enctype: string | null;
  /** Must be sent along, otherwise the answer is 403: it contains the signature of the step. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  /** In order; see below. */
  readonly fields: readonly FieldView[];
  /** The error summary: the form's own errors, then those of the fields from top to bottom. */
  readonly errors: readonly ErrorView[];
  /** True if the form has one input. */
  readonly single: boolean;
  /** The button's text. */
  readonly submit: string;
  /** A second button: it sends its name and value with the form. `null`: there is none. */
  readonly alternative: {
    readonly name: string;
    readonly value: string;
    readonly label: string;
    /** True where it leads to what removes something. */
    readonly destructive: boolean;
  } | null;
  /** True where the button discards or ends something. */
  readonly discards: boolean;
  /**
   * Where the button creates an account: the sentence that names terms and privacy policy, in parts `{ text, href }`;
   * `href` is null for plain text. `null` where there is nothing to agree to.
   */
  readonly consent: readonly TextPart[] | null;
  /** How long the form is accepted as it is, for the script that says so in time; `null`: long enough. */
  readonly time: TimeView | null;
  /** Titles that the fragment of the address may choose, for the script that does so; `null`: none. */
  readonly words: readonly { readonly type: string; readonly app: string | null; readonly title: string }[] | null;
}

interface TimeView {
  /** In the order in which they end: what to say two minutes before, and then. */
  readonly limits: readonly {
    /** What ends. */
    readonly of: TimeLimit['of'];
    readonly seconds: number;
    readonly ending: string;
    readonly ended: string;
    /** The button that asks for more time; `null`: there is no more. */
    readonly extend: string | null;
  }[];
  /** What to say when there is more. */
  readonly extended: string;
  /** What to say when asking for it failed: the browser is offline, or the server. */
  readonly failed: string;
}

/** What is wrong with one field, or with the form as a whole. */
interface ErrorView {
  readonly texts: readonly string[];
  /** The same for the summary: each sentence names its field. */
  readonly named: readonly string[];
  /** The field's label; `null` for the form. */
  readonly label: string | null;
  /** Links to the field; `null` for the form. */
  readonly href: string | null;
}

export interface FormWords {
  readonly consent: readonly TextPart[] | null;
  readonly text: (message: Message) => string;
  /** The fields of this language that follow from the configuration alone. */
  readonly sharedFields: SharedFields;
}

/** The `id` of a form that something beside it submits. */
export const formId = 'enrollment-form';

/**
 * `has`: whether a view exists. `switchable`: whether something beside the form may submit it. `isCarrier`: true where a
 * link does, whether there is a field or not.
 */
export function formView(
  form: PageForm,
  challenge: JsonObject,
  words: FormWords,
  {
    has,
    switchable,
    isCarrier,
  }: {
    readonly has: (view: string) => boolean;
    readonly switchable: boolean;
    readonly isCarrier: boolean;
  },
): FormView {
  const asked = isJsonList(challenge['fields']) ? challenge['fields'].filter(isJsonObject) : [];
  const ids = new Set<string>();
  const lastTyped = asked.findLast(isTyped);
  const isSaved = new Set(asked.filter((field) => field['saved'] === true).map(keyOf));
  let focus: string | null = null;
  const hasErrors = asked.some((field) => (ownOf(form.errors, keyOf(field)) ?? []).length > 0);
  const fields = asked.map((field) => {
    const key = keyOf(field);
    const errors = ownOf(form.errors, key) ?? [];
    const view = words.sharedFields.view(field, {
      id: idOf(key, ids),
      typed: ownOf(form.typed, key),
      errors,
      canFocus: focus === null,
      isNext: form.focus === key && !hasErrors,
      enterkeyhint: isTyped(field) ? (field === lastTyped ? 'go' : 'next') : null,
      text: words.text,
      has,
    });
    if (view.autofocus) focus = key;
    return view;
  });
  const filledIn = fields.filter((field) => isShown(field) && !field.readonly);
  return {
    id: (switchable && filledIn.length > 0) || isCarrier ? formId : null,
    action: form.action,
    enctype: fields.some(({ input, display }) => input === 'file' && display === 'input')
      ? 'multipart/form-data'
      : null,
    hidden: form.hidden,
    fields: isSaved.size === 0 ? fields : withSavedPassword(fields, isSaved, words.text),
    errors: [
      ...errorsElsewhere(form, fields, words),
      ...fields.filter((field) => isShown(field) && field.invalid).map((field) => errorsOf(field, words)),
    ],
    single: filledIn.length === 1,
    submit: words.text(isMessage(challenge['submit']) ? challenge['submit'] : form.submit),
    alternative: alternativeOf(challenge['alternative'], words),
    discards: form.discards === true,
    consent: form.createsAccount === true ? words.consent : null,
    time: form.time === undefined || form.time === null ? null : timeView(form.time, words),
    words: form.words?.map(({ type, app, title }) => ({ type, app, title: words.text(title) })) ?? null,
  };
}

function alternativeOf(given: Json | undefined, { text }: FormWords): FormView['alternative'] {
  if (!isJsonObject(given)) return null;
  const { name, value, label, destructive } = given;
  if (typeof name !== 'string' || typeof value !== 'string' || !isMessage(label)) return null;
  return { name, value, label: text(label), destructive: destructive === true };
}

const timeTexts = {
  session: { ending: 'session.ending', ended: 'session.ended' },
  password: { ending: 'session.password_ending', ended: 'session.password_ended' },
  seat: { ending: 'session.seat_ending', ended: 'session.seat_ended' },
  source: { ending: 'session.source_ending', ended: 'session.source_ended' },
} as const satisfies Readonly<Record<TimeLimit['of'], unknown>>;

function timeView({ limits }: PageTime, { text }: FormWords): TimeView {
  const extend = text(message('session.extend'));
  return {
    limits: limits.map(({ of, seconds, extendable, source = '' }) => ({
      of,
      seconds,
      ending: text({ id: timeTexts[of].ending, values: { source } }),
      ended: text({ id: timeTexts[of].ended, values: { source } }),
      extend: extendable ? extend : null,
    })),
    extended: text(message('session.extended')),
    failed: text(message('session.extend_failed')),
  };
}

/** Errors of the whole form, and those of fields that visitors do not see. */
function errorsElsewhere(form: PageForm, fields: readonly FieldView[], words: FormWords): readonly ErrorView[] {
  const given = Object.entries(form.errors);
  if (given.length === 0) return [];
  const shown = new Set(fields.filter(isShown).map(({ key }) => key));
  return given
    .filter(([key, errors]) => errors.length > 0 && !shown.has(key))
    .map(([key, errors]) => {
      const texts = fields.find((field) => field.key === key)?.errors ?? errors.map(words.text);
      return { texts, named: texts, label: null, href: null };
    });
}

function errorsOf({ id, label, errors }: FieldView, { text }: FormWords): ErrorView {
  return { texts: errors, named: errors.map((error) => summarized(error, label, text)), label, href: `#${id}` };
}

function keyOf({ field_key: key }: JsonObject): string {
  return typeof key === 'string' ? key : '';
}

const notTyped: ReadonlySet<unknown> = new Set(['checkbox', 'file', 'textarea']);

/** True for an input that is filled in with a keyboard. */
function isTyped({ type, input, display, choices, read_only, saved }: JsonObject): boolean {
  const isInput = display === undefined || display === 'input';
  // The key "Enter" begins a new line in a `textarea`.
  const isOther = type === 'checkbox' || notTyped.has(input);
  return isInput && !isOther && !Array.isArray(choices) && read_only !== true && saved !== true;
}

/** Hidden and static fields cannot be corrected by a visitor. */
function isShown(field: FieldView): boolean {
  return field.display === 'input';
}

/** `attributes.team` → `field-attributes-team`; a second key with the same result gets a number. */
function idOf(key: string, taken: Set<string>): string {
  const base = `field-${key.replace(/[^A-Za-z0-9_-]/g, '-')}`;
  let id = base;
  for (let count = 2; taken.has(id); count += 1) id = `${base}-${count}`;
  taken.add(id);
  return id;
}

function ownOf<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
