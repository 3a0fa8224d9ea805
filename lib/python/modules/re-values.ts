import type { RE2JS } from 're2js';

/** Values of Python's `re`. */
export type RegexValue = PyPattern | PyMatch;

export interface PyPattern {
  readonly type: 'pattern';
  readonly text: string;
  readonly flags: bigint;
  readonly compiled: RE2JS;
  /** For a text without its last line break, where `$` stands too; `null`: the pattern has no `$`. */
  readonly compiledBeforeBreak: RE2JS | null;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

export interface PyMatch {
  readonly type: 'match';
  readonly of: PyPattern;
  readonly text: string;
  /** The places of each group in UTF-16 units; `-1`: it took no part. */
  readonly spans: readonly (readonly [number, number])[];
}
