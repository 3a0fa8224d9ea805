import type { english, MessageId, ValuesIn } from './texts/english.js';

/**
 * A sentence for a person, by id. The catalogue turns it into text; `values` fill its `{name}` places.
 * Nothing that a visitor sees is written anywhere else.
 */
export interface Message {
  readonly id: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** Messages by field key; `''` is the whole form. */
export type FieldErrors = Readonly<Record<string, readonly Message[]>>;

/** Default texts by message id. */
export type Texts = Readonly<Record<string, string>>;

/** Either a checked value or what is wrong with each field. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: FieldErrors };

/** A sentence of the kit. Sentences of one's own: `defineMessages`. */
export function message<Id extends MessageId>(id: Id, values?: ValuesIn<(typeof english)[Id]>): Message {
  return messageOf(id, values);
}

/** A sentence about a field that names it: the page fills in the field's label, in lower case. */
export function labeled(id: 'stage.prompt.required' | 'sign_in.required'): Message {
  return { id };
}

/** A text with an id; the compiler checks ids and places where they are written down. */
export function messageOf(id: string, values?: Readonly<Record<string, string | number>>): Message {
  return values === undefined ? { id } : { id, values };
}

/** A wait in whole minutes, at least one, as sentences give it. */
export function minutesOf(seconds: number): number {
  return Math.max(1, Math.ceil(seconds / 60));
}
