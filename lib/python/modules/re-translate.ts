import { characterOf, classes, escapePattern, pointOfEscape, translateSet } from './re-set.js';

/** A pattern of Python in RE2's syntax. */
interface TranslatedPattern {
  /** `$` and `\Z` are the end of the text here. */
  readonly source: string;
  /** Where `$` takes a last line break, in a group of its own; `null`: the pattern has no such `$`. */
  readonly beforeBreak: {
    readonly source: string;
    readonly own: readonly number[];
    readonly breaks: readonly number[];
  } | null;
}

interface Token {
  readonly type: 'open' | 'close' | 'or' | 'end' | 'text end' | 'repeat' | 'other';
  /** In RE2's syntax. */
  readonly text: string;
}

const tokens = new RegExp(
  [
    String.raw`\\(?<escape>${escapePattern})`,
    String.raw`(?<group>\((?:\?(?:P<[^>]*>|P=|P>|#[^)]*\)?|<=|<!|[a-zA-Z-]*[:)]|[^]?))?)`,
    String.raw`\[(?<set>\^?\]?(?:\\[^]|[^\]\\])*)(?<closed>\])?`,
    String.raw`(?<repeat>(?:[*+?]|\{\d*,?\d*\})[?+]?)`,
    String.raw`(?<plain>[^])`,
  ].join('|'),
  'gu',
);

/** @throws Error for what is no pattern of Python, or what RE2 cannot do in linear time */
export function translatePattern(pattern: string, isMultiline: boolean): TranslatedPattern {
  const read: Token[] = [];
  /** Whether `$` stands at each line's end, in each open group. */
  const multiline = [isMultiline];
  for (const { groups = {}, 0: all, index } of pattern.matchAll(tokens)) {
    const { escape, group, set, closed, repeat, plain } = groups;
    if (escape !== undefined) read.push(escapeToken(escape));
    else if (group !== undefined) {
      const opened = openGroup(group, index === 0);
      if (opened !== null) read.push({ type: opened.opens ? 'open' : 'other', text: opened.text });
      const isSet = opened?.multiline ?? multiline.at(-1) ?? false;
      if (opened?.opens === true) multiline.push(isSet);
      else multiline[multiline.length - 1] = isSet;
    } else if (set !== undefined) {
      if (closed === undefined) throw new Error('unterminated character set');
      read.push({ type: 'other', text: translateSet(set) });
    } else if (repeat !== undefined) read.push(repeatToken(repeat));
    else if (plain === ')') {
      if (multiline.length > 1) multiline.pop();
      read.push({ type: 'close', text: ')' });
    } else if (plain === '|') read.push({ type: 'or', text: '|' });
    else if (plain === '$' && multiline.at(-1) !== true) read.push({ type: 'end', text: String.raw`\z` });
    else
      read.push({
        type: 'other',
        text: plain === undefined ? all : plain === '{' || plain === '}' ? `\\${plain}` : plain,
      });
  }
  if (read.some(({ type }, at) => type === 'end' && !isLast(read, at + 1)))
    throw new Error('something after `$` is not supported');
  return { source: read.map(({ text }) => text).join(''), beforeBreak: breaking(read) };
}

/** `$` before the last line break as well: it takes it, if it does not stand at the end of the text. */
function breaking(read: readonly Token[]): TranslatedPattern['beforeBreak'] {
  if (!read.some(({ type }) => type === 'end')) return null;
  const own = [0];
  const breaks: number[] = [];
  const next = (): number => own.length + breaks.length;
  const source = read.map(({ type, text }, at) => {
    if (type === 'open' && (text === '(' || text.startsWith('(?P<'))) own.push(next());
    // What must stand at the end of the text cannot stand before its last line break.
    if (type !== 'end' || endsText(read, at)) return text;
    breaks.push(next());
    return String.raw`(?:\z|(\n)\z)`;
  });
  return { source: source.join(''), own, breaks };
}

/** True for a `$` behind which `\Z` stands. */
function endsText(read: readonly Token[], from: number): boolean {
  let at = from + 1;
  while (at < read.length && read[at]?.type !== 'text end') at = read[at]?.type === 'or' ? closeOf(read, at) : at + 1;
  return at < read.length;
}

function escapeToken(escape: string): Token {
  const known = classes.get(escape);
  if (known !== undefined) return { type: 'other', text: known };
  // `\z` is the same, from Python 3.14 on.
  if (escape === 'Z' || escape === 'z') return { type: 'text end', text: String.raw`\z` };
  if (escape === 'A' || escape === 'b' || escape === 'B') return { type: 'other', text: `\\${escape}` };
  const point = pointOfEscape(escape, false);
  if (point === null) throw new Error(`bad escape \\${escape}`);
  return { type: 'other', text: characterOf(point) };
}

/** To RE2 `{,3}` is text. `{}` is to both. */
function repeatToken(repeat: string): Token {
  if (/^(?:[*+?]|\{.+\})\+$/.test(repeat)) throw new Error('possessive quantifiers are not supported');
  const [, rest] = /^\{\}(.?)$/.exec(repeat) ?? [];
  if (rest !== undefined) return { type: rest === '' ? 'other' : 'repeat', text: String.raw`\{\}${rest}` };
  return { type: 'repeat', text: repeat.replace('{,', '{0,') };
}

interface Opened {
  readonly opens: boolean;
  readonly text: string;
  readonly multiline: boolean | undefined;
}

/** The beginning of a group, or flags; `null`: a comment. */
function openGroup(group: string, isStart: boolean): Opened | null {
  const kind = group.slice(1);
  if (kind.startsWith('?#')) return null;
  if (kind === '' || kind === '?:' || kind.startsWith('?P<')) return { opens: true, text: group, multiline: undefined };
  if (kind === '?P=' || kind === '?(') throw new Error('back references and conditions are not supported');
  if (kind === '?>') throw new Error('atomic groups are not supported');
  if (['?=', '?!', '?<=', '?<!'].includes(kind)) throw new Error('look-around is not supported');
  const [, on = '', off, end] = /^\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])$/.exec(kind) ?? [];
  if (end === undefined || /[^imsu]/.test(on) || /[^ims]/.test(off ?? '') || (on === '' && off === undefined))
    throw new Error(`${group} is not supported: the flags of a pattern are i, m and s`);
  if (end === ')' && (!isStart || off !== undefined))
    throw new Error('global flags not at the start of the expression');
  const kept = `${on.replaceAll('u', '')}${off === undefined ? '' : `-${off}`}`;
  const multiline = on.includes('m') ? true : off?.includes('m') === true ? false : undefined;
  if (end === ':') return { opens: true, text: `(?${kept}:`, multiline };
  return { opens: false, text: kept === '' ? '' : `(?${kept})`, multiline };
}

/** True where nothing follows but the ends of groups, the other alternatives, and `$` again. */
function isLast(read: readonly Token[], from: number): boolean {
  let at = from;
  while (at < read.length) {
    const type = read[at]?.type;
    if (type === 'or') at = closeOf(read, at);
    else if (type === 'close') {
      const repeat = read[at + 1];
      if (repeat?.type === 'repeat' && !repeat.text.startsWith('?')) return false;
      at += repeat?.type === 'repeat' ? 2 : 1;
    } else if (type === 'end' || type === 'text end') at += 1;
    else return false;
  }
  return true;
}

/** Where the group of the alternative at `from` ends. */
function closeOf(read: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < read.length; at += 1) {
    if (read[at]?.type === 'open') depth += 1;
    if (read[at]?.type === 'close') {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return read.length;
}
