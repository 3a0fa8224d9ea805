import { isJsonObject, parseJsonList, type Json } from '../../base/json.js';
import type { TicketEnd, TicketPurpose, TicketRecord } from '../../ports/ticket-store.js';
import type { KeptTicket, TicketList } from '../tickets/ticket-list.js';

const purposes: ReadonlySet<unknown> = new Set<TicketPurpose>(['invite', 'recovery', 'verify-email', 'change-email']);
const ends: ReadonlySet<unknown> = new Set<TicketEnd>([
  'superseded',
  'revoked',
  'signed_in',
  'password_changed',
  'address_changed',
  'deactivated',
]);

export function ticketListText(list: TicketList): string {
  return JSON.stringify(list);
}

/** What this store did not write is left out. */
export function ticketListOf(text: string): TicketList {
  return (parseJsonList(text) ?? []).flatMap(ticketOf);
}

function ticketOf(value: Json | undefined): readonly KeptTicket[] {
  const record = isJsonObject(value) ? recordOf(value['record']) : null;
  if (!isJsonObject(value) || record === null) return [];
  const { claim = null, used = null, ended = null } = value;
  const ticket = { record, claim: claimOf(claim), used: useOf(used), ended: endOf(ended) };
  // A ticket whose use cannot be read must not count as unused.
  const isWhole = [claim, used, ended].every((part, at) => part === null || parts(ticket)[at] !== null);
  return isWhole ? [ticket] : [];
}

const parts = ({ claim, used, ended }: KeptTicket) => [claim, used, ended];

function claimOf(value: Json | undefined): KeptTicket['claim'] {
  if (!isJsonObject(value)) return null;
  const { plan, token, until, mark } = value;
  if (typeof plan !== 'string' || typeof token !== 'string' || typeof mark !== 'string') return null;
  return typeof until === 'number' ? { plan, token, until, mark } : null;
}

function useOf(value: Json | undefined): KeptTicket['used'] {
  if (!isJsonObject(value)) return null;
  const { plan, at } = value;
  return typeof plan === 'string' && typeof at === 'number' ? { plan, at } : null;
}

function endOf(value: Json | undefined): KeptTicket['ended'] {
  if (!isJsonObject(value)) return null;
  const { cause, at } = value;
  return isEnd(cause) && typeof at === 'number' ? { cause, at } : null;
}

function recordOf(value: Json | undefined): TicketRecord | null {
  if (!isJsonObject(value)) return null;
  const { id, subject, purpose, createdAt, expires, content } = value;
  if (typeof id !== 'string' || typeof subject !== 'string' || !isPurpose(purpose)) return null;
  if (typeof createdAt !== 'number' || typeof expires !== 'number' || !isJsonObject(content)) return null;
  return { id, subject, purpose, createdAt, expires, content };
}

const isPurpose = (value: unknown): value is TicketPurpose => purposes.has(value);
const isEnd = (value: unknown): value is TicketEnd => ends.has(value);
