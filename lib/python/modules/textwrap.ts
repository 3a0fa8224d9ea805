import type { Machine, Run } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { call } from '../run/call.js';
import { list } from '../values/create.js';
import { isTrue } from '../values/protocols.js';
import { charactersOf, lengthOf, sliceOf } from '../values/code-points.js';
import type { PyModule, Value } from '../values/value.js';
import { asSmall, asText } from '../types/arguments.js';
import { builtins } from '../types/define.js';
import type { Bound } from '../types/signature.js';

/** `textwrap.dedent` */
function dedented(text: string): string {
  const lines = text.replaceAll(/^[ \t]+$/gm, '').split('\n');
  let margin: string | null = null;
  for (const line of lines) {
    const [indent = ''] = /^[ \t]*/.exec(line) ?? [];
    if (line === '') continue;
    if (margin === null) margin = indent;
    else {
      let shared = 0;
      while (shared < margin.length && margin[shared] === indent[shared]) shared += 1;
      margin = margin.slice(0, shared);
    }
  }
  const cut = margin?.length ?? 0;
  return lines.map((line) => (line === '' ? line : line.slice(cut))).join('\n');
}

const longDash = /(?<=[\p{L}\p{N}_!"'&.,?])(-{2,})(?=[\p{L}\p{N}_])/u;
const letter = String.raw`[\p{L}\p{Nl}\p{No}_]`;
const hyphen = new RegExp(`(?<=${letter}{2}-|${letter}-${letter}-)(?=${letter}-?${letter})`, 'u');

/** The words with the blanks before them; words are also cut after their hyphens and around long dashes. */
function chunksOf(text: string): string[] {
  const blanks = text.replaceAll(/[\t\n\v\f\r ]/g, ' ');
  return (blanks.match(/ +|[^ ]+/g) ?? [])
    .flatMap((chunk) => (chunk.startsWith(' ') ? [chunk] : chunk.split(longDash)))
    .flatMap((chunk) => chunk.split(hyphen));
}

interface WrapSettings {
  readonly width: number;
  readonly initial: string;
  readonly subsequent: string;
}

/**
 * What is left of a chunk that no line holds, last line first, so that each line takes one part and measures no more than
 * that. Blanks stay together: they are left out at the start of a line. A rest with hyphens is cut line by line.
 */
function restOf(m: Machine, rest: string, room: number): readonly string[] {
  if (rest === '') return [];
  m.visit(4 * rest.length);
  if (rest.startsWith(' ') || rest.includes('-')) return [rest];
  const characters = charactersOf(rest);
  const size = Math.max(1, room);
  m.allocateMembers(Math.ceil(characters.length / size));
  const parts: string[] = [];
  for (let at = 0; at < characters.length; at += size) parts.push(characters.slice(at, at + size).join(''));
  return parts.toReversed();
}

/** Where a word that is cut ends rather: after its last hyphen. `null`: it has none. */
function cutOf(start: string): number | null {
  const hyphen = start.lastIndexOf('-');
  return hyphen > 0 && /[^-]/.test(start.slice(0, hyphen)) ? lengthOf(start.slice(0, hyphen)) + 1 : null;
}

/** `textwrap.wrap` with its defaults. */
function wrapped(m: Machine, text: string, { width, initial, subsequent }: WrapSettings): string[] {
  m.visit(text.length * 4);
  if (width <= 0) return raise(m, 'ValueError', `invalid width ${width} (must be > 0)`);
  const chunks = chunksOf(text.replaceAll('\t', '        ')).toReversed();
  const lines: string[] = [];
  while (chunks.length > 0) {
    m.step();
    const indent = lines.length === 0 ? initial : subsequent;
    const room = width - lengthOf(indent);
    const line: string[] = [];
    let size = 0;
    if (lines.length > 0 && /^ +$/.test(chunks.at(-1) ?? '')) chunks.pop();
    while (chunks.length > 0 && size + lengthOf(chunks.at(-1) ?? '') <= room) {
      const chunk = chunks.pop() ?? '';
      line.push(chunk);
      size += lengthOf(chunk);
    }
    const next = chunks.at(-1);
    if (next !== undefined && lengthOf(next) > room) {
      const left = Math.max(1, room - size);
      if (room - size > 0 || line.length === 0) {
        chunks.pop();
        const end = cutOf(sliceOf(next, 0, left)) ?? left;
        line.push(sliceOf(next, 0, end));
        chunks.push(...restOf(m, sliceOf(next, end, lengthOf(next)), width - lengthOf(subsequent)));
      }
    }
    if (/^ +$/.test(line.at(-1) ?? '')) line.pop();
    if (line.length > 0) lines.push(indent + line.join(''));
  }
  m.allocateMembers(lines.length);
  return lines;
}

function settingsOf(m: Machine, [width, initial = '', subsequent = '']: Bound): WrapSettings {
  return { width: asSmall(m, width, 70), initial: asText(m, initial), subsequent: asText(m, subsequent) };
}

/** `textwrap.shorten`: whole words, and a placeholder for what is left out. */
function shortened(m: Machine, text: string, width: number, placeholder: string): string {
  const words = text.split(/[\t\n\v\f\r ]+/).filter((word) => word !== '');
  const whole = words.join(' ');
  if (lengthOf(whole) <= width) return whole;
  if (lengthOf(placeholder.trimStart()) > width) return raise(m, 'ValueError', 'placeholder too large for max width');
  const room = width - lengthOf(placeholder);
  let kept = 0;
  let size = 0;
  // A blank stands before each word but the first.
  for (const word of words) {
    size += lengthOf(word) + (kept === 0 ? 0 : 1);
    if (size > room) break;
    kept += 1;
  }
  return kept === 0 ? placeholder.trimStart() : `${words.slice(0, kept).join(' ')}${placeholder}`;
}

export const textwrapModule: PyModule = {
  type: 'module',
  name: 'textwrap',
  members: builtins({
    dedent: [
      'text',
      (m, [text]) => {
        m.visit(asText(m, text).length * 4);
        return dedented(asText(m, text));
      },
    ],
    indent: [
      'text, prefix, predicate=',
      function* (m: Machine, [text, prefix, predicate = null]: Bound): Run {
        const lines = asText(m, text).match(/[^\n]*\n|[^\n]+$/g) ?? [];
        const before = asText(m, prefix);
        m.allocateText(asText(m, text).length + lines.length * before.length);
        let result = '';
        for (const line of lines) {
          const isIndented: Value = predicate === null ? line.trim() !== '' : yield* call(m, predicate, line);
          result += `${isTrue(m, isIndented) ? before : ''}${line}`;
        }
        return result;
      },
    ],
    wrap: [
      'text, width=, *, initial_indent=, subsequent_indent=',
      (m, [text, ...settings]) => list(wrapped(m, asText(m, text), settingsOf(m, settings))),
    ],
    fill: [
      'text, width=, *, initial_indent=, subsequent_indent=',
      (m, [text, ...settings]) => {
        const filled = wrapped(m, asText(m, text), settingsOf(m, settings)).join('\n');
        m.allocateText(filled.length);
        return filled;
      },
    ],
    shorten: [
      'text, width, *, placeholder=',
      (m, [text, width, placeholder = ' [...]']) => {
        m.visit(asText(m, text).length * 4);
        return shortened(m, asText(m, text), asSmall(m, width, 70), asText(m, placeholder));
      },
    ],
  }),
};
