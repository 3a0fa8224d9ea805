import type { JsonObject } from './base/json.js';
import { createKeyring } from './base/keyring.js';
import type { Enrollment } from './composition/enrollment.js';
import { composeEvents } from './composition/events.js';
import { composeFlowSet } from './composition/flow-set.js';
import { composeInvitations } from './composition/invitations.js';
import { beginLifecycle } from './composition/lifecycle.js';
import { logStart } from './composition/log-start.js';
import { composeMailQueue } from './composition/mail-queue.js';
import { composeSignIn } from './composition/sign-in.js';
import { surfaceOf } from './composition/surface.js';
import { composeTickets } from './composition/tickets.js';
import { composeUserRecords } from './composition/user-records.js';
import { composeUsers } from './composition/users.js';
import { versionPartsOf } from './composition/version-parts.js';
import { composeWaitlist } from './composition/waitlist.js';
import type { EnrollmentOptions } from './options/options.js';
import { createWarnOnce, warnOfOptions } from './options/warnings.js';
import { createStores } from './stores/stores.js';
import { notifyEnrolled } from './users/notify-enrolled.js';

/**
 * Composes one enrollment. It returns before anything is connected; see `ready()`.
 * With `invitationData`, the user store receives invitations' data in the schema's type.
 * @throws ERR_ENROLLMENT_CONFIG with every mistake of the configuration in `issues`
 */
export function createEnrollment<User, Data = JsonObject>(
  options: EnrollmentOptions<User, Data>,
): Enrollment<User, Data> {
  const { config, start } = composeFlowSet(options);
  const { logger: log, clock } = config;
  const keyring = createKeyring(config.secrets);
  const stores = createStores({ redis: config.redis, own: config.stores, prefix: config.keyPrefix, clock, log });
  const warnOnce = createWarnOnce(log);
  logStart(config);
  warnOfOptions(config, warnOnce);

  // What no flow changes.
  const people = composeUsers(config);
  const { known, users } = people;
  const emitting = composeEvents(config, { stores, keyring, users });
  const { events, deliveries, suppressions } = emitting;
  const mails = composeMailQueue(config, { stores, keyring, events, users, suppressions });
  const invitations = composeInvitations(config, {
    stores,
    keyring,
    events,
    users: known,
    mails: mails.queue,
    suppressions,
  });
  const redeem = notifyEnrolled(invitations.redeem, deliveries);
  const { waitlist, intake } = composeWaitlist(config, {
    stores,
    keyring,
    events,
    invitations,
    users: known,
    suppressions: mails.queue === null ? null : suppressions,
  });
  const signingIn = composeSignIn(config, {
    stores,
    keyring,
    warnOnce,
    known,
    users,
    // A person who can sign in needs no link for a password; the one in the mailbox is a risk.
    endTickets: async (userId) => services.tickets?.end(userId, 'signed_in', ['invite', 'recovery']),
  });
  const records = composeUserRecords(people, { stores, keyring, log, mails: mails.queue });

  // What depends on the flows, in the version that answers a request.
  const version = versionPartsOf(config, {
    stores,
    keyring,
    warnOnce,
    people,
    emitting,
    mails: mails.queue,
    invitations,
    redeem,
    waitlist: intake,
    signIn: signingIn,
    records,
    startFailure: () => lifecycle.failure(),
  });
  const flowSet = start({ stores, events, version });
  const { services } = flowSet.current;

  const tickets = composeTickets(config, { stores, keyring, users, events, mails: mails.queue });
  const lifecycle = beginLifecycle(config, {
    stores,
    keyring,
    warnOnce,
    people,
    emitting,
    mails,
    invitations,
    flows: flowSet,
  });
  return surfaceOf(config, {
    stores,
    people,
    records,
    signingIn,
    flowSet,
    managers: {
      invitations: invitations.manager,
      deliveries: mails.deliveries(deliveries.manager),
      mails: mails.manager,
      waitlist,
      tickets,
    },
    lifecycle,
  });
}
