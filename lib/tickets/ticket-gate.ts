import type { TicketGate } from '../ports/ticket-gate.js';
import { confirmEmail } from './confirm-email.js';
import { accountOf, examineTicket, readTicket, unknownTicket } from './find-ticket.js';
import { targetOf, withResult } from './result-url.js';
import { setPassword, type SetPasswordParts } from './set-password.js';
import { readSettled } from './settle-ticket.js';
import { contentOf } from './ticket-content.js';
import { isMailed, refsOfLink, subjectsOf } from './ticket-keys.js';

interface TicketGateParts<User> extends SetPasswordParts<User> {
  readonly renew: TicketGate['renew'];
}

/** Tickets for the flows. */
export function createTicketGate<User>(parts: TicketGateParts<User>): TicketGate {
  const { store, keyring, rules } = parts;
  return Object.freeze<TicketGate>({
    async find(flow, token, plan) {
      const snapshot = await readSettled(parts, refsOfLink(keyring, token));
      if (snapshot === null) return { type: 'refused', refused: unknownTicket };
      const found = await examineTicket(parts, snapshot, flow, { plan, mailed: isMailed(keyring, token) });
      // What the page has said stays true: an account that is switched on again, or gets its address back, needs a new
      // ticket. A page that is only shown changes nothing.
      const cause = plan !== null && found.type === 'refused' ? found.refused.cause : null;
      if (cause === 'deactivated' || cause === 'address_changed')
        await store.end(snapshot.record.subject, cause, { ids: [snapshot.record.id] });
      return found;
    },

    async refusal(ticket, plan) {
      const snapshot = await readSettled(parts, [ticket]);
      const found =
        snapshot === null ? null : await examineTicket(parts, snapshot, null, { plan, mailed: ticket.mailed });
      if (found === null) return unknownTicket;
      return found.type === 'refused' ? found.refused : null;
    },

    setPassword: (ticket, write) => setPassword(parts, ticket, write),
    confirmEmail: (ticket, write) => confirmEmail(parts, ticket, write),

    async resultOf(ticket) {
      const snapshot = await readTicket(parts, [ticket]);
      const content = snapshot === null ? null : contentOf(snapshot.record.content);
      const target = targetOf(rules, content);
      if (content === null || target === null) return null;
      const address = content.shows_email ? ((await accountOf(parts, content))?.address ?? null) : null;
      return withResult(target, { success: true, status: 'done', email: address });
    },

    async end(user, cause, purposes) {
      const which = purposes === undefined ? {} : { purposes };
      await Promise.all(subjectsOf(keyring, user).map((subject) => store.end(subject, cause, which)));
    },

    renew: (token, request) => parts.renew(token, request),
  });
}
