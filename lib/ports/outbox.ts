import type { JsonObject } from '../base/json.js';

/**
 * `enrolled`: the app is called for an account; `accepted`: for an invitation that an existing account accepted;
 * `webhook`: an event for one receiver; `mail`: a mail. Each has its own queue, so that slow receivers do not delay the
 * app.
 */
export type DeliveryKind = 'enrolled' | 'accepted' | 'webhook' | 'mail';

/** A delivery that must happen even if this process dies. */
export interface OutboxItem {
  /** Identifies one delivery of one occurrence. Adding the same id again has no effect. */
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly payload: JsonObject;
}

export interface TakenItem extends OutboxItem {
  /** How often a worker took it, including this time and workers that died with it. */
  readonly attempts: number;
  /** Proves that the item is still this worker's; changes whenever it is taken. */
  readonly token: string;
}

export interface TakenItems {
  readonly items: readonly TakenItem[];
  /** Milliseconds until another one of the kind is due, 0 for at once; `null` when none waits. */
  readonly nextInMs: number | null;
}

export interface FailedItem extends OutboxItem {
  readonly attempts: number;
  /** The error of the last attempt. */
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

/** The part of an item that a worker keeps while it delivers it. */
export type OutboxLease = Pick<TakenItem, 'id' | 'kind' | 'token'>;

/** How many items of each kind may wait; items above that are refused. */
export type MostWaiting = Readonly<Record<DeliveryKind, number>>;

/**
 * Keeps deliveries until they are reported as done. Every function is atomic, and the store's own clock decides, so
 * times are passed as delays: the clocks of two processes need not agree.
 */
export interface Outbox {
  /**
   * Stores items that are due after `delayMs`, all or some of them, and returns the ids for which there was no room. An
   * id that waits, was given up, or was delivered within the last 25 hours (longer than a plan lives) is skipped.
   */
  put(items: readonly OutboxItem[], delayMs?: number): Promise<readonly string[]>;
  /**
   * Assigns up to `limit` due items of a kind to this worker only. An item that is not settled within the lease is due
   * again.
   */
  take(kind: DeliveryKind, limit: number, leaseSeconds: number): Promise<TakenItems>;
  /** Marks it as delivered; false when another worker has it by now, as with the next two. */
  done(item: OutboxLease): Promise<boolean>;
  /** The delivery failed; try again after `delayMs`. */
  later(item: OutboxLease, delayMs: number): Promise<boolean>;
  /** The delivery is given up. The item is kept for administrators; returns how many older ones were removed for it. */
  dead(item: OutboxLease, error: string): Promise<{ readonly moved: boolean; readonly dropped: number }>;
  /** Items that were given up, the latest first. */
  failed(limit: number): Promise<readonly FailedItem[]>;
  /** Requeues an item that was given up, due at once and with all its attempts again; false when there is none. */
  retry(id: string): Promise<boolean>;
  counts(): Promise<OutboxCounts>;
}
