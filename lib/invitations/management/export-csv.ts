import { csvRules } from '../../base/csv.js';
import { everyPage } from '../../base/paging.js';
import type { InvitationSummary } from '../access/eligibility.js';
import { everyInvitation, type Reach, type ListQuery } from './find.js';

export type ExportQuery = Omit<ListQuery, 'limit' | 'after'> & {
  /** One line per invitation (the default), or one per account that came by them. */
  readonly of?: 'invitations' | 'accounts';
};

type Row = readonly (string | number | null)[];

const invitationColumns = [
  'id',
  'state',
  'label',
  'tenant',
  'hint',
  'uses',
  'redeemed',
  'held',
  'claimed',
  'created_at',
  'not_before',
  'expires',
  'revoked_at',
  'bound_to',
  'flow',
  'inviter',
  'creator',
  'note',
  'data',
] as const;
const accountColumns = ['user', 'redeemed_at', 'invitation', 'seat', 'label', 'tenant', 'inviter'] as const;

/**
 * CSV with a header line, a text at a time (RFC 4180). A value that a spreadsheet would read as a formula is prefixed
 * with an apostrophe (OWASP, CSV Injection). Instants are ISO 8601 in UTC. Never contains a code.
 */
export async function* exportCsv(
  parts: Reach & { readonly settles: boolean },
  { of = 'invitations', ...query }: ExportQuery,
): AsyncGenerator<string> {
  const line = await csvLine();
  yield line(of === 'accounts' ? accountColumns : invitationColumns);
  for await (const invitation of everyInvitation(parts, query)) {
    if (of === 'invitations') yield line(rowOf(invitation));
    else for await (const row of accountRows(parts, invitation)) yield line(row);
  }
}

function rowOf(it: InvitationSummary): Row {
  const { id, state, label, tenant, hint, redeemed, held, claimed, bound, flow, inviter, creator, note, data } = it;
  const counts = [it.uses ?? 'unlimited', redeemed, held, claimed];
  const instants = [it.createdAt, it.notBefore, it.expires, it.revokedAt].map((at) =>
    at === null ? null : isoText(at),
  );
  return [id, state, label, tenant, hint, ...counts, ...instants, bound, flow, inviter, creator, note, json(data)];
}

function json(data: InvitationSummary['data']): string | null {
  return Object.keys(data).length === 0 ? null : JSON.stringify(data);
}

async function* accountRows({ store }: Reach, { id, label, tenant, inviter }: InvitationSummary): AsyncGenerator<Row> {
  for await (const page of everyPage((cursor) => store.seats(id, { limit: 500, ...cursor }))) {
    for (const { seat, user, at } of page.seats) {
      if (user !== null) yield [user, at === null ? null : isoText(at), id, seat, label, tenant, inviter];
    }
  }
}

function isoText(at: number): string {
  return new Date(at).toISOString();
}

/** Loaded with the first list that is exported. */
async function csvLine(): Promise<(row: Row) => string> {
  const { stringify } = await import('csv-stringify/sync');
  return (row) => stringify([[...row]], csvRules());
}
