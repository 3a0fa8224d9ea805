import type { FinishedEnrollment } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { OutboxItem } from '../ports/outbox.js';
import { delivered, failed, type Handler } from './delivery-attempt.js';

/** Calls the app for an account that was written. */
export type OnEnrolled = (account: FinishedEnrollment) => unknown;

export function enrolledItem({ user, invitation, flow, enrollment }: FinishedEnrollment): OutboxItem {
  return { id: `enrolled:${enrollment}`, kind: 'enrolled', payload: { user, invitation, flow, enrollment } };
}

/** An error from the app undoes nothing: it is logged, the outbox stores only its name, and the app is called again. */
export function createEnrolledHandler(onEnrolled: OnEnrolled, log: EnrollmentLogger): Handler {
  return async ({ payload: { user, invitation, flow, enrollment } }) => {
    if (typeof user !== 'string' || typeof enrollment !== 'string') return failed('it cannot be read', false);
    try {
      await onEnrolled({
        user,
        invitation: textOrNull(invitation),
        flow: textOrNull(flow),
        enrollment,
      });
      return delivered;
    } catch (error) {
      log.error({ err: error, user }, 'onEnrolled failed');
      return failed(`onEnrolled threw${error instanceof Error ? ` ${error.name}` : ''}; the log has more`);
    }
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
