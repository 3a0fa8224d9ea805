import { isJsonObject, type JsonObject } from '../base/json.js';
import type { AcceptedInvitation } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { OutboxItem } from '../ports/outbox.js';
import { delivered, failed, type Handler } from './delivery-attempt.js';

/** What the invitation granted when it was accepted; `null`: not known any more, so what it grants now counts. */
export type AcceptedTerms = { readonly label: string; readonly data: JsonObject } | null;

/** Calls the app for an invitation that an existing account accepted. */
export type OnAccepted = (acceptance: AcceptedInvitation, terms: AcceptedTerms) => unknown;

export function acceptedItem(
  { user, invitation, flow, enrollment }: AcceptedInvitation,
  terms: AcceptedTerms,
): OutboxItem {
  const { label, data } = terms ?? {};
  return {
    id: `accepted:${enrollment}`,
    kind: 'accepted',
    payload: {
      user,
      invitation,
      flow,
      enrollment,
      terms: label === undefined || data === undefined ? null : { label, data },
    },
  };
}

/** An error from the app undoes nothing: it is logged, the outbox stores only its name, and the app is called again. */
export function createAcceptedHandler(onAccepted: OnAccepted, log: EnrollmentLogger): Handler {
  return async ({ payload: { user, invitation, flow, enrollment, terms } }) => {
    if (typeof user !== 'string' || typeof invitation !== 'string' || typeof enrollment !== 'string')
      return failed('it cannot be read', false);
    try {
      await onAccepted({ user, invitation, flow: typeof flow === 'string' ? flow : null, enrollment }, termsIn(terms));
      return delivered;
    } catch (error) {
      log.error({ err: error, user, invitation }, 'onInvitationAccepted failed');
      return failed(`onInvitationAccepted threw${error instanceof Error ? ` ${error.name}` : ''}; the log has more`);
    }
  };
}

function termsIn(terms: unknown): AcceptedTerms {
  if (!isJsonObject(terms)) return null;
  const { label, data } = terms;
  return typeof label === 'string' && isJsonObject(data) ? { label, data } : null;
}
