import type { ViewModel } from './view-model.js';

/**
 * True for a page whose language switch submits the form as it should: its buttons stand behind the form with that
 * `id`. Before the form they would be what Enter presses in a field, and without it they would do nothing. A switch of
 * links is good everywhere.
 */
export function switchesLanguage(html: string, { form }: Pick<ViewModel, 'form'>): boolean {
  if (form === null || form.id === null) return true;
  const button = html.indexOf(`form="${form.id}"`);
  if (button === -1) return true;
  const start = html.indexOf(`id="${form.id}"`);
  const end = start === -1 ? -1 : html.indexOf('</form>', start);
  return end !== -1 && end < button;
}
