import { messageOf, type Message, type Texts } from './message.js';
import type { ValuesIn } from './texts/english.js';

// A template or a language may use sentences of definitions that are in no configured flow.
const defined = new Map<string, string>();

/**
 * Messages of the app's own definitions and templates, by id. An id without a text does not compile.
 * ```ts
 * const own = defineMessages({ 'club.closed': 'We are closed until {day}.' });
 * definePolicy({ name: 'open', messages: own.texts, check: () => own.message('club.closed', { day: 'Monday' }) });
 * ```
 */
export function defineMessages<const T extends Texts>(
  texts: T,
): {
  /** Pass it as `messages` of the definition. */
  readonly texts: T;
  message<Id extends keyof T & string>(id: Id, values?: ValuesIn<T[Id]>): Message;
} {
  for (const [id, text] of Object.entries(texts)) defined.set(id, text);
  return Object.freeze({
    texts: Object.freeze({ ...texts }),
    message: <Id extends keyof T & string>(id: Id, values?: ValuesIn<T[Id]>) => messageOf(id, values),
  });
}

/** The texts of all messages that this process has defined. */
export function definedTexts(): Texts {
  return Object.fromEntries(defined);
}
