import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import type { PyMatch } from './re-values.js';

const escapes = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['f', '\f'],
  ['a', '\x07'],
  ['b', '\b'],
  ['\\', '\\'],
]);

/** The replacement of a match: `\1`, `\g<1>` and `\g<name>` are groups. @throws re.error of Python */
export function expandTemplate(m: Machine, template: string, { of, text, spans }: PyMatch): string {
  m.visit(template.length);
  let length = 0;
  return template.replaceAll(
    /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[0-7]{3})|(\d{1,2})|([^]?))/g,
    (
      all: string,
      name: string | undefined,
      octal: string | undefined,
      digits: string | undefined,
      letter: string | undefined,
    ) => {
      if (octal !== undefined) {
        const code = Number.parseInt(octal, 8);
        return code < 256
          ? String.fromCharCode(code)
          : raise(m, 'PatternError', `octal escape value ${all} outside of range 0-0o377`);
      }
      const key = name ?? digits;
      if (key !== undefined) {
        const index = /^\d+$/.test(key) ? Number(key) : of.names.get(key);
        if (index === undefined) return raise(m, 'IndexError', `unknown group name '${key}'`);
        if (index > of.groups) return raise(m, 'PatternError', `invalid group reference ${index}`);
        const [start, end] = spans[index] ?? [-1, -1];
        const put = start < 0 ? '' : text.slice(start, end);
        m.growText(length, put.length);
        length += put.length;
        return put;
      }
      const known = escapes.get(letter ?? '');
      if (known !== undefined) return known;
      return /[a-z]/i.test(letter ?? '') || letter === '' ? raise(m, 'PatternError', `bad escape ${all}`) : all;
    },
  );
}
