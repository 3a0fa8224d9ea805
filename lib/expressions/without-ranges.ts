import type { TextRange } from '../base/find-text.js';

/** A text with something else in place of each range; one thing for those that overlap. */
export function withoutRanges(text: string, ranges: readonly TextRange[], shown: string): string {
  let left = '';
  let at = 0;
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from >= at) left += text.slice(at, from) + shown;
    at = Math.max(at, to);
  }
  return left + text.slice(at);
}
