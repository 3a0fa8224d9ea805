/** Classes of characters in RE2's syntax: Python's cover all of Unicode. */
const digits = String.raw`\p{Nd}`;
const words = String.raw`_\p{L}\p{N}`;
const blanks = String.raw`\t\n\v\f\r\x1c-\x1f \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}`;
const noBlanks = String.raw`\x{0}-\x{8}\x{e}-\x{1b}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff}`;
// All categories but letters and numbers, and of the connectors all but `_`.
const noWords = String.raw`\p{M}\p{S}\p{Z}\p{C}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\x{203f}\x{2040}\x{2054}\x{fe33}\x{fe34}\x{fe4d}-\x{fe4f}\x{ff3f}`;

/** What a class is outside of brackets. */
export const classes: ReadonlyMap<string, string> = new Map([
  ['d', digits],
  ['D', String.raw`\P{Nd}`],
  ['w', `[${words}]`],
  ['W', `[^${words}]`],
  ['s', `[${blanks}]`],
  ['S', `[^${blanks}]`],
]);

const classesInside: ReadonlyMap<string, string> = new Map([
  ['d', digits],
  ['D', String.raw`\P{Nd}`],
  ['w', words],
  ['W', noWords],
  ['s', blanks],
  ['S', noBlanks],
]);

/** Escapes of one character; `b` is one inside of brackets alone. */
const controls: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

/** An escape in a pattern, without its backslash. */
export const escapePattern = String.raw`x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|0[0-7]{0,2}|[0-3][0-7]{2}|[^]`;

/** The code point of an escape, or `null`: it is none of one character. @throws Error where Python has no such escape */
export function pointOfEscape(escape: string, inBrackets: boolean): number | null {
  if (/^[xuU]./.test(escape)) return Number.parseInt(escape.slice(1), 16);
  if (/^(?:0|[0-7]{3})/.test(escape)) return Number.parseInt(escape, 8);
  if (inBrackets && escape === 'b') return 8;
  const control = controls.get(escape);
  if (control !== undefined) return control;
  if (/^[1-9]/.test(escape) && !inBrackets) throw new Error('back references are not supported');
  if (escape === 'N') throw new Error(String.raw`\N is not supported`);
  if (/^[A-Za-z\d]/.test(escape)) return null;
  return escape.codePointAt(0) ?? null;
}

export function characterOf(point: number): string {
  return `\\x{${point.toString(16)}}`;
}

/** Brackets, without them, in RE2's syntax. @throws Error for what is none in Python */
export function translateSet(inner: string): string {
  const negated = inner.startsWith('^');
  const items = inner.slice(negated ? 1 : 0).matchAll(new RegExp(`\\\\(${escapePattern})|([^])`, 'gu'));
  const parts = [...items].map(([text, escape, plain]) => ({ text, ...itemOf(escape, plain ?? '') }));
  let result = '';
  for (let at = 0; at < parts.length; at += 1) {
    const [first, dash, last] = parts.slice(at, at + 3);
    if (first === undefined) break;
    const isRange = dash?.text === '-' && last !== undefined;
    if (!isRange) {
      result += first.set ?? characterOf(first.point);
      continue;
    }
    if (first.set !== null || last.set !== null || first.point > last.point)
      throw new Error(`bad character range ${first.text}-${last.text}`);
    result += `${characterOf(first.point)}-${characterOf(last.point)}`;
    at += 2;
  }
  return `[${negated ? '^' : ''}${result}]`;
}

function itemOf(escape: string | undefined, plain: string): { readonly set: string | null; readonly point: number } {
  if (escape === undefined) return { set: null, point: plain.codePointAt(0) ?? 0 };
  const set = classesInside.get(escape);
  if (set !== undefined) return { set, point: 0 };
  const point = pointOfEscape(escape, true);
  if (point === null) throw new Error(`bad escape \\${escape}`);
  return { set: null, point };
}
