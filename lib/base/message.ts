import type { JsonObject } from './json.js';
import type { english, MessageId, ValuesIn } from './texts/english.js';

/**
 * A message for a user, by id. The catalog turns it into text; `values` fill its `{name}` placeholders. Everything that
 * a visitor sees is written this way.
 */
export interface Message {
  readonly id: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** Messages by field key; `''` is the whole form. */
export type FieldErrors = Readonly<Record<string, readonly Message[]>>;

/** Default texts by message id. */
export type Texts = Readonly<Record<string, string>>;

/** Either a valid value or the errors by field. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly errors: FieldErrors;
      /** The parts that were valid by themselves, where something can be kept of them. */
      readonly accepted?: Partial<T>;
    };

/** A message of the kit. For the app's own messages see `defineMessages`. */
export function message<Id extends MessageId>(id: Id, values?: ValuesIn<(typeof english)[Id]>): Message {
  return messageOf(id, values);
}

/** A message with an id. The compiler checks ids and placeholders at the definition. */
export function messageOf(id: string, values?: Readonly<Record<string, string | number>>): Message {
  return values === undefined ? { id } : { id, values };
}

/** The message as a challenge carries it. */
export function messageJson({ id, values }: Message): JsonObject {
  return values === undefined ? { id } : { id, values };
}

/** A wait in whole minutes, at least one, as messages state it. */
export function minutesOf(seconds: number): number {
  return Math.max(1, Math.ceil(seconds / 60));
}
