import type { OutboxItem } from '../ports/outbox.js';

/**
 * How one attempt ended. `error` is stored and shown to administrators: no secrets, and no personal data except ids.
 */
export type Attempt =
  { readonly type: 'done' } | { readonly type: 'failed'; readonly error: string; readonly again: boolean };

export const delivered: Attempt = Object.freeze({ type: 'done' });

export function failed(error: string, again = true): Attempt {
  return { type: 'failed', error, again };
}

/** Delivers one item, once. The signal reports that the caller no longer waits; an exception counts as failed. */
export type Handler = (item: OutboxItem, signal: AbortSignal) => Promise<Attempt>;
