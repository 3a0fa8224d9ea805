/** A stored plan: opaque text and the revision it was saved under (1 for the first). */
export interface StoredPlan {
  readonly rev: number;
  readonly text: string;
}

export type PlanReplacement = { readonly won: true } | { readonly won: false; readonly now: StoredPlan | null };

/** Stores running plans by id. Every write is a compare-and-set; a read never extends a lifetime. */
export interface PlanStore {
  load(id: string): Promise<StoredPlan | null>;
  /** Stores revision `rev` (default 1) unless a plan is already stored. */
  create(id: string, text: string, ttlSeconds: number, rev?: number): Promise<PlanReplacement>;
  /** Stores revision `next` (default `rev + 1`) if revision `rev` is stored. `next` is `rev` for more time alone. */
  replace(id: string, rev: number, text: string, ttlSeconds: number, next?: number): Promise<PlanReplacement>;
  drop(id: string): Promise<void>;
}
