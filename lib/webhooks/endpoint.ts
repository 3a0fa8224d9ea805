import { digest128 } from '../base/ids.js';
import { Secret } from '../base/secret.js';
import type { EventName } from '../ports/events.js';
import type { WebhookReceiver } from '../ports/webhook-receiver.js';

/** One receiver, ready for delivery. */
export interface Endpoint {
  /** Derived from the address, so that items find it again after a restart, and the address itself is not stored. */
  readonly id: string;
  readonly url: string;
  /** The part of the address that may be logged: paths and queries may contain tokens. */
  readonly origin: string;
  readonly secrets: readonly Secret[];
  readonly timeoutMs: number;
  wants(name: EventName): boolean;
}

const defaultTimeoutMs = 10_000;

/** During an attack there are thousands of these: only endpoints that name them receive them. */
const noisy: ReadonlySet<string> = new Set<EventName>(['invitation.refused', 'invitation.throttled']);

export function endpointOf({ url, secret, events, timeoutMs = defaultTimeoutMs }: WebhookReceiver): Endpoint {
  const named = events === undefined ? null : new Set(events);
  return Object.freeze<Endpoint>({
    id: digest128(url),
    url,
    origin: new URL(url).origin,
    secrets: Object.freeze([secret].flat().map((text) => new Secret(text))),
    timeoutMs,
    wants: (name) => (named === null ? /^(invitation|enrollment)\./.test(name) && !noisy.has(name) : named.has(name)),
  });
}
