import type { Position } from '../problems.js';

/** A value of a file with its place, before its tags are resolved. */
export type Tree = Scalar | List | Mapping | Tagged | Unread;

interface Scalar {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
  /** The line of its first character: of a text below a `|` the next one. `null`: its lines are none of the file's. */
  readonly firstLine: number | null;
  readonly written: WrittenAs | null;
  readonly at: Position;
}

/** What a value looks like where a text is read of it; of most values that is no question. */
export type WrittenAs =
  /** A number, with the text that Python has for it: `1.0`, where JSON has 1. */
  | { readonly type: 'number'; readonly text: string }
  /** A date, or a word as `yes`, without quotes: Python reads no text there. */
  | { readonly type: 'date' | 'boolean' };

export interface List {
  readonly type: 'list';
  readonly items: readonly Tree[];
  readonly at: Position;
}

export interface Member {
  readonly key: string;
  readonly keyAt: Position;
  readonly value: Tree;
}

export interface Mapping {
  readonly type: 'mapping';
  /** Keys are unique. */
  readonly members: readonly Member[];
  readonly at: Position;
}

/** A value with a tag, for example `!KeyOf flow`. */
export interface Tagged {
  readonly type: 'tagged';
  /** With its exclamation mark. */
  readonly tag: string;
  readonly value: Tree;
  readonly at: Position;
}

/** A value with a mistake that was reported: nothing is known of it. */
interface Unread {
  readonly type: 'unread';
  readonly at: Position;
}

/** The member of that key; `undefined`: there is none. */
export function memberOf({ members }: Mapping, key: string): Member | undefined {
  return members.find((member) => member.key === key);
}
