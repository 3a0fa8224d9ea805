import type {
  TicketClaim,
  TicketClaimAnswer,
  TicketEnd,
  TicketPurpose,
  TicketRecord,
  TicketSnapshot,
} from '../../ports/ticket-store.js';
import { ticketLimits } from '../limits.js';

/** The tickets of one subject as they are stored, the newest first. */
export type TicketList = readonly KeptTicket[];

export interface KeptTicket {
  readonly record: TicketRecord;
  readonly claim: KeptClaim | null;
  readonly used: { readonly plan: string; readonly at: number } | null;
  readonly ended: { readonly cause: TicketEnd; readonly at: number } | null;
}

interface KeptClaim {
  readonly plan: string;
  readonly token: string;
  readonly until: number;
  readonly mark: string;
}

/** What a call makes of the list, and its answer. `list` is `null` where nothing changes. */
interface Change<Answer> {
  readonly list: TicketList | null;
  readonly answer: Answer;
}

const unchanged = <Answer>(answer: Answer): Change<Answer> => ({ list: null, answer });

export function createTicket(
  list: TicketList,
  { record, supersede, now }: { readonly record: TicketRecord; readonly supersede: boolean; readonly now: number },
): Change<'created' | 'exists' | 'full'> {
  if (find(list, record.id) !== undefined) return unchanged('exists');
  const others = supersede ? endTickets(list, { cause: 'superseded', now, purposes: [record.purpose] }).list : null;
  const kept = (others ?? list).filter((one) => one.record.expires + ticketLimits.keptMs > now);
  const surplus = Math.max(0, kept.length + 1 - ticketLimits.perSubject);
  const removed = surplus === 0 ? [] : kept.filter((one) => isOver(one, now)).slice(-surplus);
  if (removed.length < surplus) return unchanged('full');
  const added = { record, claim: null, used: null, ended: null };
  return { list: [added, ...kept.filter((one) => !removed.includes(one))], answer: 'created' };
}

/** Nothing can come of it any more. What a claim has written must be found out first. */
function isOver({ record, claim, used, ended }: KeptTicket, now: number): boolean {
  return used !== null || (claim === null && (ended !== null || record.expires <= now));
}

export function endTickets(
  list: TicketList,
  which: {
    readonly cause: TicketEnd;
    readonly now: number;
    readonly ids?: readonly string[] | undefined;
    readonly purposes?: readonly TicketPurpose[] | undefined;
  },
): Change<readonly string[]> {
  const { cause, now, ids, purposes } = which;
  const ending = list.filter(
    ({ record, used, ended }) =>
      used === null &&
      // Expired and superseded ones may be renewed: what ends a ticket for good ends them too.
      (cause === 'superseded'
        ? ended === null && record.expires > now
        : (ended?.cause ?? 'superseded') === 'superseded') &&
      (ids?.includes(record.id) ?? true) &&
      (purposes?.includes(record.purpose) ?? true),
  );
  if (ending.length === 0) return unchanged([]);
  return {
    list: list.map((one) => (ending.includes(one) ? { ...one, ended: { cause, at: now } } : one)),
    answer: ending.map(({ record }) => record.id),
  };
}

export function extendTicket(
  list: TicketList,
  { id, expires, now }: { readonly id: string; readonly expires: number; readonly now: number },
): Change<boolean> {
  const ticket = find(list, id);
  if (ticket === undefined || ticket.used !== null || ticket.ended !== null || ticket.record.expires <= now)
    return unchanged(false);
  return { list: replace(list, { ...ticket, record: { ...ticket.record, expires } }), answer: true };
}

/** The order of its rules is that of `TicketStore.claim`. */
export function claimTicket(
  list: TicketList,
  claim: TicketClaim,
  { token, now }: { readonly token: string; readonly now: number },
): Change<TicketClaimAnswer> {
  const { id, plan, leaseSeconds, mark } = claim;
  const ticket = find(list, id);
  if (ticket === undefined) return unchanged({ type: 'refused', cause: 'unknown' });
  const { used, ended, record } = ticket;
  if (used !== null) return unchanged({ type: 'used', own: used.plan === plan, at: used.at });
  const present = ticket.claim;
  const isRunning = present !== null && present.until > now;
  if (!isRunning || present.plan !== plan) {
    if (ended !== null) return unchanged({ type: 'refused', cause: ended.cause });
    if (isRunning) return unchanged({ type: 'refused', cause: 'busy' });
    if (present !== null)
      return unchanged({ type: 'settle', plan: present.plan, token: present.token, mark: present.mark });
    if (record.expires <= now) return unchanged({ type: 'refused', cause: 'expired' });
  } else if (present.mark !== mark) {
    return unchanged({ type: 'settle', plan: present.plan, token: present.token, mark: present.mark });
  }
  const taken = { plan, token, until: now + leaseSeconds * 1000, mark };
  return { list: replace(list, { ...ticket, claim: taken }), answer: { type: 'claimed', token, record } };
}

export function commitTicket(
  list: TicketList,
  { id, plan, now }: { readonly id: string; readonly plan: string; readonly now: number },
): Change<boolean> {
  const ticket = find(list, id);
  if (ticket === undefined || ticket.used !== null) return unchanged(false);
  return { list: replace(list, { ...ticket, claim: null, used: { plan, at: now } }), answer: true };
}

export function releaseTicket(
  list: TicketList,
  { id, token }: { readonly id: string; readonly token: string },
): Change<boolean> {
  const ticket = find(list, id);
  if (ticket === undefined || ticket.claim?.token !== token) return unchanged(false);
  return { list: replace(list, { ...ticket, claim: null }), answer: true };
}

export function snapshotOf({ record, claim, used, ended }: KeptTicket, now: number): TicketSnapshot {
  const state = (): TicketSnapshot['state'] => {
    if (used !== null) return { type: 'used', ...used };
    if (ended !== null) return { type: 'ended', ...ended };
    if (claim !== null) return { type: 'claimed' };
    return { type: record.expires <= now ? 'expired' : 'open' };
  };
  const lapsed =
    claim === null || claim.until > now ? null : { plan: claim.plan, token: claim.token, mark: claim.mark };
  return { record, state: state(), lapsed, now };
}

export function find(list: TicketList, id: string): KeptTicket | undefined {
  return list.find(({ record }) => record.id === id);
}

function replace(list: TicketList, ticket: KeptTicket): TicketList {
  return list.map((one) => (one.record.id === ticket.record.id ? ticket : one));
}
