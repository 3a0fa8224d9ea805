import type { Machine } from '../run/machine.js';
import { sliceRange } from '../operators/subscript.js';
import { lengthOf, sliceOf } from '../values/code-points.js';
import type { Value } from '../values/value.js';

export interface Found {
  /** False where the range begins after its end: then even the empty text is not in it. */
  readonly isInside: boolean;
  readonly part: string;
  /** In code points. */
  readonly start: number;
}

/** The part of a text that `start` and `end` of `find` and others mean. */
export function textFind(m: Machine, text: string, [start = null, end = null]: readonly (Value | undefined)[]): Found {
  if (start === null && end === null) return { isInside: true, part: text, start: 0 };
  const length = lengthOf(text);
  const range = sliceRange(m, { type: 'slice', start, stop: end, step: null }, length);
  const isBeyond = typeof start === 'bigint' && start > BigInt(length);
  return {
    isInside: range.start <= range.stop && !isBeyond,
    part: sliceOf(text, range.start, range.stop),
    start: range.start,
  };
}
