import type { EnrollmentClock } from '../base/clock.js';
import { argumentIssues } from '../base/setting-kinds.js';
import { refuseSettings } from '../base/settings.js';
import type { AcceptedInvitation, EnrollmentEvent, EventSink, FinishedEnrollment } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { DeliveryKind, FailedItem, Outbox, OutboxCounts } from '../ports/outbox.js';
import type { WebhookReceiver } from '../ports/webhook-receiver.js';
import { acceptedItem, createAcceptedHandler, type AcceptedTerms, type OnAccepted } from './accepted.js';
import { createDeliver } from './deliver.js';
import type { Handler } from './delivery-attempt.js';
import { endpointOf } from './endpoint.js';
import { createEnrolledHandler, enrolledItem, type OnEnrolled } from './enrolled.js';
import { deliveryOf, occurrenceOf } from './occurrence.js';
import { createRecent } from './recent.js';
import { createSender } from './sender.js';
import { createWorker, type Worker, type WorkerParts } from './worker.js';

export interface DeliveriesParts extends Pick<WorkerParts, 'atOnce' | 'pollMs' | 'random' | 'timeoutSeconds'> {
  readonly outbox: Outbox;
  readonly webhooks: readonly WebhookReceiver[];
  /** `null`: the app has no handler. */
  readonly onEnrolled: OnEnrolled | null;
  /** `null`, or left out: the app has no handler. */
  readonly onAccepted?: OnAccepted | null;
  /** The app's own sink: it receives every event first. */
  readonly events: EventSink;
  readonly clock: EnrollmentClock;
  readonly log: EnrollmentLogger;
}

/** The administrators' operations on deliveries. */
export interface DeliveryManager {
  /**
   * Deliveries that were given up, the latest first; 50 by default.
   * @throws ERR_ENROLLMENT_CONFIG for a limit that is no whole number from 1
   */
  failed(limit?: number): Promise<readonly FailedItem[]>;
  /** Retries a delivery that was given up, with all its attempts; false when there is none with this id. */
  retry(id: string): Promise<boolean>;
  counts(): Promise<OutboxCounts>;
}

/** All deliveries through the outbox. Without receivers it only passes events on to the app. */
export interface Deliveries {
  readonly manager: DeliveryManager;
  /** The sink for the kit's events: passes them to the app, and to the receivers that subscribe to them. */
  readonly events: EventSink;
  /** Announces an account as soon as it is known to be written; each account once, even when called repeatedly. */
  finished(account: FinishedEnrollment): void;
  /** The same for an invitation that an existing account accepted. */
  accepted(acceptance: AcceptedInvitation, terms: AcceptedTerms): void;
  /** Looks for items of earlier processes. */
  start(): void;
  /** Stores the rest, and finishes deliveries in progress. */
  close(): Promise<void>;
}

const timeoutMs = 2000;

export function createDeliveries(parts: DeliveriesParts): Deliveries {
  const { outbox, events: app, clock, log, onEnrolled, onAccepted = null } = parts;
  const endpoints = parts.webhooks.map(endpointOf);
  const gone = new Set<string>();
  const deliver = createDeliver({ endpoints: new Map(endpoints.map((one) => [one.id, one])), gone, clock, log });
  // A process delivers only items that it has a receiver for: another process of a rolling deploy may have more.
  const workers = [
    ...(onEnrolled === null ? [] : [worker('enrolled', createEnrolledHandler(onEnrolled, log))]),
    ...(onAccepted === null ? [] : [worker('accepted', createAcceptedHandler(onAccepted, log))]),
    ...(endpoints.length === 0 ? [] : [worker('webhook', deliver)]),
  ];
  const wake = (): void => {
    for (const one of workers) one.wake();
  };
  const sender = createSender({ outbox, events: app, log, stored: wake });
  const told = createRecent(10_000);

  function worker(kind: DeliveryKind, handler: Handler): Worker {
    return createWorker({ ...parts, kind, handler, events: app });
  }

  function tell(event: EnrollmentEvent): void {
    app(event);
    const wanting = endpoints.filter((endpoint) => endpoint.wants(event.type) && !gone.has(endpoint.id));
    if (wanting.length === 0) return;
    const occurrence = occurrenceOf(event, clock.now());
    sender.add(wanting.map((endpoint) => deliveryOf(occurrence, endpoint)));
  }

  function finished(account: FinishedEnrollment): void {
    if (!told.isNew(account.enrollment)) return;
    tell({ type: 'enrollment.finished', ...account });
    if (onEnrolled !== null) sender.add([enrolledItem(account)]);
    sender.flush();
  }

  function accepted(acceptance: AcceptedInvitation, terms: AcceptedTerms): void {
    if (onAccepted === null || !told.isNew(acceptance.enrollment)) return;
    sender.add([acceptedItem(acceptance, terms)]);
    sender.flush();
  }

  return Object.freeze<Deliveries>({
    events(event) {
      tell(event);
      if (event.type !== 'invitation.redeemed' && event.type !== 'invitation.accepted') return;
      // A seat that is settled long after its account was written: its writer may have died before this event.
      const { enrollment, user, id } = event;
      if (event.type === 'invitation.redeemed') finished({ user, invitation: id, flow: null, enrollment });
      else accepted({ user, invitation: id, flow: null, enrollment }, null);
    },
    finished,
    accepted,
    start: wake,
    async close() {
      await sender.close(timeoutMs);
      await Promise.all(workers.map((one) => one.stop(timeoutMs)));
    },
    manager: Object.freeze<DeliveryManager>({
      async failed(limit = 50) {
        refuseSettings('deliveries.failed', limit, argumentIssues('limit', limit, 'count'));
        return outbox.failed(limit);
      },
      async retry(id) {
        refuseSettings('deliveries.retry', id, argumentIssues('id', id, 'text'));
        const found = await outbox.retry(id);
        // A manual retry is newer than a receiver's 410: its endpoint is tried again.
        gone.clear();
        wake();
        return found;
      },
      counts: () => outbox.counts(),
    }),
  });
}
