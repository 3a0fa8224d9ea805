import { digest128, randomToken } from '../base/ids.js';
import type { JsonObject } from '../base/json.js';
import type { EnrollmentEvent, EventName } from '../ports/events.js';
import type { OutboxItem } from '../ports/outbox.js';
import type { Endpoint } from './endpoint.js';

/** One occurrence of an event. */
interface Occurrence {
  /** The same for every delivery, to every receiver; it identifies repeats. */
  readonly id: string;
  readonly type: EventName;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly facts: JsonObject;
}

/** Facts that identify an occurrence: emitted twice, by two processes or after a crash, it is still one. */
const naming: Partial<Record<EventName, readonly string[]>> = {
  'enrollment.finished': ['enrollment'],
  'invitation.redeemed': ['id', 'seat'],
  'invitation.accepted': ['id', 'seat'],
};

export function occurrenceOf({ type, ...rest }: EnrollmentEvent, at: number): Occurrence {
  const facts: JsonObject = rest;
  const names = naming[type]?.map((fact) => facts[fact]);
  const named = names?.every((fact) => typeof fact === 'string') === true;
  return { id: `evt_${named ? digest128(JSON.stringify([type, ...names])) : randomToken(16)}`, type, at, facts };
}

/** One delivery of an occurrence. The body is serialized now, so that every attempt sends and signs the same. */
export function deliveryOf({ id, type, at, facts }: Occurrence, endpoint: Endpoint): OutboxItem {
  const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data: facts });
  return { id: `${id}@${endpoint.id}`, kind: 'webhook', payload: { event: id, type, endpoint: endpoint.id, body } };
}
