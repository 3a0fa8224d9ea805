import type { InvitationQuery, InvitationRecord } from '../ports/invitation-store.js';

const longest = 64;
const most = 24;

/** The canonical form of words that are searched: NFKC, lower case, no longer than 64 characters. */
export function foldWord(word: string): string {
  return word.normalize('NFKC').toLowerCase().trim().slice(0, longest);
}

/**
 * The words whose prefixes find an invitation: of its label and creator, its address, its hint and its id. Sorted, each
 * once.
 */
export function wordsOf({ label, creator, bound, hint, id }: InvitationRecord): readonly string[] {
  const written = `${creator ?? ''} ${label}`.split(/[^\p{L}\p{M}\p{N}]+/u);
  const words = [...written.slice(0, most), creator ?? '', bound ?? '', ...(bound ?? '').split('@'), hint, id];
  return [...new Set(words.map(foldWord).filter((word) => word !== ''))].sort();
}

/** A record never changes; an edited one is a new object. */
const known = new WeakMap<InvitationRecord, readonly string[]>();

/** The word that finds `record`, so that it is listed once although several of its words have the same prefix. */
export function firstMatch(record: InvitationRecord, beginning: string): string | undefined {
  const words = known.get(record) ?? wordsOf(record);
  known.set(record, words);
  return words.find((word) => word.startsWith(beginning));
}

/** Whether a record belongs to the requested tenant and inviter. */
export function isAskedFor(record: InvitationRecord, { tenant, inviter }: InvitationQuery): boolean {
  return (tenant === undefined || record.tenant === tenant) && (inviter === undefined || record.inviter === inviter);
}
