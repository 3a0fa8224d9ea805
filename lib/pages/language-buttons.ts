import { formId } from './form-view.js';
import type { ViewModel } from './view-model.js';

/**
 * True for a page whose language switch and links submit the form as they should: their buttons stand behind the form
 * with that `id`. Before the form they would be what Enter presses in a field, and without it they would do nothing. A switch of
 * links is good everywhere.
 */
export function switchesLanguage(html: string, { form }: Pick<ViewModel, 'form'>): boolean {
  if (form === null || form.id === null) return true;
  const button = html.search(buttonOfForm);
  if (button === -1) return true;
  const start = html.search(formItself);
  // Without a field, Enter presses nothing.
  if (form.fields.length === 0) return start !== -1;
  const end = start === -1 ? -1 : html.indexOf('</form>', start);
  return end !== -1 && end < button;
}

const buttonOfForm = attributeOf('form');
const formItself = attributeOf('id');

/** An attribute that names the form, in any way of quoting. */
function attributeOf(name: 'form' | 'id'): RegExp {
  return new RegExp(`\\s${name}\\s*=\\s*(["']?)${formId}\\1(?=[\\s/>])`, 'i');
}
