import type { Machine } from '../run/machine.js';
import { isPrintable } from '../values/text-repr.js';
import { isCased } from './text-cases.js';
import { isWhite } from './text-white.js';

type Test = readonly ['', (m: Machine, self: string) => boolean];

const counted = (test: (self: string) => boolean): Test => [
  '',
  (m, self) => {
    m.visit(self.length);
    return test(self);
  },
];

const every = (pattern: RegExp): Test => counted((self) => pattern.test(self));

function hasCase(self: string, isWrong: RegExp): boolean {
  return !isWrong.test(self) && [...self].some(isCased);
}

/** `str.isalpha` and its kind. */
export const textKinds = {
  isalpha: every(/^\p{L}+$/u),
  isdecimal: every(/^\p{Nd}+$/u),
  isdigit: every(
    /^[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490]+$/u,
  ),
  isnumeric: every(
    /^[\p{N}\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e\u5343\u842c\u4e07\u5104\u4ebf\u5146]+$/u,
  ),
  isalnum: every(/^[\p{L}\p{N}]+$/u),
  isascii: every(/^[\0-\x7f]*$/),
  isidentifier: every(/^[\p{XID_Start}_]\p{XID_Continue}*$/u),
  isspace: counted(isWhite),
  isprintable: counted((self) => [...self].every(isPrintable)),
  isupper: counted((self) => hasCase(self, /[\p{Lowercase}\p{Lt}]/u)),
  islower: counted((self) => hasCase(self, /[\p{Uppercase}\p{Lt}]/u)),
  istitle: counted(isTitle),
} as const satisfies Record<string, Test>;

function isTitle(text: string): boolean {
  let isInWord = false;
  let hasWord = false;
  for (const character of text) {
    const isUpper = /[\p{Uppercase}\p{Lt}]/u.test(character);
    if (isUpper && isInWord) return false;
    if (!isUpper && /\p{Lowercase}/u.test(character) && !isInWord) return false;
    isInWord = isCased(character);
    hasWord ||= isInWord;
  }
  return hasWord;
}
