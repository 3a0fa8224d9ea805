import { messageOf, type Message, type Texts } from './message.js';
import type { ValuesIn } from './texts/english.js';

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
  /** Pass it as `messages` of the definition, or as the option `ownMessages` for templates. */
  readonly texts: T;
  message<Id extends keyof T & string>(id: Id, values?: ValuesIn<T[Id]>): Message;
} {
  return Object.freeze({
    texts: Object.freeze({ ...texts }),
    message: <Id extends keyof T & string>(id: Id, values?: ValuesIn<T[Id]>) => messageOf(id, values),
  });
}
