import type { EventName } from './events.js';

/** The app's configuration of one receiver of webhooks. */
export interface WebhookReceiver {
  /** In production https, except for loopback addresses. */
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes in base64. In a list, each secret signs, so that a receiver can rotate. */
  readonly secret: string | readonly string[];
  /** Default `invitation.*` and `enrollment.*`, without `invitation.refused` and `invitation.throttled`. */
  readonly events?: readonly EventName[] | undefined;
  /** Timeout of a response, in milliseconds; default 10,000, at most 30,000. */
  readonly timeoutMs?: number | undefined;
}
