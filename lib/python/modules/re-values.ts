import type { RE2JS } from 're2js';

/** Values of Python's `re`. */
export type RegexValue = PyPattern | PyMatch;

export interface PyPattern {
  readonly type: 'pattern';
  readonly text: string;
  readonly flags: bigint;
  readonly compiled: RE2JS;
  /** For a text that ends with a line break; `null`: the pattern has no `$`. */
  readonly beforeBreak: BreakingPattern | null;
  /** Matches up to the end of the text alone. Compiled at the first use. */
  toEnd(): RE2JS;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** A pattern whose `$` takes the last line break, which its match then leaves out: RE2 cannot look ahead. */
interface BreakingPattern {
  readonly compiled: RE2JS;
  /** The pattern's own groups among those of this one. */
  readonly own: readonly number[];
  /** The groups that take the line break. */
  readonly breaks: readonly number[];
}

export interface PyMatch {
  readonly type: 'match';
  readonly of: PyPattern;
  readonly text: string;
  /** The places of each group in UTF-16 units; `-1`: it took no part. */
  readonly spans: readonly (readonly [number, number])[];
}
