import type {
  ClaimAnswer,
  LapsedClaim,
  LedgerEntry,
  LedgerKind,
  RefusalCause,
  Standing,
} from '../../ports/invitation-store.js';
import { entriesOf } from './reply-list.js';
import { readRecord } from './record-codec.js';

const causes: ReadonlySet<unknown> = new Set<RefusalCause>([
  'unknown',
  'revoked',
  'not_yet',
  'expired',
  'used_up',
  'held',
]);
const ledgerKinds: ReadonlySet<unknown> = new Set<LedgerKind>([
  'issued',
  'claimed',
  'released',
  'redeemed',
  'revoked',
  'extended',
]);

/** `read-invitation.lua` */
export function readStanding(reply: unknown): Standing | null {
  const [json, places, claimed, lapsed, own, now] = entriesOf(reply);
  const record = readRecord(json);
  if (record === null) return null;
  return {
    record,
    redeemed: Number(places) - Number(claimed),
    claimed: Number(claimed),
    lapsed: Number(lapsed),
    own: own === 'claimed' || own === 'redeemed' ? own : null,
    now: Number(now),
  };
}

/** `claim-place.lua` */
export function readClaimAnswer(reply: unknown, token: string): ClaimAnswer {
  const [is, ...rest] = entriesOf(reply);
  const [first, second] = rest;
  if (is === 'redeemed') return { is, place: String(first), user: String(second) };
  if (is === 'settle') return { is, lapsed: readLapsed(rest) };
  const record = is === 'claimed' ? readRecord(second) : null;
  if (record !== null) return { is: 'claimed', place: String(first), token, record };
  return { is: 'refused', cause: isCause(first) ? first : 'unknown' };
}

/** `place, token, plan` again and again. */
export function readLapsed(reply: unknown): readonly LapsedClaim[] {
  const texts = entriesOf(reply).map(String);
  const found: LapsedClaim[] = [];
  for (let at = 0; at + 2 < texts.length; at += 3) {
    found.push({ place: texts[at] ?? '', token: texts[at + 1] ?? '', plan: texts[at + 2] ?? '' });
  }
  return found;
}

/** XRANGE: `[id, [field, value, …]]` again and again. */
export function readLedger(reply: unknown): readonly LedgerEntry[] {
  return entriesOf(reply).flatMap((entry): LedgerEntry | readonly [] => {
    const [, listed] = entriesOf(entry);
    const fields = pairs(listed);
    const kind = fields.get('kind');
    if (!isLedgerKind(kind)) return [];
    const place = fields.get('place');
    const user = fields.get('user');
    return {
      at: Number(fields.get('at')),
      kind,
      ...(place === undefined ? {} : { place }),
      ...(user === undefined ? {} : { user }),
    };
  });
}

function pairs(listed: unknown): ReadonlyMap<string, string> {
  const texts = entriesOf(listed).map(String);
  return new Map(texts.flatMap((text, at): [string, string][] => (at % 2 === 0 ? [[text, texts[at + 1] ?? '']] : [])));
}

function isCause(value: unknown): value is RefusalCause {
  return causes.has(value);
}

function isLedgerKind(value: unknown): value is LedgerKind {
  return ledgerKinds.has(value);
}
