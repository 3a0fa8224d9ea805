import type { Json } from '../../base/json.js';

/** Texts for flags, as Django REST framework reads them: a variable of the environment is always a text. */
const flags: ReadonlyMap<Json, boolean> = new Map<Json, boolean>([
  ...['t', 'T', 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON', '1', 1, true].map(
    (one) => [one, true] as const,
  ),
  ...['f', 'F', 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF', '0', 0, false].map(
    (one) => [one, false] as const,
  ),
]);

/** `undefined`: the value is no flag. */
export function flagOf(given: Json): boolean | undefined {
  return flags.get(given);
}

const digits = /^\s*[-+]?\d+(?:_\d+)*(?:\.\d*)?\s*$/;
const longest = 1_000;

/** A number, or a text with one, as Django REST framework reads it; `undefined`: the value is none. */
export function numberOf(given: Json): number | undefined {
  if (typeof given === 'number') return given;
  if (typeof given !== 'string' || given.length > longest || !digits.test(given)) return undefined;
  return Number(given.replaceAll('_', ''));
}
