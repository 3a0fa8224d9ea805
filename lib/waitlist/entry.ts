import type { Keyring } from '../base/keyring.js';
import type { WaitlistEntry, WaitlistStore } from '../ports/waitlist-store.js';

/**
 * The id of an address on the waitlist: HMAC-SHA-256 cut to 128 bits. One per secret, newest first, because an entry
 * may be older than the newest secret. `email` is canonical, so every spelling of an address is one entry.
 */
export function entryIds(keyring: Keyring, email: string, tenant: string | null): readonly string[] {
  // The first word separates it from invitation codes; an unambiguous list separates the tenants.
  return keyring.signAll('invitation', `waitlist:${JSON.stringify([tenant, email])}`);
}

/** What an entry says before a decision. */
export const undecided = Object.freeze({
  state: 'waiting',
  decidedAt: null,
  by: null,
  invitation: null,
  attempts: 0,
  sentAt: null,
  lastError: null,
  busyUntil: null,
} satisfies Partial<WaitlistEntry>);

/**
 * The allowed transitions of an entry. The process that creates or sends an invitation owns the entry until
 * `busyUntil`; an entry that is still approved after that was left by a process that died.
 */
export const mayApprove = (entry: WaitlistEntry, now: number): boolean =>
  entry.state === 'waiting' ||
  entry.state === 'refused' ||
  // No message can have been sent: an invitation is recorded before its message is sent.
  (entry.state === 'approved' && entry.invitation === null && !isHeld(entry, now));

export const mayResend = (entry: WaitlistEntry, now: number): boolean =>
  (entry.state === 'approved' || entry.state === 'sent' || entry.state === 'failed') && !isHeld(entry, now);

export const mayRefuse = (entry: WaitlistEntry): boolean => entry.state === 'waiting';

/** True when the message may or may not have been sent: sending was started, and its outcome is unknown. */
export const isUncertain = (entry: WaitlistEntry, now: number): boolean =>
  entry.state === 'approved' && entry.invitation !== null && entry.busyUntil !== null && !isHeld(entry, now);

/** True while a caller creates or sends its invitation. */
export function isHeld({ busyUntil }: WaitlistEntry, now: number): boolean {
  return busyUntil !== null && busyUntil > now;
}

/** How many earlier invitations an entry names. */
export const mostEarlier = 20;

/** The result of one change. `before` is the previous entry; without a change `entry` is the same. */
export interface Moved {
  readonly changed: boolean;
  readonly before: WaitlistEntry;
  readonly entry: WaitlistEntry;
}

/**
 * Changes an entry; retries with the stored version when another writer was faster; `null` when there is no entry.
 * `change` returns `null` when nothing is to be changed.
 */
export async function move(
  store: WaitlistStore,
  id: string,
  change: (entry: WaitlistEntry) => Partial<WaitlistEntry> | null,
): Promise<Moved | null> {
  for (;;) {
    const [before = null] = await store.read([id]);
    if (before === null) return null;
    const changed = change(before);
    if (changed === null) return { changed: false, before, entry: before };
    const entry = await replace(store, before, changed);
    if (entry !== null) return { changed: true, before, entry };
  }
}

/** Changes exactly this version of an entry; `null` when it is no longer stored. */
export async function replace(
  store: WaitlistStore,
  present: WaitlistEntry,
  changed: Partial<WaitlistEntry>,
): Promise<WaitlistEntry | null> {
  const next = { ...present, ...changed };
  return (await store.change(next, present)) ? { ...next, version: present.version + 1 } : null;
}

/** Notes what became of sending an invitation of a claimed entry: not where its mail, or its person, was faster. */
export async function noteSending(
  store: WaitlistStore,
  noted: WaitlistEntry,
  changed: Partial<WaitlistEntry>,
): Promise<WaitlistEntry> {
  const moved = await move(store, noted.id, (entry) =>
    entry.invitation === noted.invitation && entry.state === 'approved' ? { ...changed, busyUntil: null } : null,
  );
  return moved?.entry ?? noted;
}
