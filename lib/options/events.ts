import type { EventSink } from '../ports/events.js';
import type { WebhookReceiver } from '../ports/webhook-receiver.js';
import type { OptionRules } from './option-rules.js';
import { functionSchema } from './schemas.js';
import { webhooksSchema } from './webhooks.js';

export interface EventOptions {
  /**
   * `(event) => …`: receives every event.
   * @defaultValue none
   * @see [events](docs/events.md#the-events)
   */
  readonly events?: EventSink | undefined;
  /**
   * Receivers of events over HTTP, signed and delivered at least once.
   * @defaultValue none
   * @see [webhooks](docs/events.md#webhooks)
   */
  readonly webhooks?: readonly WebhookReceiver[] | undefined;
}

export const eventRules = {
  events: { schema: functionSchema, default: () => undefined },
  webhooks: { schema: webhooksSchema, default: [] },
} satisfies OptionRules<EventOptions>;
