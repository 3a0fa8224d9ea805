import type { Machine, Run } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { pointAt } from '../values/code-points.js';
import { dictOf, tuple } from '../values/create.js';
import { integerOf, isInteger, isObject } from '../values/type-of.js';
import { reprOf } from '../values/protocols.js';
import type { PyClass } from '../values/class.js';
import type { PyModule, Value } from '../values/value.js';
import { asInteger, asText } from '../types/arguments.js';
import { builtins, defineClass } from '../types/define.js';
import { exceptionClasses } from '../types/exceptions.js';
import type { Bound } from '../types/signature.js';
import { compilePattern, flags } from './re-compile.js';
import { groupText, methods, rangeMethods } from './re-functions.js';
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

function groupIndex(m: Machine, { of }: PyMatch, key: Value): number {
  const index = typeof key === 'string' ? of.names.get(key) : isInteger(key) ? Number(integerOf(key)) : undefined;
  return index !== undefined && index >= 0 && index <= of.groups ? index : raise(m, 'IndexError', 'no such group');
}

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
