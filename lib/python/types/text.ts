import { formatMethod } from '../format/format-method.js';
import { percentFormat } from '../format/percent.js';
import { formatText } from '../format/spec.js';
import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { indexIn, isSlice, sliceRange } from '../operators/subscript.js';
import { indexIterator } from '../values/iterators.js';
import { charactersOf, compareTexts, lengthOf, sliceOf } from '../values/code-points.js';
import { entryOf, list, tuple } from '../values/create.js';
import { textOf } from '../values/protocols.js';
import { textRepr } from '../values/text-repr.js';
import { integerOf, isInteger, isObject, typeName } from '../values/type-of.js';
import type { Value } from '../values/value.js';
import { asSmall, asText } from './arguments.js';
import { defineClass } from './define.js';
import { casefolded, capitalized, swapped, titled } from './text-cases.js';
import { textFind, type Found } from './text-find.js';
import { splitLines, splitText, splitTextRight } from './text-split.js';
import { aligned, joined, made, repeatText, replaced, stripped } from './text-shapes.js';
import { maketrans, translated } from './text-translate.js';
import { textKinds } from './text-kinds.js';
import { hasAffix, placeOf, placesOf } from './text-search.js';

function startsOrEnds(
  m: Machine,
  text: string,
  affix: Value,
  range: readonly (Value | undefined)[],
  isEnd: boolean,
): boolean {
  const options = isObject(affix) && affix.type === 'tuple' ? affix.items : [affix];
  const found: Found = textFind(m, text, range);
  m.visit(text.length);
  return options.some((option) => {
    const one = asText(m, option);
    return found.isInside && hasAffix(found.part, one, isEnd);
  });
}

function partitioned(m: Machine, text: string, separator: string, isLast: boolean): Value {
  if (separator === '') return raise(m, 'ValueError', 'empty separator');
  const at = placeOf(m, text, separator, isLast ? 'last' : 'first');
  if (at < 0) return tuple(isLast ? ['', '', text] : [text, '', '']);
  return tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
}

function found(
  m: Machine,
  self: string,
  sought: Value | undefined,
  range: readonly (Value | undefined)[],
  isLast: boolean,
): number {
  const where = textFind(m, self, range);
  m.visit(self.length);
  if (!where.isInside) return -1;
  const part = asText(m, sought);
  const at = placeOf(m, where.part, part, isLast ? 'last' : 'first');
  return at < 0 ? -1 : where.start + lengthOf(where.part.slice(0, at));
}

export const strClass = defineClass<string>({
  name: 'str',
  is: (value) => typeof value === 'string',
  construct: ['object=', (m, [value = '']) => made(m, textOf(m, value))],
  slots: {
    repr: (_, self) => textRepr(self),
    text: (_, self) => self,
    length: (_, self) => lengthOf(self),
    equals: (_, self, other) => (typeof other === 'string' ? self === other : null),
    order(m, operator, self, other) {
      if (typeof other !== 'string') return null;
      m.visit(Math.min(self.length, other.length));
      const difference = compareTexts(self, other);
      if (operator === '<') return difference < 0;
      if (operator === '<=') return difference <= 0;
      return operator === '>' ? difference > 0 : difference >= 0;
    },
    iterate(_, self) {
      const characters = charactersOf(self);
      return indexIterator('str_iterator', (index) => characters[index]);
    },
    contains(m, self, item) {
      if (typeof item !== 'string')
        return raise(m, 'TypeError', `'in <string>' requires string as left operand, not ${typeName(m, item)}`);
      return placeOf(m, self, item, 'first') >= 0;
    },
    item(m, self, key) {
      m.visit(self.length);
      if (!isSlice(key)) return sliceOf(self, ...pair(indexIn(m, key, lengthOf(self), 'string')));
      const { places, start, stop, step } = sliceRange(m, key, lengthOf(self));
      if (step === 1) return made(m, sliceOf(self, start, stop));
      const characters = charactersOf(self);
      return made(m, places.map((place) => characters[place] ?? '').join(''));
    },
    binary(m, operator, self, other) {
      if (operator === '%') return percentFormat(m, self, other);
      if (operator === '+' && typeof other === 'string') {
        m.allocateText(self.length + other.length);
        return self + other;
      }
      return operator === '*' && isInteger(other) ? repeatText(m, self, integerOf(other)) : undefined;
    },
    reflected: (m, operator, self, other) =>
      operator === '*' && isInteger(other) ? repeatText(m, self, integerOf(other)) : undefined,
    format: (m, self, spec) => formatText(m, self, spec),
  },
  methods: {
    ...textKinds,
    lower: ['', (m, self) => made(m, self.toLowerCase())],
    upper: ['', (m, self) => made(m, self.toUpperCase())],
    casefold: ['', (m, self) => made(m, casefolded(self))],
    capitalize: ['', (m, self) => made(m, capitalized(self))],
    title: ['', (m, self) => made(m, titled(self))],
    swapcase: ['', (m, self) => made(m, swapped(self))],
    strip: ['chars=, /', (m, self, [chars]) => stripped(m, self, chars, 'both')],
    lstrip: ['chars=, /', (m, self, [chars]) => stripped(m, self, chars, 'left')],
    rstrip: ['chars=, /', (m, self, [chars]) => stripped(m, self, chars, 'right')],
    removeprefix: [
      'prefix, /',
      (m, self, [prefix]) => {
        const text = asText(m, prefix);
        return text !== '' && hasAffix(self, text, false) ? made(m, self.slice(text.length)) : self;
      },
    ],
    removesuffix: [
      'suffix, /',
      (m, self, [suffix]) => {
        const text = asText(m, suffix);
        return text !== '' && hasAffix(self, text, true) ? made(m, self.slice(0, -text.length)) : self;
      },
    ],
    replace: [
      'old, new, /, count=',
      (m, self, [old, by, count]) => replaced(m, self, asText(m, old), asText(m, by), asSmall(m, count, -1)),
    ],
    split: [
      'sep=, maxsplit=',
      (m, self, [separator, most]) => list(splitText(m, self, separator ?? null, asSmall(m, most, -1))),
    ],
    rsplit: [
      'sep=, maxsplit=',
      (m, self, [separator, most]) => list(splitTextRight(m, self, separator ?? null, asSmall(m, most, -1))),
    ],
    splitlines: ['keepends=', (m, self, [keep]) => list(splitLines(m, self, keep === true || keep === 1n))],
    partition: ['sep, /', (m, self, [separator]) => partitioned(m, self, asText(m, separator), false)],
    rpartition: ['sep, /', (m, self, [separator]) => partitioned(m, self, asText(m, separator), true)],
    join: ['iterable, /', (m, self, [iterable = null]) => joined(m, self, iterable)],
    startswith: [
      'prefix, start=, end=, /',
      (m, self, [affix = null, ...range]) => startsOrEnds(m, self, affix, range, false),
    ],
    endswith: [
      'suffix, start=, end=, /',
      (m, self, [affix = null, ...range]) => startsOrEnds(m, self, affix, range, true),
    ],
    find: ['sub, start=, end=, /', (m, self, [sub, ...range]) => BigInt(found(m, self, sub, range, false))],
    rfind: ['sub, start=, end=, /', (m, self, [sub, ...range]) => BigInt(found(m, self, sub, range, true))],
    index: [
      'sub, start=, end=, /',
      (m, self, [sub, ...range]) => {
        const at = found(m, self, sub, range, false);
        return at < 0 ? raise(m, 'ValueError', 'substring not found') : BigInt(at);
      },
    ],
    rindex: [
      'sub, start=, end=, /',
      (m, self, [sub, ...range]) => {
        const at = found(m, self, sub, range, true);
        return at < 0 ? raise(m, 'ValueError', 'substring not found') : BigInt(at);
      },
    ],
    count: [
      'sub, start=, end=, /',
      (m, self, [sub, ...range]) => {
        const { isInside, part } = textFind(m, self, range);
        m.visit(self.length);
        const sought = asText(m, sub);
        if (!isInside) return 0n;
        return BigInt(sought === '' ? lengthOf(part) + 1 : placesOf(m, part, sought, 'first').length);
      },
    ],
    center: ['width, fillchar=, /', (m, self, [width, fill]) => aligned(m, self, width, fill, '^')],
    ljust: ['width, fillchar=, /', (m, self, [width, fill]) => aligned(m, self, width, fill, '<')],
    rjust: ['width, fillchar=, /', (m, self, [width, fill]) => aligned(m, self, width, fill, '>')],
    zfill: [
      'width, /',
      (m, self, [width]) => {
        const missing = asSmall(m, width, 0) - lengthOf(self);
        if (missing <= 0) return self;
        m.allocateText(self.length + missing);
        const sign = /^[+-]/.exec(self)?.[0] ?? '';
        return `${sign}${'0'.repeat(missing)}${self.slice(sign.length)}`;
      },
    ],
    expandtabs: [
      'tabsize=',
      (m, self, [size]) => {
        const width = asSmall(m, size, 8);
        let column = 0;
        let text = '';
        for (const character of self) {
          const filled = width > 0 ? width - (column % width) : 0;
          if (character === '\t') m.growText(text.length, filled);
          text += character === '\t' ? ' '.repeat(filled) : character;
          column = character === '\n' || character === '\r' ? 0 : column + (character === '\t' ? filled : 1);
        }
        return made(m, text);
      },
    ],
    format: [
      '*args, **kwargs',
      (m, self, [args = null, keywords = null]) => {
        if (!isObject(args) || args.type !== 'tuple' || !isObject(keywords) || keywords.type !== 'dict') return null;
        return formatMethod(m, self, args.items, (name) => entryOf(m, keywords, name)?.value);
      },
    ],
    format_map: [
      'mapping, /',
      (m, self, [mapping = null]) => {
        if (!isObject(mapping) || mapping.type !== 'dict') return raise(m, 'TypeError', 'a dict is required');
        return formatMethod(m, self, [], (name) => entryOf(m, mapping, name)?.value);
      },
    ],
    translate: ['table, /', (m, self, [table = null]) => translated(m, self, table)],
  },
  statics: { maketrans },
});

function pair(index: number): readonly [number, number] {
  return [index, index + 1];
}
