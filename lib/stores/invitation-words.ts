import type { InvitationQuery, InvitationRecord } from '../ports/invitation-store.js';

const longest = 64;
const most = 24;

/** One form for words that are searched: NFKC, lower case, no longer than 64 characters. */
export function foldWord(word: string): string {
  return word.normalize('NFKC').toLowerCase().trim().slice(0, longest);
}

/** The words by whose beginnings an invitation is found: of its label and creator, its address, its hint and its id. Sorted, each once. */
export function wordsOf({ label, creator, bound, hint, id }: InvitationRecord): readonly string[] {
  const written = `${creator ?? ''} ${label}`.split(/[^\p{L}\p{M}\p{N}]+/u);
  const words = [...written.slice(0, most), creator ?? '', bound ?? '', ...(bound ?? '').split('@'), hint, id];
  return [...new Set(words.map(foldWord).filter((word) => word !== ''))].sort();
}

/** The word by which `record` is found, so that it is listed once although several of its words begin alike. */
export function firstMatch(record: InvitationRecord, beginning: string): string | undefined {
  return wordsOf(record).find((word) => word.startsWith(beginning));
}

/** Whether a record is of the tenant and inviter that are asked for. */
export function isAskedFor(record: InvitationRecord, { tenant, inviter }: InvitationQuery): boolean {
  return (tenant === undefined || record.tenant === tenant) && (inviter === undefined || record.inviter === inviter);
}
