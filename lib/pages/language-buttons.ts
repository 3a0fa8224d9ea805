import type { ViewModel } from './view-model.js';

/**
 * True for a page whose language switch and links submit the form as they should: their buttons stand behind the form
 * with that `id`. Before the form they would be what Enter presses in a field, and without it they would do nothing. A switch of
 * links is good everywhere.
 */
export function switchesLanguage(html: string, { form }: Pick<ViewModel, 'form'>): boolean {
  if (form === null || form.id === null) return true;
  const button = placeOf(html, 'form', form.id);
  if (button === -1) return true;
  const start = placeOf(html, 'id', form.id);
  // Without a field, Enter presses nothing.
  if (form.fields.length === 0) return start !== -1;
  const end = start === -1 ? -1 : html.indexOf('</form>', start);
  return end !== -1 && end < button;
}

/** Where an attribute has this value, in any way of quoting; -1: nowhere. */
function placeOf(html: string, attribute: 'form' | 'id', value: string): number {
  return html.search(new RegExp(`\\s${attribute}\\s*=\\s*(["']?)${value}\\1(?=[\\s/>])`, 'i'));
}
