import type { InvitationQuery, InvitationSnapshot } from '../../ports/invitation-store.js';
import type { Reach } from './find.js';
import { stateOf, type InvitationState } from '../access/state.js';
import { summaryOf, type InvitationSummary } from '../access/summary.js';

export interface ListQuery extends Partial<InvitationQuery> {
  readonly state?: InvitationState;
}

export interface InvitationList {
  readonly items: readonly InvitationSummary[];
  /** What `after` of the next page is; `null` at the end. */
  readonly next: string | null;
}

const longestPage = 1000;
/** Records that one call reads to find those of a state, before it answers with a short page. */
const mostRead = 5000;

/**
 * A page of invitations, 50 unless told, 1,000 at most. A `state` is not stored but derived, so it is looked for among
 * the next 5,000: a page may be short, or empty, and still have a `next`.
 */
export async function listInvitations(
  { store, tenant, settles }: Reach & { readonly settles: boolean },
  { limit: asked = 50, state, ...given }: ListQuery,
): Promise<InvitationList> {
  const limit = Number.isFinite(asked) ? Math.min(Math.max(1, Math.floor(asked)), longestPage) : 50;
  const query = tenant === undefined ? given : { ...given, tenant };
  const found: InvitationSnapshot[] = [];
  let next: string | null = query.after ?? null;
  let read = 0;
  do {
    const after: string | null = next;
    const page = await store.list({ ...query, limit: limit - found.length, ...(after === null ? {} : { after }) });
    found.push(...page.standings.filter((standing) => state === undefined || stateOf(standing, settles) === state));
    next = page.next;
    read += limit;
  } while (next !== null && found.length < limit && read < mostRead);
  return { items: found.map((standing) => summaryOf(standing, settles)), next };
}

/** All invitations of a query, a page at a time. */
export async function* everyInvitation(
  reach: Reach & { readonly settles: boolean },
  query: Omit<ListQuery, 'limit' | 'after'>,
): AsyncGenerator<InvitationSummary> {
  for (let after: string | null | undefined = undefined; after !== null;) {
    const page: InvitationList = await listInvitations(reach, {
      ...query,
      limit: 500,
      ...(after === undefined ? {} : { after }),
    });
    yield* page.items;
    after = page.next;
  }
}
