import { isJsonObject } from './json.js';

/**
 * The paths of keys named `__proto__` in plain records and lists. `JSON.parse` makes such keys; a schema does not see
 * them, and a copy of the record would give them to its prototype.
 */
export function prototypeKeys(given: unknown): readonly string[] {
  const seen = new Set<object>();
  const look = (value: unknown, path: readonly string[]): readonly string[] => {
    if (!Array.isArray(value) && !isJsonObject(value)) return [];
    // The same record may be in several places; a flow may lead back to itself.
    if (seen.has(value)) return [];
    seen.add(value);
    return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([key, { value: inner }]) => {
      const at = [...path, key];
      return key === '__proto__' ? [at.join('.')] : look(inner, at);
    });
  };
  return look(given, []);
}
