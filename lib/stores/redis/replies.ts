import { isJsonObject } from '../../base/json.js';
import type {
  ClaimAnswer,
  ReservationAnswer,
  LapsedClaim,
  LedgerEntry,
  LedgerKind,
  RefusalCause,
  InvitationSnapshot,
} from '../../ports/invitation-store.js';
import { readRecord } from './record-codec.js';

/** The entries of a list reply; none for any other reply. */
export function entriesOf(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}

const causes: ReadonlySet<unknown> = new Set<RefusalCause>([
  'unknown',
  'revoked',
  'not_yet',
  'expired',
  'used_up',
  'held',
  'already',
]);
const ledgerKinds: ReadonlySet<unknown> = new Set<LedgerKind>([
  'issued',
  'held',
  'claimed',
  'released',
  'redeemed',
  'revoked',
  'mailed',
  'declined',
  'reissued',
  'restored',
  'extended',
  'edited',
  'erased',
]);

/** `read-invitation.lua` */
export function readSnapshot(id: string, reply: unknown): InvitationSnapshot | null {
  const [json, seats, claimed, lapsed, own, now, held] = entriesOf(reply);
  const record = readRecord(id, json);
  if (record === null) return null;
  return {
    record,
    redeemed: Number(seats) - Number(claimed) - Number(held),
    held: Number(held),
    claimed: Number(claimed),
    lapsed: Number(lapsed),
    own: own === 'claimed' || own === 'redeemed' ? own : null,
    now: Number(now),
  };
}

/** `claim-seat.lua` */
export function readClaimAnswer(id: string, reply: unknown, token: string): ClaimAnswer {
  const [type, ...rest] = entriesOf(reply);
  const [first, second, third] = rest;
  if (type === 'redeemed') {
    const agoMs = typeof third === 'string' ? Number(third) : null;
    return { type, seat: String(first), user: String(second), agoMs };
  }
  if (type === 'settle') return { type, lapsed: readLapsed(rest) };
  const record = type === 'claimed' ? readRecord(id, second) : null;
  if (record !== null) return { type: 'claimed', seat: String(first), token, record };
  return { type: 'refused', cause: isCause(first) ? first : 'unknown' };
}

/** `claim-seat.lua`, called for a reservation */
export function readReservationAnswer(id: string, reply: unknown): ReservationAnswer {
  const [type, until] = entriesOf(reply);
  if (type === 'held') return { type, until: typeof until === 'string' ? Number(until) : null };
  const answer = readClaimAnswer(id, reply, '');
  return answer.type === 'claimed' ? { type: 'held', until: null } : answer;
}

/** Repeated `seat, token, plan`. */
export function readLapsed(reply: unknown): readonly LapsedClaim[] {
  const texts = entriesOf(reply).map(String);
  const found: LapsedClaim[] = [];
  for (let at = 0; at + 2 < texts.length; at += 3) {
    found.push({ seat: texts[at] ?? '', token: texts[at + 1] ?? '', plan: texts[at + 2] ?? '' });
  }
  return found;
}

/** `<instant> <token> <creator>`, as `create-invitation.lua` writes it. */
export function readIssued(stored: unknown): readonly LedgerEntry[] {
  const [, at, by = ''] = typeof stored === 'string' ? (/^(\d+) \S+ ([^]*)$/.exec(stored) ?? []) : [];
  if (at === undefined) return [];
  return [{ at: Number(at), kind: 'issued', ...(by === '' ? {} : { by }) }];
}

/** LRANGE: one JSON for each entry. */
export function readLedger(reply: unknown): readonly LedgerEntry[] {
  return entriesOf(reply).flatMap((json) => {
    const value: unknown = typeof json === 'string' ? JSON.parse(json) : null;
    return isJsonObject(value) ? entryOf((name) => value[name]) : [];
  });
}

function entryOf(field: (name: string) => unknown): readonly LedgerEntry[] {
  const [kind, seat, user, by] = ['kind', 'seat', 'user', 'by'].map(field);
  if (!isLedgerKind(kind)) return [];
  return [
    {
      at: Number(field('at')),
      kind,
      ...(typeof seat === 'string' ? { seat } : {}),
      ...(typeof user === 'string' ? { user } : {}),
      ...(typeof by === 'string' ? { by } : {}),
    },
  ];
}

function isCause(value: unknown): value is RefusalCause {
  return causes.has(value);
}

function isLedgerKind(value: unknown): value is LedgerKind {
  return ledgerKinds.has(value);
}
