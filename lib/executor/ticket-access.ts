import { chain, type Awaitable } from '../base/awaitable.js';
import { message } from '../base/message.js';
import type { Plan } from '../flow/plan.js';
import type { RefusedTicket } from '../ports/ticket-gate.js';
import { refusal, type Reply } from './reply.js';
import type { Ask, ExecutorContext } from './run.js';

/** The page of a ticket that is refused. */
export function ticketRefused({ flow }: Ask, ticket: RefusedTicket): Reply {
  return refusal(403, [message(`ticket.${ticket.cause}.text`)], { flow, ticket });
}

/**
 * The reply where a stored plan may not go on: its ticket was used by another one, or has ended. `null`: it may.
 */
export function refuseEndedTicket(
  { services }: ExecutorContext,
  ask: Ask,
  { context: { ticket }, enrollmentId }: Plan,
): Awaitable<Reply | null> {
  if (ticket === undefined || services.tickets === undefined) return null;
  return chain(services.tickets.refusal(ticket, enrollmentId), (refused) =>
    refused === null ? null : ticketRefused(ask, refused),
  );
}
