/** A version of the stored flows. The store does not read its texts. */
export interface FlowStoreVersion {
  /** From 1, without gaps. */
  readonly version: number;
  /** JSON: who made it and when, and what it changed; unique. A few kilobytes. */
  readonly entry: string;
}

/** A version to be stored after the newest one. */
export interface NewFlowStoreVersion {
  /** The number of the newest version that the writer knows; 0: none. */
  readonly after: number;
  readonly entry: string;
  /** JSON of the files; up to one megabyte. */
  readonly files: string;
  /** How many versions are kept, this one included; the oldest ones are removed. */
  readonly kept: number;
}

/** Stores the versions of flows that are edited while the app runs. A version never changes. */
export interface FlowStore {
  /**
   * The number of the newest version; 0: there is none; `null`: what the store has is no number. A version is appended
   * then after the newest one of `list`.
   */
  newest(): Promise<number | null>;
  /** `null`: there is no such version, or it is no longer kept. */
  read(version: number): Promise<(FlowStoreVersion & { readonly files: string }) | null>;
  /** The kept versions, the newest first. */
  list(): Promise<readonly FlowStoreVersion[]>;
  /**
   * Stores version `after + 1` if `after` is the newest one; `newest` is the newest one afterwards. A repeated call with
   * the same entry stores nothing more, and is true again.
   */
  append(version: NewFlowStoreVersion): Promise<{ readonly stored: boolean; readonly newest: number }>;
}
