import type { JsonObject } from '../base/json.js';

/**
 * `enrolled`: the app is called for an account; `webhook`: an event for one receiver. Each has a queue of its own, so
 * that slow receivers do not hold up the app.
 */
export type DeliveryKind = 'enrolled' | 'webhook';

/** Something that has to be delivered, whatever happens to this process. */
export interface OutboxItem {
  /** Identifies one delivery of one occurrence. Adding the same id again has no effect. */
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly payload: JsonObject;
}

export interface TakenItem extends OutboxItem {
  /** How often it was taken, this time included: also by workers that died with it. */
  readonly attempts: number;
  /** Says that it is still this worker's; changes whenever it is taken. */
  readonly token: string;
}

export interface TakenItems {
  readonly items: readonly TakenItem[];
  /** Milliseconds until another one of the kind falls due, 0 for at once; `null` when none waits. */
  readonly nextInMs: number | null;
}

export interface FailedItem extends OutboxItem {
  readonly attempts: number;
  /** What the last attempt said. */
  readonly error: string;
  /** When it was given up, in milliseconds since 1970. */
  readonly failedAt: number;
}

export interface OutboxCounts {
  /** Items that are due, delayed or being delivered. */
  readonly waiting: number;
  /** Items that were given up. */
  readonly failed: number;
}

/** What a worker holds of an item while it delivers it. */
export type OutboxLease = Pick<TakenItem, 'id' | 'kind' | 'token'>;

/** How many items of each kind may wait; a put beyond is refused. */
export type MostWaiting = Readonly<Record<DeliveryKind, number>>;

/**
 * Keeps what has to be delivered until somebody says that it was. Every function is atomic, and the store's own clock
 * decides, so times are given as delays: the clocks of two processes need not agree.
 */
export interface Outbox {
  /**
   * Stores items that fall due after `delayMs`, all or some of them: tells the ids for which there was no room. An id
   * that waits, was given up, or was delivered within the last 25 hours is passed over: longer than a plan lives.
   */
  put(items: readonly OutboxItem[], delayMs?: number): Promise<readonly string[]>;
  /** Gives `limit` due items of a kind to this worker alone. One that is not settled within the lease falls due again. */
  take(kind: DeliveryKind, limit: number, leaseSeconds: number): Promise<TakenItems>;
  /** It was delivered; false when it is somebody else's by now, as with the next two. */
  done(item: OutboxLease): Promise<boolean>;
  /** It was not; try again after `delayMs`. */
  later(item: OutboxLease, delayMs: number): Promise<boolean>;
  /** It never will be. It is kept for administrators; tells how many older ones had to go for it. */
  dead(item: OutboxLease, error: string): Promise<{ readonly moved: boolean; readonly dropped: number }>;
  /** What was given up, the latest first. */
  failed(limit: number): Promise<readonly FailedItem[]>;
  /** Puts an item that was given up back, due at once and with all its attempts before it; false when there is none. */
  retry(id: string): Promise<boolean>;
  counts(): Promise<OutboxCounts>;
}
