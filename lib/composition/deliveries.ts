import { carefulEvents } from '../http/app-hooks.js';
import type { UserStore } from '../ports/user-store.js';
import type { Stores } from '../stores/stores.js';
import { createDeliveries, type Deliveries } from '../webhooks/deliveries.js';
import type { OnEnrolled } from '../webhooks/enrolled.js';
import type { EnrollmentConfig } from '../options/options.js';

/** Delivers events to the app, to webhooks and to `onEnrolled`. */
export function composeDeliveries<User, Data>(
  config: EnrollmentConfig<User, Data>,
  stores: Stores,
  users: UserStore<User>,
): Deliveries {
  const { webhooks, events, clock, logger: log } = config;
  return createDeliveries({
    outbox: stores.outbox,
    webhooks,
    onEnrolled: enrolledCall(config, users),
    events: carefulEvents(events, log),
    clock,
    log,
  });
}

function enrolledCall<User, Data>(
  { onEnrolled }: EnrollmentConfig<User, Data>,
  users: UserStore<User>,
): OnEnrolled | null {
  if (onEnrolled === null) return null;
  return async ({ user: id, invitation, flow }) => {
    const user = await users.findById(id);
    if (user !== null) await onEnrolled({ user, invitation: invitation === null ? null : { id: invitation }, flow });
  };
}
