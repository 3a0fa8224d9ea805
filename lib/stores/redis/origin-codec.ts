import type { AccountOrigin } from '../../ports/invitation-store.js';

/** The seat through which an account joined, in its stored form: `<id> <at> <seat>`. */
export function originText({ id, seat, at }: AccountOrigin): string {
  return `${id} ${String(at)} ${seat}`;
}

/** Reads the result of `originText`; `null` for anything else. */
export function readOrigin(stored: unknown): AccountOrigin | null {
  const [, id, at, seat] = typeof stored === 'string' ? (/^(\S+) (\d+) ([^]+)$/.exec(stored) ?? []) : [];
  return id === undefined || seat === undefined ? null : { id, seat, at: Number(at) };
}
