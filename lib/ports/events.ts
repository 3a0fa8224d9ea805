import type { JsonObject } from '../base/json.js';

/** Names of what the kit tells; the list grows, names are never reused. */
export type EventName =
  | 'invitation.created'
  | 'invitation.refused'
  | 'invitation.claimed'
  | 'invitation.released'
  | 'invitation.redeemed'
  | 'invitation.revoked'
  | 'invitation.throttled'
  | 'enrollment.finished'
  | 'plan.unreadable'
  | 'policy.failed'
  | 'store.away';

/** Takes what happened. Must not throw; what it returns is not awaited. */
export type EventSink = (name: EventName, facts: JsonObject) => void;
