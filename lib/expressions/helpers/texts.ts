import { builtin } from '../../python/types/define.js';
import { asText } from '../../python/types/arguments.js';
import { findMatch } from '../../python/modules/re-match.js';
import { replaceAll } from '../../python/modules/re-functions.js';
import { patternOf } from '../../python/modules/re.js';
import { addressFunctions } from '../../python/modules/ipaddress.js';
import { isObject } from '../../python/values/type-of.js';
import { textOf } from '../../python/values/protocols.js';
import type { Run } from '../../python/run/machine.js';
import type { Value } from '../../python/values/value.js';

/** Django's `slugify` without Unicode. */
function slugOf(text: string): string {
  const ascii = text
    .normalize('NFKD')
    .replaceAll(/[^\0-\x7f]/g, '')
    .toLowerCase();
  return ascii
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(/[-\s]+/g, '-')
    .replaceAll(/^[-_]+|[-_]+$/g, '');
}

/** Helpers that need nothing of the app. */
export const textHelpers: Readonly<Record<string, Value>> = {
  regex_match: builtin(
    'regex_match',
    'value, regex',
    (m, [value, pattern]) => findMatch(m, patternOf(m, pattern, undefined), asText(m, value), 'search') !== null,
  ),
  regex_replace: builtin('regex_replace', 'value, regex, repl', function* (m, [value, pattern, by = '']): Run {
    return (yield* replaceAll(m, patternOf(m, pattern, undefined), by, value, 0))[0];
  }),
  list_flatten: builtin('list_flatten', 'value', (_, [value = null]) =>
    isObject(value) && (value.type === 'list' || value.type === 'tuple') ? (value.items[0] ?? null) : value,
  ),
  slugify: builtin('slugify', 'value', (m, [value = null]) => {
    const text = textOf(m, value);
    m.visit(text.length * 4);
    return slugOf(text);
  }),
  ip_address: addressFunctions.ip_address,
  ip_network: addressFunctions.ip_network,
};
