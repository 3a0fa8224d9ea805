import type { Flow } from './flow.js';

/** A place in a flow file; line and column begin with 1. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where a flow of a file and its parts stand, so that a mistake of the whole is reported there. */
export interface FlowOrigin {
  readonly flow: FilePlace;
  /** By the key of the binding. What the import adds has no place. */
  readonly bindings: ReadonlyMap<string, { readonly binding: FilePlace; readonly stage: FilePlace }>;
  /** True where a part has a mistake that was reported, or is missing: the whole cannot be judged. */
  readonly isIncomplete: boolean;
}

// Not a member: a flow that the app makes of another one is not what the file says.
const origins = new WeakMap<Flow, FlowOrigin>();

export function withOrigin(flow: Flow, origin: FlowOrigin | null): Flow {
  if (origin !== null) origins.set(flow, origin);
  return flow;
}

/** `null`: a flow of code. */
export function originOf(flow: Flow): FlowOrigin | null {
  return origins.get(flow) ?? null;
}

export function isIncomplete(flow: Flow): boolean {
  return originOf(flow)?.isIncomplete === true;
}
