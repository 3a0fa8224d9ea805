import type { EnrollmentClock } from '../base/clock.js';
import { argumentIssues } from '../base/setting-kinds.js';
import { refuseSettings } from '../base/settings.js';
import type { EnrollmentEvent, EventSink, FinishedEnrollment } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { DeliveryKind, FailedItem, Outbox, OutboxCounts } from '../ports/outbox.js';
import { createDeliver } from './deliver.js';
import { endpointOf, type WebhookSettings } from './endpoint.js';
import { createEnrolledHandler, enrolledItem, type OnEnrolled } from './enrolled.js';
import { deliveryOf, occurrenceOf } from './occurrence.js';
import { createRecent } from './recent.js';
import { createSender } from './sender.js';
import type { Handler } from './handler.js';
import { createWorker, type Worker, type WorkerParts } from './worker.js';

export interface DeliveriesParts extends Pick<WorkerParts, 'atOnce' | 'pollMs' | 'random' | 'timeoutSeconds'> {
  readonly outbox: Outbox;
  readonly webhooks: readonly WebhookSettings[];
  /** `null`: the app does not want to be called. */
  readonly onEnrolled: OnEnrolled | null;
  /** The app's own sink: it hears everything first. */
  readonly events: EventSink;
  readonly clock: EnrollmentClock;
  readonly log: EnrollmentLogger;
}

/** What administrators may do with deliveries. */
export interface DeliveryManager {
  /** What was given up, the latest first; 50 unless told. @throws ERR_ENROLLMENT_CONFIG for a limit that is no whole number from 1 */
  failed(limit?: number): Promise<readonly FailedItem[]>;
  /** Has one that was given up tried again, with all its attempts before it; false when there is none of this id. */
  retry(id: string): Promise<boolean>;
  counts(): Promise<OutboxCounts>;
}

/** Everything that leaves by the outbox. Without receivers it passes events on to the app and does nothing else. */
export interface Deliveries {
  readonly manager: DeliveryManager;
  /** Where the kit's rooms tell their events: to the app, and to the receivers that want them. */
  readonly events: EventSink;
  /** Tells of an account as soon as it is known to be written; of each once, however often it is called. */
  finished(account: FinishedEnrollment): void;
  /** Looks for what earlier processes left. */
  start(): void;
  /** Stores what is left, and finishes what is under way. */
  close(): Promise<void>;
}

const timeoutMs = 2000;

export function createDeliveries(parts: DeliveriesParts): Deliveries {
  const { outbox, events: app, clock, log, onEnrolled } = parts;
  const endpoints = parts.webhooks.map(endpointOf);
  const gone = new Set<string>();
  const deliver = createDeliver({ endpoints: new Map(endpoints.map((one) => [one.id, one])), gone, clock, log });
  // A process delivers only what it has somebody for: another one of a rolling deploy may have more.
  const workers = [
    ...(onEnrolled === null ? [] : [worker('enrolled', createEnrolledHandler(onEnrolled, log))]),
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

  return Object.freeze<Deliveries>({
    events(event) {
      tell(event);
      if (event.type !== 'invitation.redeemed') return;
      // A place that is settled long after its account was written: its writer may have died before this event.
      const { enrollment, user, id } = event;
      finished({ user, invitation: id, flow: null, enrollment });
    },
    finished,
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
        // A retry by hand is newer than a receiver's 410: its endpoint is tried again.
        gone.clear();
        wake();
        return found;
      },
      counts: () => outbox.counts(),
    }),
  });
}
