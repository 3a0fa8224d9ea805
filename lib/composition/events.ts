import { createBackground, type Background } from '../base/background.js';
import type { Keyring } from '../base/keyring.js';
import { createSuppressionList } from '../mail/suppression-list.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { EventSink } from '../ports/events.js';
import type { SuppressionList } from '../ports/mail-suppressions.js';
import type { UserStore } from '../ports/user-store.js';
import type { Stores } from '../stores/stores.js';
import { recordConversions } from '../waitlist/conversions.js';
import type { Deliveries } from '../webhooks/deliveries.js';
import { composeDeliveries } from './deliveries.js';
import { allowAfterSignUp } from './suppressions.js';
import { composeInvitationMails, hasWaitlist } from './waitlist.js';

/** The events, and what the kit itself does after some of them. */
export interface ComposedEvents {
  /** Where all parts emit. */
  readonly events: EventSink;
  readonly deliveries: Deliveries;
  readonly suppressions: SuppressionList;
  /** Work that no response waits for. */
  readonly background: Background;
  /** Resolves when the waitlist has recorded what became of its invitations. */
  idle(): Promise<void>;
}

/** Composes the way of an event: waitlist first, then the app's webhooks and functions. */
export function composeEvents<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly users: UserStore<User>;
  },
): ComposedEvents {
  const { stores, keyring, users } = parts;
  const { clock, logger: log } = config;
  const deliveries = composeDeliveries(config, stores, users);
  const conversions = recordConversions({
    store: stores.waitlist,
    events: deliveries.events,
    log,
    active: hasWaitlist(config),
    clock,
    mails: composeInvitationMails(stores),
  });
  const background = createBackground(log);
  const suppressions = createSuppressionList({
    store: stores.suppressions,
    keyring,
    clock,
    events: conversions.events,
  });
  const events =
    config.mailer === null
      ? conversions.events
      : allowAfterSignUp(conversions.events, { invitations: stores.invitations, suppressions, background });
  return { events, deliveries, suppressions, background, idle: conversions.idle };
}
