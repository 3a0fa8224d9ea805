import type { JsonObject } from '../base/json.js';
import { labeled, message, type Message } from '../base/message.js';
import { Secret } from '../base/secret.js';
import type { PromptField } from '../flow/stage.js';
import type { LoginField } from '../ports/user-store.js';

/** The longest address has 254 characters (RFC 5321, 4.5.3.1.3); some more for blanks around it. */
const longestIdentifier = 320;

type Read<T> = { readonly value: T } | { readonly error: Message };

/** The field in which people say who they are. `readonly`: what they said on the page before, for them and their password manager to see. */
export function identifierField(fields: readonly LoginField[], value: string, readonly: boolean): PromptField {
  const only = fields.length === 1 ? fields[0] : undefined;
  const type = readonly ? 'username_read_only' : only === 'email' ? 'email' : 'username';
  return fieldOf('uid_field', type, message(`sign_in.${only ?? 'username_or_email'}`), {
    required: !readonly,
    initial_value: value,
    autocomplete: 'username',
    input: only === 'email' && !readonly ? 'email' : 'text',
    read_only: readonly,
  });
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

export function readIdentifier(typed = ''): Read<string> {
  const identifier = typed.trim();
  if (identifier === '') return { error: labeled('sign_in.required') };
  return identifier.length > longestIdentifier
    ? { error: message('sign_in.too_long', { most: longestIdentifier }) }
    : { value: identifier };
}

/** Nothing is trimmed, and any length goes: what no account can have is simply wrong. */
export function readPassword(typed = ''): Read<Secret> {
  return typed === '' ? { error: labeled('sign_in.required') } : { value: new Secret(typed) };
}

// What scripts and apps of their own send for a box that is not ticked.
const unticked: ReadonlySet<string> = new Set(['', '0', 'false', 'off', 'no', 'n', 'f', 'null', 'undefined']);

/** Browsers send a box that is ticked and leave out one that is not. */
export function readTick(typed: string | undefined): boolean {
  return typed !== undefined && !unticked.has(typed.trim().toLowerCase());
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
