import { call } from '../run/call.js';
import type { Machine, Run } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { pointAt, unitAt } from '../values/code-points.js';
import { dictOf, list, tuple } from '../values/create.js';
import { listIterator } from '../values/iterators.js';
import { integerOf, isInteger, isObject } from '../values/type-of.js';
import { reprOf } from '../values/protocols.js';
import type { PyClass } from '../values/class.js';
import type { PyModule, Value } from '../values/value.js';
import { asInteger, asSmall, asText } from '../types/arguments.js';
import { builtins, defineClass } from '../types/define.js';
import { exceptionClasses } from '../types/exceptions.js';
import type { Bound } from '../types/signature.js';
import { compilePattern, flags } from './re-compile.js';
import { allMatches, findMatch, type Way } from './re-match.js';
import { expandTemplate } from './re-template.js';
import type { PyMatch, PyPattern } from './re-values.js';

function isPattern(value: Value): value is PyPattern {
  return isObject(value) && value.type === 'pattern';
}

function isMatch(value: Value): value is PyMatch {
  return isObject(value) && value.type === 'match';
}

/** @throws re.error of Python */
export function patternOf(m: Machine, given: Value | undefined, options: Value | undefined): PyPattern {
  if (given !== undefined && isPattern(given)) return given;
  const text = asText(m, given);
  m.step(16 + text.length);
  try {
    return compilePattern(text, options === undefined ? 0n : asInteger(m, options));
  } catch (error) {
    if (error instanceof Error && 'issues' in error) throw error;
    return raise(m, 'PatternError', error instanceof Error ? error.message : String(error));
  }
}

/** The text of a group; `null`: it took no part. */
function groupText({ text, spans }: PyMatch, group: number): string | null {
  const [start, end] = spans[group] ?? [-1, -1];
  return start < 0 ? null : text.slice(start, end);
}

function groupIndex(m: Machine, { of }: PyMatch, key: Value): number {
  const index = typeof key === 'string' ? of.names.get(key) : isInteger(key) ? Number(integerOf(key)) : undefined;
  return index !== undefined && index >= 0 && index <= of.groups ? index : raise(m, 'IndexError', 'no such group');
}

function found(m: Machine, pattern: PyPattern, text: Value | undefined, way: Way): Value {
  return findMatch(m, pattern, asText(m, text), way);
}

/** What a compiled pattern looks at: the text up to `endpos`, from `pos` on. */
function rangeOf(m: Machine, [given, pos, endpos]: Bound): { readonly text: string; readonly from: number } {
  const whole = asText(m, given);
  const end = endpos === undefined ? whole.length : unitAt(whole, Math.max(0, asSmall(m, endpos, 0)));
  return { text: whole.slice(0, end), from: Math.min(unitAt(whole, Math.max(0, asSmall(m, pos, 0))), end) };
}

function foundIn(m: Machine, pattern: PyPattern, args: Bound, way: Way): Value {
  const { text, from } = rangeOf(m, args);
  if (way === 'fullmatch') {
    if (from > 0) return raise(m, 'TypeError', 'fullmatch() with pos is not supported');
    return findMatch(m, pattern, text, way);
  }
  const match = findMatch(m, pattern, text, from === 0 ? way : 'search', from);
  // The first match from `pos` on begins there if any does.
  return way === 'match' && match?.spans[0]?.[0] !== from ? null : match;
}

function findAll(
  m: Machine,
  pattern: PyPattern,
  { text, from }: { readonly text: string; readonly from: number },
): Value {
  const items: Value[] = [];
  for (const one of allMatches(m, pattern, text, from)) {
    m.growMembers(items.length, 1);
    const groups = one.spans.map((_, group) => groupText(one, group) ?? '');
    items.push(
      pattern.groups === 0 ? (groups[0] ?? '') : pattern.groups === 1 ? (groups[1] ?? '') : tuple(groups.slice(1)),
    );
  }
  return list(items);
}

function splitBy(m: Machine, pattern: PyPattern, given: Value | undefined, most: number): Value {
  const text = asText(m, given);
  const parts: Value[] = [];
  let last = 0;
  let count = 0;
  for (const one of allMatches(m, pattern, text)) {
    if (most > 0 && count >= most) break;
    const [start, end] = one.spans[0] ?? [0, 0];
    parts.push(text.slice(last, start), ...one.spans.slice(1).map((_, group) => groupText(one, group + 1)));
    m.growMembers(parts.length, 2);
    last = end;
    count += 1;
  }
  parts.push(text.slice(last));
  return list(parts);
}

/** `sub`: the text with the matches replaced, and how many were. */
export function* replaceAll(
  m: Machine,
  pattern: PyPattern,
  by: Value,
  given: Value | undefined,
  most: number,
): Run<readonly [string, bigint]> {
  const text = asText(m, given);
  let result = '';
  let last = 0;
  let count = 0;
  for (const one of allMatches(m, pattern, text)) {
    if (most > 0 && count >= most) break;
    const [start, end] = one.spans[0] ?? [0, 0];
    const put = typeof by === 'string' ? expandTemplate(m, by, one) : asText(m, yield* call(m, by, one));
    m.growText(result.length, start - last + put.length);
    result += text.slice(last, start) + put;
    last = end;
    count += 1;
  }
  m.growText(result.length, text.length - last);
  return [result + text.slice(last), BigInt(count)];
}

function ways<Self>(patternIn: (m: Machine, self: Self) => PyPattern) {
  const one = (way: Way) =>
    ['string', (m: Machine, self: Self, [text]: Bound) => found(m, patternIn(m, self), text, way)] as const;
  return {
    search: one('search'),
    match: one('match'),
    fullmatch: one('fullmatch'),
    findall: [
      'string',
      (m: Machine, self: Self, [text]: Bound) => findAll(m, patternIn(m, self), { text: asText(m, text), from: 0 }),
    ],
    finditer: [
      'string',
      (m: Machine, self: Self, [text]: Bound) =>
        listIterator(m, 'callable_iterator', [...allMatches(m, patternIn(m, self), asText(m, text))]),
    ],
    split: [
      'string, maxsplit=',
      (m: Machine, self: Self, [text, most]: Bound) => splitBy(m, patternIn(m, self), text, asSmall(m, most, 0)),
    ],
    sub: [
      'repl, string, count=',
      function* (m: Machine, self: Self, [by = null, text, most]: Bound): Run {
        return (yield* replaceAll(m, patternIn(m, self), by, text, asSmall(m, most, 0)))[0];
      },
    ],
    subn: [
      'repl, string, count=',
      function* (m: Machine, self: Self, [by = null, text, most]: Bound): Run {
        return tuple([...(yield* replaceAll(m, patternIn(m, self), by, text, asSmall(m, most, 0)))]);
      },
    ],
  } as const;
}

const methods = ways<PyPattern>((_, self) => self);

/** Those of a compiled pattern can begin and end within the text. */
const inRange = (way: Way) =>
  ['string, pos=, endpos=', (m: Machine, self: PyPattern, args: Bound) => foundIn(m, self, args, way)] as const;
const rangeMethods = {
  search: inRange('search'),
  match: inRange('match'),
  fullmatch: inRange('fullmatch'),
  findall: ['string, pos=, endpos=', (m: Machine, self: PyPattern, args: Bound) => findAll(m, self, rangeOf(m, args))],
  finditer: [
    'string, pos=, endpos=',
    (m: Machine, self: PyPattern, args: Bound) => {
      const { text, from } = rangeOf(m, args);
      return listIterator(m, 'callable_iterator', [...allMatches(m, self, text, from)]);
    },
  ],
} as const;

const patternClass = defineClass<PyPattern>({
  name: 'Pattern',
  is: isPattern,
  slots: {
    repr: (m, self) => `re.compile(${reprOf(m, self.text)})`,
    equals: (_, self, other) => isPattern(other) && self.text === other.text && self.flags === other.flags,
    hash: (_, self) => `p${self.flags}:${self.text}`,
  },
  methods: { ...methods, ...rangeMethods },
  properties: {
    pattern: (_, self) => self.text,
    flags: (_, self) => self.flags,
    groups: (_, self) => BigInt(self.groups),
    groupindex: (m, self) =>
      dictOf(
        m,
        [...self.names].map(([name, index]) => [name, BigInt(index)] as const),
      ),
  },
});

const matchClass = defineClass<PyMatch>({
  name: 'Match',
  is: isMatch,
  slots: {
    truth: () => true,
    repr: (m, self) =>
      `<re.Match object; span=(${spanOf(self, 0).join(', ')}), match=${reprOf(m, groupText(self, 0))}>`,
    item: (m, self, key) => groupText(self, groupIndex(m, self, key)),
  },
  methods: {
    group: [
      '*groups',
      (m, self, [keys = null]) => {
        const given = isObject(keys) && keys.type === 'tuple' ? keys.items : [];
        const texts = (given.length === 0 ? [0n] : given).map((key) => groupText(self, groupIndex(m, self, key)));
        return texts.length === 1 ? (texts[0] ?? null) : tuple(texts);
      },
    ],
    groups: [
      'default=',
      (_, self, [byDefault = null]) =>
        tuple(self.spans.slice(1).map((_span, group) => groupText(self, group + 1) ?? byDefault)),
    ],
    groupdict: [
      'default=',
      (m, self, [byDefault = null]) =>
        dictOf(
          m,
          [...self.of.names].map(([name, group]) => [name, groupText(self, group) ?? byDefault] as const),
        ),
    ],
    start: ['group=', (m, self, [key = 0n]) => BigInt(spanOf(self, groupIndex(m, self, key))[0])],
    end: ['group=', (m, self, [key = 0n]) => BigInt(spanOf(self, groupIndex(m, self, key))[1])],
    span: ['group=', (m, self, [key = 0n]) => tuple(spanOf(self, groupIndex(m, self, key)).map(BigInt))],
    expand: ['template', (m, self, [template]) => expandTemplate(m, asText(m, template), self)],
  },
  properties: { string: (_, self) => self.text, re: (_, self) => self.of },
});

/** The places of a group in code points. */
function spanOf({ text, spans }: PyMatch, group: number): readonly [number, number] {
  const [start, end] = spans[group] ?? [-1, -1];
  return start < 0 ? [-1, -1] : [pointAt(text, start), pointAt(text, end)];
}

function ofModule(name: keyof typeof methods): readonly [string, (m: Machine, args: Bound) => Value | Run] {
  const [signature, run] = methods[name];
  return [`pattern, ${signature}, flags=`, (m, [pattern, ...args]) => run(m, patternOf(m, pattern, args.at(-1)), args)];
}

export const reClasses: ReadonlyMap<string, PyClass> = new Map([
  ['pattern', patternClass],
  ['match', matchClass],
]);

export const reModule: PyModule = {
  type: 'module',
  name: 're',
  members: new Map<string, Value>([
    ...builtins({
      compile: ['pattern, flags=', (m, [pattern, options]) => patternOf(m, pattern, options)],
      escape: [
        'pattern',
        (m, [pattern]) => asText(m, pattern).replaceAll(/[\t\n\v\f\r #$&()*+\-.?[\\\]^{|}~]/g, String.raw`\$&`),
      ],
      search: ofModule('search'),
      match: ofModule('match'),
      fullmatch: ofModule('fullmatch'),
      findall: ofModule('findall'),
      finditer: ofModule('finditer'),
      split: ofModule('split'),
      sub: ofModule('sub'),
      subn: ofModule('subn'),
    }),
    ...Object.entries({ ...flags, I: flags.IGNORECASE, M: flags.MULTILINE, S: flags.DOTALL, U: flags.UNICODE }),
    ['error', exceptionClasses.get('PatternError') ?? null],
    ['PatternError', exceptionClasses.get('PatternError') ?? null],
    ['Pattern', patternClass],
    ['Match', matchClass],
  ]),
};
