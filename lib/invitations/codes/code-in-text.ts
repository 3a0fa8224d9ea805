import { foldTyped, halfWidth } from './canonical-code.js';
import { codeLength, readGenerated } from './generated-code.js';

/** A part of a text, unchanged, and the generated code that it contains. */
interface FoundCode {
  readonly text: string;
  readonly code: string;
}

interface Token {
  readonly from: number;
  readonly to: number;
}

const dash = /^[\p{Pd}\p{Cf}\u2212_]+$/u;
// What quoted-printable mail leaves of a line end within a link (RFC 2045, 6.7).
const softBreak = /^(?:[\p{Pd}\p{Cf}\u2212_]|=\s*)+$/u;
const blank = /^[\p{Pd}\p{Cf}\p{Zs}\s\u2212_]+$/u;
const grouped = /^.{4}[\p{Pd}\u2212].{4}[\p{Pd}\u2212].{4}$/u;

/**
 * The one generated code within a longer text: in a pasted link, in quotes, after `Code:`. Only a part with a correct
 * check symbol counts. Parts that look more like a code are preferred: three groups with dashes, then letters and
 * digits that stand alone, then those with blanks between. `null` when there is none, or more than one.
 */
export function codeInText(typed: string): FoundCode | null {
  if (typed.length < codeLength) return null;
  const text = halfWidth(typed);
  const runs = [dash, softBreak, blank].map((joint) => runsOf(text, joint));
  const [dashed = [], soft = [], blanks = []] = runs;
  const whole = (lists: readonly (readonly Token[])[]): readonly string[] => lists.map((run) => part(text, run));
  const tiers = [
    whole(dashed).filter((one) => grouped.test(one)),
    whole(dashed),
    whole(soft),
    whole(blanks),
    blanks.flatMap((run) => slicesOf(run).map((slice) => part(text, slice))),
  ];
  for (const tier of tiers) {
    const found = tier.flatMap(codeOf);
    const [first] = found;
    if (first !== undefined) return found.every(({ code }) => code === first.code) ? first : null;
  }
  return null;
}

/** True when a part has the groups and dashes of a generated code but one of its symbols is wrong. */
export function hasCodeWithTypo(typed: string): boolean {
  if (typed.length < codeLength) return false;
  const text = halfWidth(typed);
  return runsOf(text, dash).some((run) => {
    const one = part(text, run);
    return grouped.test(one) && readGenerated(foldTyped(one) ?? '') === 'typo';
  });
}

function codeOf(text: string): readonly FoundCode[] {
  const read = readGenerated((foldTyped(text) ?? '').replaceAll('=', ''));
  return read === null || read === 'typo' ? [] : [{ text, code: read.code }];
}

/** Letters and digits, in the longest runs that `joint` connects. */
function runsOf(text: string, joint: RegExp): readonly (readonly Token[])[] {
  const runs: Token[][] = [];
  let last = 0;
  for (const { 0: word, index } of text.matchAll(/[a-z0-9]+/gi)) {
    const token = { from: index, to: index + word.length };
    const open = runs.at(-1);
    if (open !== undefined && joint.test(text.slice(last, index))) open.push(token);
    else runs.push([token]);
    last = token.to;
  }
  return runs;
}

/** Adjacent tokens that together have as many letters and digits as a code. */
function slicesOf(run: readonly Token[]): readonly (readonly Token[])[] {
  return run.flatMap((_token, start) => {
    let length = 0;
    let end = start;
    while (length < codeLength && end < run.length) {
      const token = run[end];
      length += token === undefined ? 0 : token.to - token.from;
      end += 1;
    }
    return length === codeLength ? [run.slice(start, end)] : [];
  });
}

function part(text: string, run: readonly Token[]): string {
  return text.slice(run[0]?.from, run.at(-1)?.to);
}
