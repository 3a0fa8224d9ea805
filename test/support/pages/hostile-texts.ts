import { literal } from '../../../lib/flow/policy.js';
import type { PageModel } from '../../../lib/pages/page-model.js';

/** Texts that people and providers can bring into a page, by what makes them difficult. */
export const hostileTexts = {
  markup: `</title></label></textarea><script>alert(1)</script><img src=x onerror=alert(1)> "><b>'&amp;`,
  long: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(3),
  bidirectional: 'مرحبا \u202eabc\u202c \u2067def\u2069 123-456 (!)',
} as const;

/**
 * The page with this text in every place that a sentence or a typed value can have: title, labels, helps, choices,
 * errors, links, buttons. Ids, addresses and the names of views stay.
 */
export function withText(model: PageModel, text: string): PageModel {
  const { form } = model;
  return {
    ...replaced(model, text),
    form:
      form === null
        ? null
        : { ...replaced(form, text), typed: Object.fromEntries(Object.keys(form.typed).map((key) => [key, text])) },
    reference: model.reference === null ? null : text,
  };
}

/** Replaces each message, wherever it stands in a value. */
function replaced<Value>(value: Value, text: string): Value;
function replaced(value: unknown, text: string): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => replaced(one, text));
  if (typeof value !== 'object' || value === null) return value;
  if ('id' in value && typeof value.id === 'string' && hasMessageKeysOnly(value)) return literal(text);
  return Object.fromEntries(Object.entries(value).map(([key, one]: [string, unknown]) => [key, replaced(one, text)]));
}

function hasMessageKeysOnly(value: object): boolean {
  return Object.keys(value).every((key) => key === 'id' || key === 'values');
}
