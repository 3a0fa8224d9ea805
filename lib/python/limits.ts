/** What one expression and one run of it may take. */
export interface PythonLimits {
  /** Characters of the source. */
  readonly source: number;
  /** Levels of the source: blocks, brackets and operators within each other. */
  readonly nesting: number;
  /** Evaluated nodes, rounds of loops, and members or characters that an operation visits, 64 for one step. */
  readonly steps: number;
  /** Milliseconds of evaluation, without the time in which the host's functions are awaited. */
  readonly milliseconds: number;
  /** Calls within each other. */
  readonly depth: number;
  /** UTF-16 units of one text. */
  readonly text: number;
  /** Members of one collection. */
  readonly members: number;
  /** Bits of an integer. */
  readonly integerBits: number;
  /** Characters and members of everything that a run creates, whether or not it is kept; a member counts as 8. */
  readonly memory: number;
}

export const pythonLimits: PythonLimits = Object.freeze({
  source: 20_000,
  nesting: 60,
  steps: 200_000,
  milliseconds: 1000,
  depth: 80,
  text: 100_000,
  members: 10_000,
  integerBits: 8192,
  memory: 2_000_000,
});

/** A run above a limit. No `except` of the expression sees it. */
export class LimitExceeded extends Error {
  override readonly name = 'LimitExceeded';
}
