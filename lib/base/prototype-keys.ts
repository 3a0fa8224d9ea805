import { isJsonObject } from './json.js';

/** A key, and those above it. Most values have no such path to tell, so it is put together only where one has. */
interface KeyPath {
  readonly key: string;
  readonly above: KeyPath | null;
}

/**
 * The paths of keys named `__proto__` in plain records and lists. `JSON.parse` makes such keys; a schema does not see
 * them, and a copy of the record would give them to its prototype.
 */
export function prototypeKeys(given: unknown): readonly string[] {
  const seen = new Set<object>();
  const found: string[] = [];
  const look = (value: unknown, above: KeyPath | null): void => {
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value) && !isJsonObject(value)) return;
    // The same record may be in several places; a flow may lead back to itself.
    if (seen.has(value)) return;
    seen.add(value);
    for (const key of Object.getOwnPropertyNames(value)) {
      const path = { key, above };
      if (key === '__proto__') found.push(pathOf(path));
      else look(Object.getOwnPropertyDescriptor(value, key)?.value, path);
    }
  };
  look(given, null);
  return found;
}

function pathOf({ key, above }: KeyPath): string {
  return above === null ? key : `${pathOf(above)}.${key}`;
}
