import type { InvitationPage, InvitationQuery, InvitationSnapshot } from '../../ports/invitation-store.js';
import { firstMatch, foldWord, isAskedFor } from '../invitation-words.js';

/** A page of `snapshots`: the newest first, or by the matching word of a search. */
export function listInvitations(snapshots: readonly InvitationSnapshot[], query: InvitationQuery): InvitationPage {
  const asked = snapshots.filter(({ record }) => isAskedFor(record, query));
  const sorted = query.search === undefined ? asked.sort(byAge) : byWord(asked, foldWord(query.search));
  const start = query.after === undefined ? 0 : sorted.findIndex(({ record }) => record.id === query.after) + 1;
  const page = sorted.slice(start, start + query.limit);
  return { snapshots: page, next: start + query.limit < sorted.length ? (page.at(-1)?.record.id ?? null) : null };
}

function byWord(snapshots: readonly InvitationSnapshot[], beginning: string): readonly InvitationSnapshot[] {
  return snapshots
    .flatMap((snapshot) => {
      const word = firstMatch(snapshot.record, beginning);
      return word === undefined ? [] : [{ snapshot, key: `${word} ${snapshot.record.id}` }];
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ snapshot }) => snapshot);
}

function byAge(a: InvitationSnapshot, b: InvitationSnapshot): number {
  return b.record.createdAt - a.record.createdAt || (a.record.id < b.record.id ? 1 : -1);
}
