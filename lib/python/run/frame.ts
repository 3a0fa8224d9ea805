import type { Value } from '../values/value.js';

/** The names of one call. */
export interface Frame {
  readonly names: Map<string, Value>;
  /** The names that belong to this call: they are never looked up elsewhere. */
  readonly locals: ReadonlySet<string>;
  /** The call within whose text the function stands; `null`: none. */
  readonly outer: Frame | null;
  /** The exception that is being handled, for a bare `raise`. */
  handled: Error | null;
}
