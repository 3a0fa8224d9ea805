import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { isTrue } from '../values/protocols.js';
import { integerOf, isInteger, isObject } from '../values/type-of.js';
import type { PyModule, Value } from '../values/value.js';
import { asText } from '../types/arguments.js';
import { builtins } from '../types/define.js';
import { exceptionClasses } from '../types/exceptions.js';
import { readJson } from './json-read.js';
import { writeJson } from './json-write.js';

function indentOf(m: Machine, value: Value): string | null {
  if (value === null) return null;
  if (!isInteger(value)) return asText(m, value);
  const size = integerOf(value);
  if (size > 100n) return raise(m, 'ValueError', 'indent is too large');
  return ' '.repeat(size < 0n ? 0 : Number(size));
}

function separatorsOf(m: Machine, value: Value, isIndented: boolean): readonly [string, string] {
  if (value === null) return [isIndented ? ',' : ', ', ': '];
  if (!isObject(value) || (value.type !== 'tuple' && value.type !== 'list') || value.items.length !== 2)
    return raise(m, 'ValueError', 'separators must be (item_separator, key_separator)');
  return [asText(m, value.items[0]), asText(m, value.items[1])];
}

export const jsonModule: PyModule = {
  type: 'module',
  name: 'json',
  members: new Map<string, Value>([
    ...builtins({
      loads: ['s', (m, [text]) => readJson(m, asText(m, text))],
      dumps: [
        'obj, *, ensure_ascii=, indent=, separators=, sort_keys=',
        (m, [value = null, ascii = true, indent = null, separators = null, sort = false]) => {
          const indentation = indentOf(m, indent);
          return writeJson(m, value, {
            isAscii: isTrue(m, ascii),
            indent: indentation,
            separators: separatorsOf(m, separators, indentation !== null),
            isSorted: isTrue(m, sort),
          });
        },
      ],
    }),
    ['JSONDecodeError', exceptionClasses.get('JSONDecodeError') ?? null],
  ]),
};
