/** Draws the fields of a challenge, and reads what was typed. */
import { element } from './dom.js';

/** @import { PromptField } from './client.js' */

/** @typedef {Readonly<Record<string, string | boolean | File | readonly string[]>>} Values */
/** @typedef {Readonly<Record<string, readonly { readonly string: string }[]>>} Errors */

// What is drawn by the component itself, or helps a page alone.
const drawnElsewhere = new Set(['captcha', 'passkey', 'passkey_autofill', 'qr_code', 'recovery_codes']);

const alertClasses = new Map([
  ['alert_warning', 'enrollment-alert--warning'],
  ['alert_danger', 'enrollment-alert--danger'],
]);

// The input of authentik's types, where a field does not say it itself.
const inputs = new Map([
  ['email', 'email'],
  ['password', 'password'],
  ['checkbox', 'checkbox'],
  ['number', 'number'],
  ['file', 'file'],
  ['text_area', 'textarea'],
]);

/**
 * @param {readonly PromptField[]} fields
 * @returns {readonly PromptField[]}
 */
export function shownFields(fields) {
  return fields.filter(({ type, display }) => !drawnElsewhere.has(type) && display !== 'none');
}

/**
 * The fields as they were filled in, but for passwords and files: challenges do not repeat what was typed.
 *
 * @param {readonly PromptField[]} fields
 * @param {object} typed
 * @returns {readonly PromptField[]}
 */
export function withTyped(fields, typed) {
  const values = new Map(Object.entries(typed));
  return fields.map((field) => {
    /** @type {unknown} */
    const value = values.get(field.field_key);
    if (field.read_only === true || field.display === 'none' || inputOf(field) === 'password') return field;
    if (Array.isArray(value)) return { ...field, initial_values: value.map(String) };
    return typeof value === 'string' || typeof value === 'boolean' ? { ...field, initial_value: String(value) } : field;
  });
}

/**
 * @param {PromptField} field
 * @param {Errors} errors
 * @returns {HTMLElement}
 */
export function drawField(field, errors) {
  const { label, display, choices } = field;
  if (display === 'separator')
    return element(
      'div',
      { class: 'enrollment-separator' },
      element('hr', { class: 'enrollment-separator__line' }),
      label === '' ? null : element('h2', { class: 'enrollment-separator__label' }, label),
    );
  if (display === 'alert')
    return element(
      'div',
      { class: `enrollment-alert ${alertClasses.get(field.type) ?? ''}`, role: 'note' },
      element('p', { class: 'enrollment-alert__label' }, label),
      element('p', { class: 'enrollment-alert__text' }, field.sub_text),
    );
  if (display === 'text')
    return element(
      'div',
      { class: 'enrollment-field' },
      element('p', { class: 'enrollment-field__label' }, label),
      element('p', { class: 'enrollment-field__text' }, field.initial_value),
      helpOf(field),
    );
  if (inputOf(field) === 'checkbox' && choices === null) return drawBox(field, errors);
  if (choices !== null && inputOf(field) !== 'select') return drawGroup(field, choices, errors);
  return element(
    'div',
    { class: classOf(field, errors) },
    element('label', { class: 'enrollment-field__label', for: idOf(field) }, ...labelOf(field), optional(field)),
    helpOf(field),
    errorOf(field, errors),
    choices === null ? drawInput(field, errors) : drawSelect(field, choices, errors),
  );
}

/**
 * What was typed and chosen, by key. A box that is not checked is `false`; a file that was not chosen is left out.
 *
 * @param {HTMLFormElement} form
 * @param {readonly PromptField[]} fields
 * @returns {Values}
 */
export function valuesOf(form, fields) {
  const data = new FormData(form);
  const asked = fields.filter(
    ({ display, read_only }) => display !== 'text' && display !== 'alert' && read_only !== true,
  );
  return Object.fromEntries(
    asked
      .filter(({ type, display }) => display !== 'separator' && !drawnElsewhere.has(type))
      .map((field) => [field.field_key, valueOf(field, data)])
      .filter(([, value]) => value !== null),
  );
}

/** @param {PromptField} field @param {FormData} data @returns {Values[string] | null} `null`: no file was chosen */
function valueOf(field, data) {
  const { field_key: key, choices, display, initial_value } = field;
  if (display === 'none') return initial_value;
  if (inputOf(field) === 'checkbox') return choices === null ? data.has(key) : data.getAll(key).map(String);
  const value = data.get(key);
  if (value instanceof File) return value.name === '' ? null : value;
  return value ?? '';
}

/** @param {PromptField} field */
export function idOf({ field_key }) {
  return `field-${field_key.replace(/[^\w-]/g, '-')}`;
}

/** @param {PromptField} field @param {Errors} errors */
function drawInput(field, errors) {
  const { initial_value: value, autocomplete } = field;
  const type = inputOf(field);
  const attributes = {
    ...inputAttributes(field, errors),
    class: `enrollment-field__input${field['code'] === true ? ' enrollment-field__input--code' : ''}`,
    placeholder: field.placeholder || null,
    readonly: field.read_only === true,
    autocomplete: autocomplete ?? 'off',
    inputmode: textAt(field, 'inputmode') || null,
    accept: textAt(field, 'accept') || null,
  };
  if (type === 'textarea') return element('textarea', { ...attributes, rows: 4 }, value);
  const limits = { min: limitAt(field, 'min'), max: limitAt(field, 'max'), step: limitAt(field, 'step') };
  const isKept = type !== 'password' && type !== 'file';
  return element('input', { ...attributes, ...limits, type, value: isKept ? value : null });
}

/** @param {PromptField} field @param {NonNullable<PromptField['choices']>} choices @param {Errors} errors */
function drawSelect(field, choices, errors) {
  const attributes = { ...inputAttributes(field, errors), class: 'enrollment-field__input' };
  const options = choices.map(({ value, label }) =>
    element('option', { value, selected: value === field.initial_value }, label),
  );
  return element('select', attributes, element('option', { value: '' }, field.placeholder), ...options);
}

/** Radio buttons, or boxes of which several may be checked. */
/** @param {PromptField} field @param {NonNullable<PromptField['choices']>} choices @param {Errors} errors */
function drawGroup(field, choices, errors) {
  const chosen = field.initial_values ?? [field.initial_value];
  const isRadio = inputOf(field) !== 'checkbox';
  const boxes = choices.map(({ value, label }, at) => {
    // The first one has the field's own id: the summary of errors leads to it.
    const id = at === 0 ? idOf(field) : `${idOf(field)}--${at + 1}`;
    const attributes = { id, name: field.field_key, value, type: isRadio ? 'radio' : 'checkbox' };
    return element(
      'div',
      { class: 'enrollment-field--checkbox' },
      element('input', { ...attributes, class: 'enrollment-field__box', checked: chosen.includes(value) }),
      element('label', { class: 'enrollment-field__tick', for: id }, label),
    );
  });
  return element(
    'fieldset',
    { class: `${classOf(field, errors)} enrollment-field--choices`, 'aria-describedby': describedBy(field, errors) },
    element('legend', { class: 'enrollment-field__label' }, ...labelOf(field), optional(field)),
    helpOf(field),
    errorOf(field, errors),
    ...boxes,
  );
}

/** @param {PromptField} field @param {Errors} errors */
function drawBox(field, errors) {
  return element(
    'div',
    { class: `${classOf(field, errors)} enrollment-field--checkbox` },
    errorOf(field, errors),
    element('input', {
      ...inputAttributes(field, errors),
      class: 'enrollment-field__box',
      type: 'checkbox',
      checked: field.initial_value !== '' && field.initial_value !== 'false',
    }),
    element('label', { class: 'enrollment-field__tick', for: idOf(field) }, ...labelOf(field)),
    helpOf(field),
  );
}

/** @param {PromptField} field @param {Errors} errors */
function inputAttributes(field, errors) {
  return {
    id: idOf(field),
    name: field.field_key,
    required: field.required,
    'aria-invalid': errors[field.field_key] === undefined ? null : 'true',
    'aria-describedby': describedBy(field, errors),
  };
}

/** @param {PromptField} field @param {Errors} errors */
function describedBy(field, errors) {
  const ids = [
    ...(field.sub_text === '' ? [] : [`${idOf(field)}-help`]),
    ...(errors[field.field_key] === undefined ? [] : [`${idOf(field)}-error`]),
  ];
  return ids.length === 0 ? null : ids.join(' ');
}

/** @param {PromptField} field */
function helpOf(field) {
  if (field.sub_text === '') return null;
  return element('p', { class: 'enrollment-field__help', id: `${idOf(field)}-help` }, field.sub_text);
}

/** @param {PromptField} field @param {Errors} errors */
function errorOf(field, errors) {
  const own = errors[field.field_key];
  if (own === undefined) return null;
  const texts = own.map(({ string }) => element('p', {}, string));
  return element('div', { class: 'enrollment-field__error', id: `${idOf(field)}-error` }, ...texts);
}

/** The label, with its links. */
/** @param {PromptField} field @returns {readonly (Node | string)[]} */
function labelOf({ label, label_parts: parts, field_key: key }) {
  if (parts === undefined) return [label === '' ? key : label];
  return parts.map(({ text, href }) =>
    href === null ? text : element('a', { class: 'enrollment-link', href, target: '_blank' }, text),
  );
}

/** @param {PromptField} field */
function optional({ required, read_only: isReadOnly }) {
  return required || isReadOnly === true
    ? null
    : element('span', { class: 'enrollment-field__optional' }, ' (optional)');
}

/** @param {PromptField} field @param {Errors} errors */
function classOf({ field_key }, errors) {
  return `enrollment-field${errors[field_key] === undefined ? '' : ' enrollment-field--invalid'}`;
}

/** @param {PromptField} field @returns {string} */
function inputOf(field) {
  return textAt(field, 'input') || (inputs.get(field.type) ?? 'text');
}

/** @param {object} record @param {string} key @returns {string} */
function textAt(record, key) {
  const value = new Map(Object.entries(record)).get(key);
  return typeof value === 'string' ? value : '';
}

/** @param {PromptField} field @param {string} key */
function limitAt(field, key) {
  const value = field[key];
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
