import type { Message } from '../base/message.js';
import { message } from '../base/message.js';
import type { FieldView } from './field-view.js';

/** Stands for the passwords of a form whose password is saved; `fields` replace it with another one. */
export interface SavedPasswordView {
  /** The sentence that says so. */
  readonly text: string;
  /** The words that open `fields`. */
  readonly change: string;
  readonly fields: readonly FieldView[];
}

/**
 * The fields of a form, with its saved passwords as one field in the place of the first. Templates that draw fields in
 * their own way see an optional password field, which means the same.
 */
export function withSavedPassword(
  fields: readonly FieldView[],
  isSaved: ReadonlySet<string>,
  text: (message: Message) => string,
): readonly FieldView[] {
  const saved = fields.filter(({ key }) => isSaved.has(key));
  const [first] = saved;
  if (first === undefined) return fields;
  const view: FieldView = {
    ...first,
    element: '/elements/field-saved',
    saved: {
      text: text(message('field.password_saved')),
      change: text(message('field.password_change')),
      fields: saved,
    },
  };
  return fields.flatMap((field) => (field === first ? [view] : isSaved.has(field.key) ? [] : [field]));
}
