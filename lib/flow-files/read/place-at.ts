import type { Position } from '../problems.js';

/** The line and column of an offset in a text. */
export function placeAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
