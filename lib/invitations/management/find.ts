import { EnrollmentError } from '../../base/error.js';
import type { Keyring } from '../../base/keyring.js';
import { everyPage } from '../../base/paging.js';
import type {
  InvitationRecord,
  InvitationStore,
  LedgerKind,
  InvitationSnapshot,
  InvitationQuery,
} from '../../ports/invitation-store.js';
import { stateOf, summaryOf, type InvitationState, type InvitationSummary } from '../access/eligibility.js';
import type { ExplainedAddress } from '../mailing/explain-address.js';
import { invitationIds } from '../codes/canonical-code.js';
import { readTyped } from '../codes/typed-code.js';

/** The scope of a search for invitations: all tenants, or one tenant, which never sees others. */
export interface Reach {
  readonly store: InvitationStore;
  readonly tenant?: string | undefined;
}

/** @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404), for another tenant's too */
export async function findInvitation({ store, tenant }: Reach, id: string): Promise<InvitationSnapshot> {
  const [snapshot] = await store.read([id]);
  if (snapshot && (tenant === undefined || snapshot.record.tenant === tenant)) return snapshot;
  throw new EnrollmentError(
    'ERR_ENROLLMENT_UNKNOWN_INVITATION',
    `there is no invitation ${JSON.stringify(id.slice(0, 100))}`,
    {
      status: 404,
    },
  );
}

/**
 * Changes a record; retries with the stored version when another writer was faster. Returns what was there before.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 */
export async function editInvitation(
  reach: Reach,
  id: string,
  { ledger, by }: { readonly ledger: LedgerKind; readonly by?: string | undefined },
  change: (snapshot: InvitationSnapshot) => Partial<InvitationRecord> | null,
): Promise<InvitationSnapshot> {
  for (;;) {
    const snapshot = await findInvitation(reach, id);
    const { record } = snapshot;
    const changed = change(snapshot);
    if (changed === null) return snapshot;
    const next = { ...record, ...changed, version: record.version + 1 };
    if (await reach.store.edit(next, record, ledger, by)) return snapshot;
  }
}

export interface ListQuery extends Partial<InvitationQuery> {
  readonly state?: InvitationState;
}

export interface InvitationList {
  readonly items: readonly InvitationSummary[];
  /** The value for `after` of the next page; `null` at the end. */
  readonly next: string | null;
}

const longestPage = 1000;
/** The maximum of records that one call reads to find those in a state, before it returns a short page. */
const mostRead = 5000;

/**
 * A page of invitations, 50 by default, 1,000 at most. A `state` is not stored but derived, so the search reads the
 * next 5,000: a page may be short, or empty, and still have a `next`.
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
    found.push(...page.snapshots.filter((snapshot) => state === undefined || stateOf(snapshot, settles) === state));
    next = page.next;
    read += limit;
  } while (next !== null && found.length < limit && read < mostRead);
  return { items: found.map((snapshot) => summaryOf(snapshot, settles)), next };
}

/** All invitations of a query, a page at a time. */
export async function* everyInvitation(
  reach: Reach & { readonly settles: boolean },
  query: Omit<ListQuery, 'limit' | 'after'>,
): AsyncGenerator<InvitationSummary> {
  for await (const page of everyPage((cursor) => listInvitations(reach, { ...query, limit: 500, ...cursor })))
    yield* page.items;
}

/** The true cause of a refusal, for support. */
export interface InvitationExplanation {
  /**
   * The true cause at the time, or the state now when a code was asked about. For an address `member`, `not_invited`, or
   * the state of its invitation that is closest to working.
   */
  readonly cause: string;
  /** When it was refused, in milliseconds since 1970; `null` when a code was asked about. */
  readonly at: number | null;
  /** The invitation in its current state, if there is one. */
  readonly invitation: InvitationSummary | null;
  /** Where an address was asked about. */
  readonly address?: ExplainedAddress;
}

/**
 * Explains a reference that a visitor reports, or a code. Only the last 100 refusals are kept.
 * Nothing is counted or limited: it is for administrators.
 */
export async function explainRefusal(
  { store, tenant, keyring, settles }: Reach & { readonly keyring: Keyring; readonly settles: boolean },
  referenceOrCode: string,
): Promise<InvitationExplanation | null> {
  const refusal = await store.explain(referenceOrCode.trim().toUpperCase());
  if (refusal !== null) {
    const [snapshot = null] = refusal.id === null ? [] : await store.read([refusal.id]);
    return { cause: refusal.cause, at: refusal.at, invitation: summaryIn(snapshot) };
  }
  const typed = readTyped(referenceOrCode);
  if (typed.type !== 'code') return typed.type === 'typo' ? { cause: 'typo', at: null, invitation: null } : null;
  const found = await store.read([typed.code, ...typed.others].flatMap((one) => invitationIds(keyring, one)));
  const summary = summaryIn(found.find((one) => one !== null) ?? null);
  return summary === null ? null : { cause: summary.state, at: null, invitation: summary };

  // Another tenant's invitation counts as none.
  function summaryIn(snapshot: InvitationSnapshot | null): InvitationSummary | null {
    if (snapshot === null || (tenant !== undefined && snapshot.record.tenant !== tenant)) return null;
    return summaryOf(snapshot, settles);
  }
}
