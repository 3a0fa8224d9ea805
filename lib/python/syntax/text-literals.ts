import type { Source } from './source.js';

interface Literal {
  /** In lower case. */
  readonly prefix: string;
  readonly quote: string;
  readonly body: string;
  /** The offset of the body in the source. */
  readonly at: number;
}

export function splitLiteral(text: string, at: number): Literal {
  const [, prefix = '', quote = ''] = /^([a-z]*)('''|"""|'|")/i.exec(text) ?? [];
  const start = prefix.length + quote.length;
  const end = text.endsWith(quote) && text.length >= start + quote.length ? text.length - quote.length : text.length;
  return { prefix: prefix.toLowerCase(), quote, body: text.slice(start, end), at: at + start };
}

const simple = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** The text that a literal means. Mistakes in it are reported. */
export function unescaped(source: Source, text: string, at: number): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(
      /\\([0-7]{1,3}|x.{0,2}|u.{0,4}|U.{0,8}|N\{[^}]*\}|[^])/g,
      (all: string, what: string, index: number) => {
        const first = what[0] ?? '';
        const known = simple.get(what);
        if (known !== undefined) return known;
        if (/^[0-7]/.test(what)) return String.fromCodePoint(Number.parseInt(what, 8));
        if (first === 'x' || first === 'u' || first === 'U') return hexadecimal(source, what, at + index);
        if (first === 'N') {
          source.report(at + index, 'names of characters are not supported: write the character itself');
          return '';
        }
        source.report(at + index, `invalid escape sequence '\\${first}'`);
        return all;
      },
    );
}

function hexadecimal(source: Source, escape: string, at: number): string {
  const length = escape.startsWith('x') ? 2 : escape.startsWith('u') ? 4 : 8;
  const digits = escape.slice(1);
  const code = Number.parseInt(digits, 16);
  if (digits.length === length && /^[\da-f]+$/i.test(digits) && code <= 0x10ffff) return String.fromCodePoint(code);
  source.report(at, `invalid escape sequence '\\${escape}'`);
  return '';
}

/** Prefixes other than those of texts are refused. */
export function checkPrefix(source: Source, { prefix, at }: Literal): void {
  if (prefix.includes('b')) source.report(at, 'bytes are not supported');
  if (prefix.includes('t')) source.report(at, 'template strings are not supported');
}
