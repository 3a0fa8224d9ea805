/** What RE2 writes in another way than Python's `re`, outside and inside of brackets. */
const digits = String.raw`\p{Nd}`;
const words = String.raw`\p{L}\p{N}_`;
const blanks = String.raw`\t\n\v\f\r\x1c-\x1f \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}`;

const outside = new Map([
  ['d', digits],
  ['D', String.raw`\P{Nd}`],
  ['w', `[${words}]`],
  ['W', `[^${words}]`],
  ['s', `[${blanks}]`],
  ['S', `[^${blanks}]`],
  ['Z', String.raw`\z`],
]);
const inside = new Map([
  ['d', digits],
  ['D', String.raw`\P{Nd}`],
  ['w', words],
  ['s', blanks],
]);

/**
 * A pattern of Python in RE2's syntax: classes cover all of Unicode, and `$` stands before a last line break too.
 * @throws Error for what RE2 cannot do in linear time
 */
export function translatePattern(pattern: string, isMultiline: boolean): string {
  let isInside = false;
  let previous = '';
  return pattern.replaceAll(
    /\\([^])|\(\?(=|!|<=|<!|>|\(|P=|#[^)]*\))?|[[\]$]|[*+?}]\+|[^]/gu,
    (all: string, escaped: string | undefined, group: string | undefined) => {
      const before = previous;
      previous = all;
      if (escaped !== undefined) return escapeOf(all, escaped, isInside);
      if (isInside) {
        const isFirst = before === '[' || before === '[^';
        if (all === ']' && !isFirst) isInside = false;
        else if (all === '[') return String.raw`\[`;
        else if (all === ']') return String.raw`\]`;
        if (before === '[' && all === '^') previous = '[^';
        return all;
      }
      if (all === '[') isInside = true;
      if (group?.startsWith('#') === true) return '';
      if (group === 'P=' || group === '(') throw new Error('back references and conditions are not supported');
      if (group === '>') throw new Error('atomic groups are not supported');
      if (group !== undefined) throw new Error('look-around is not supported');
      if (/^[*+?}]\+$/.test(all)) throw new Error('possessive quantifiers are not supported');
      if (all === '$') return isMultiline ? '$' : String.raw`(?:\n?\z)`;
      return all;
    },
  );
}

function escapeOf(all: string, escaped: string, isInside: boolean): string {
  if (/[1-9]/.test(escaped)) throw new Error('back references are not supported');
  if (isInside && (escaped === 'W' || escaped === 'S'))
    throw new Error(`\\${escaped} within brackets is not supported`);
  const translated = (isInside ? inside : outside).get(escaped);
  if (translated !== undefined) return translated;
  if (escaped === 'u' || escaped === 'U' || escaped === 'N' || escaped === '0')
    throw new Error(`\\${escaped} is not supported`);
  // RE2 knows fewer needless escapes.
  return /^[\w\\]$/.test(escaped) || escaped.length > 1 ? all : escaped < '\x80' ? all : escaped;
}
