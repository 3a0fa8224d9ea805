import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { charactersOf } from '../values/code-points.js';
import { dictOf, entryOf } from '../values/create.js';
import { integerOf, isInteger, isObject, typeName } from '../values/type-of.js';
import type { Value } from '../values/value.js';
import { asText } from './arguments.js';
import { builtin } from './define.js';
import { made } from './text-shapes.js';

/** `str.translate` */
export function translated(m: Machine, text: string, table: Value): string {
  if (!isObject(table) || table.type !== 'dict') return raise(m, 'TypeError', 'the table must be a dict');
  let length = 0;
  const grown = (part: string): string => {
    m.growText(length, part.length);
    length += part.length;
    return part;
  };
  const parts = charactersOf(text).map((character) => {
    const to = entryOf(m, table, pointOf(character));
    if (to === undefined) return character;
    if (to.value === null) return '';
    return isInteger(to.value) ? characterAt(m, integerOf(to.value)) : grown(asText(m, to.value));
  });
  return made(m, parts.join(''));
}

function characterAt(m: Machine, point: bigint): string {
  if (point < 0n || point > 0x10ffffn) return raise(m, 'ValueError', 'character mapping must be in range(0x110000)');
  return String.fromCodePoint(Number(point));
}

/** `str.maketrans` */
export const maketrans = builtin('maketrans', 'x, y=, z=, /', (m, [from = null, to, without]) => {
  if (to === undefined) return dictOf(m, pointsOf(m, from));
  const [keys, values] = [from, to].map((text) => charactersOf(asText(m, text)));
  const gone = without === undefined ? [] : charactersOf(asText(m, without));
  if (keys === undefined || values?.length !== keys.length)
    return raise(m, 'ValueError', 'the first two maketrans arguments must have equal length');
  return dictOf(m, [
    ...keys.map((key, index) => [pointOf(key), pointOf(values[index] ?? '')] as const),
    ...gone.map((key) => [pointOf(key), null] as const),
  ]);
});

function pointsOf(m: Machine, table: Value): readonly (readonly [Value, Value])[] {
  if (!isObject(table) || table.type !== 'dict')
    return raise(m, 'TypeError', 'if you give only one argument to maketrans it must be a dict');
  return [...table.entries.values()].map(({ key, value }) => {
    if (isInteger(key)) return [key, value] as const;
    if (typeof key !== 'string')
      return raise(m, 'TypeError', `keys in translate table must be strings or integers, not ${typeName(m, key)}`);
    const [character, ...others] = charactersOf(key);
    if (character === undefined || others.length > 0)
      return raise(m, 'ValueError', 'string keys in translate table must be of length 1');
    return [pointOf(character), value] as const;
  });
}

function pointOf(character: string): bigint {
  return BigInt(character.codePointAt(0) ?? 0);
}
