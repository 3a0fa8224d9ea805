import { carefulEvents } from '../http/app-hooks.js';
import type { UserStore } from '../ports/user-store.js';
import type { Stores } from '../stores/stores.js';
import { createDeliveries, type Deliveries } from '../webhooks/deliveries.js';
import type { OnEnrolled } from '../webhooks/enrolled.js';
import { dataReaderOf } from '../options/data-rules.js';
import type { OnAccepted } from '../webhooks/accepted.js';
import type { EnrollmentConfig } from '../options/options.js';

/** Delivers events to the app, to webhooks, to `onEnrolled` and to `onInvitationAccepted`. */
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
    onAccepted: acceptedCall(config, stores, users),
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

function acceptedCall<User, Data>(
  { onInvitationAccepted, invitationData }: EnrollmentConfig<User, Data>,
  { invitations }: Pick<Stores, 'invitations'>,
  users: UserStore<User>,
): OnAccepted | null {
  if (onInvitationAccepted === null) return null;
  const readData = dataReaderOf(invitationData);
  return async ({ user: id, invitation, flow }, terms) => {
    const user = await users.findById(id);
    if (user === null) return;
    const [snapshot] = terms === null ? await invitations.read([invitation]) : [];
    const granted = terms ?? snapshot?.record;
    if (granted === undefined) throw new Error('the accepted invitation is not in the store any more');
    const { label, data } = granted;
    await onInvitationAccepted({ user, invitation: { id: invitation, label, data: readData(data) }, flow });
  };
}
