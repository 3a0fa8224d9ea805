import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { TicketClaimAnswer, TicketRecord, TicketSnapshot, TicketStore } from '../../ports/ticket-store.js';

export interface TicketStoreUnderTest {
  readonly store: TicketStore;
  /** The store's time, in milliseconds since 1970. */
  now(): number;
  advance(milliseconds: number): void;
}

/** A store with a subject of its own. */
export interface TicketFixture extends TicketStoreUnderTest {
  readonly subject: string;
  /** Stores a ticket that lasts an hour. */
  issue(over?: Partial<TicketRecord>, supersede?: boolean): Promise<TicketRecord>;
  claim(ticket: TicketRecord, plan: string, mark?: string): Promise<TicketClaimAnswer>;
  take(ticket: TicketRecord, plan: string): Promise<string>;
  stateOf(ticket: TicketRecord): Promise<TicketSnapshot['state'] | undefined>;
}

export const hourMs = 3_600_000;

export function ticketFixture(opened: TicketStoreUnderTest): TicketFixture {
  const { store } = opened;
  const subject = randomId();
  const claim: TicketFixture['claim'] = (ticket, plan, mark = `mark of ${plan}`) =>
    store.claim({ subject, id: ticket.id, plan, leaseSeconds: 60, mark });
  return {
    store,
    now: () => opened.now(),
    advance: (milliseconds) => opened.advance(milliseconds),
    subject,
    async issue(over = {}, supersede = false) {
      const now = opened.now();
      const ticket: TicketRecord = {
        id: randomId(),
        subject,
        purpose: 'invite',
        createdAt: now,
        expires: now + hourMs,
        content: {},
        ...over,
      };
      assert.equal(await store.create(ticket, supersede), 'created');
      return ticket;
    },
    claim,
    async take(ticket, plan) {
      const answer = await claim(ticket, plan);
      return answer.type === 'claimed' ? answer.token : assert.fail(`${plan} got ${JSON.stringify(answer)}`);
    },
    stateOf: async (ticket) => (await store.read(subject, ticket.id))?.state,
  };
}
