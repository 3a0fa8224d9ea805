import type { JsonObject } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import { Secret } from '../base/secret.js';
import type { PromptField } from '../flow/stage.js';
import type { LoginField } from '../ports/user-store.js';

/** The longest address has 254 characters (RFC 5321, 4.5.3.1.3); the rest allows for surrounding blanks. */
const longestIdentifier = 320;

type Read<T> = { readonly value: T } | { readonly error: Message };

/**
 * The field in which users identify themselves. `readonly`: the name from the previous page, visible to them and their
 * password manager.
 */
export function identifierField(fields: readonly LoginField[], value: string, readonly: boolean): PromptField {
  const only = fields.length === 1 ? fields[0] : undefined;
  const type = readonly ? 'username_read_only' : only === 'email' ? 'email' : 'username';
  const label = readonly ? shownLabel(fields, value) : textsOf(fields).label;
  return fieldOf('uid_field', type, message(label), {
    required: !readonly,
    initial_value: value,
    autocomplete: 'username',
    input: only === 'email' && !readonly ? 'email' : 'text',
    // An address is longer to type than a name, and its keyboard has all letters too.
    ...(only === undefined && !readonly ? { inputmode: 'email' } : {}),
    read_only: readonly,
  });
}

/** Shown to its owner, a name is one thing or the other. */
function shownLabel(fields: readonly LoginField[], value: string): IdentifierTexts['label'] {
  return fields.length < 2 || value === ''
    ? textsOf(fields).label
    : textsOf([value.includes('@') ? 'email' : 'username']).label;
}

export function passwordField(): PromptField {
  return fieldOf('password', 'password', message('sign_in.password'), {
    autocomplete: 'current-password',
    input: 'password',
    order: 1,
  });
}

export function rememberField(): PromptField {
  return fieldOf('remember_me', 'checkbox', message('sign_in.remember_me'), { required: false, order: 2 });
}

export function readIdentifier(fields: readonly LoginField[], typed = ''): Read<string> {
  const identifier = typed.trim();
  if (identifier === '') return { error: message(textsOf(fields).blank) };
  return identifier.length > longestIdentifier
    ? { error: message('sign_in.too_long', { most: longestIdentifier }) }
    : { value: identifier };
}

/** Nothing is trimmed, and any length is accepted: a password that no account can have is simply wrong. */
export function readPassword(typed = ''): Read<Secret> {
  return typed === '' ? { error: message('sign_in.blank.password') } : { value: new Secret(typed) };
}

// The values that scripts and custom clients send for an unchecked checkbox.
const unticked: ReadonlySet<string> = new Set(['', '0', 'false', 'off', 'no', 'n', 'f', 'null', 'undefined']);

/** Browsers send a checked checkbox and omit an unchecked one. */
export function readTick(typed: string | undefined): boolean {
  return typed !== undefined && !unticked.has(typed.trim().toLowerCase());
}

const identifierTexts = {
  username: { label: 'sign_in.username', blank: 'sign_in.blank.username' },
  email: { label: 'sign_in.email', blank: 'sign_in.blank.email' },
  both: { label: 'sign_in.username_or_email', blank: 'sign_in.blank.username_or_email' },
} as const;

type IdentifierTexts = (typeof identifierTexts)[keyof typeof identifierTexts];

function textsOf([first, ...others]: readonly LoginField[]): IdentifierTexts {
  return identifierTexts[first === undefined || others.length > 0 ? 'both' : first];
}

function fieldOf(key: string, type: string, label: Message, more: JsonObject): PromptField {
  return {
    field_key: key,
    label: { id: label.id },
    type,
    required: true,
    placeholder: null,
    initial_value: '',
    order: 0,
    sub_text: null,
    choices: null,
    ...more,
  };
}
