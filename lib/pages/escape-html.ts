const special = /[&<>"']/;
const everySpecial = /[&<>"']/g;
const entities: Readonly<Record<string, string>> = Object.freeze({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
});

/**
 * Escapes a value for HTML text or for a quoted attribute. Most texts contain nothing to escape and are returned
 * unchanged.
 */
export function escapeHtml(value: unknown): string {
  if (value === null || value === undefined) return '';
  // oxlint-disable-next-line typescript/no-base-to-string -- a template prints what its app put into `locals.app`
  const text = typeof value === 'string' ? value : String(value);
  return special.test(text) ? text.replace(everySpecial, (found) => entities[found] ?? '') : text;
}
