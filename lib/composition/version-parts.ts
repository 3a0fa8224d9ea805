import type { Keyring } from '../base/keyring.js';
import { createOutageLog } from '../http/outage-log.js';
import { dataReaderOf } from '../options/data-rules.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { WarnOnce } from '../options/warnings.js';
import type { Invitations } from '../invitations/invitations.js';
import type { MailQueue } from '../ports/mail-queue.js';
import type { Redeem } from '../ports/redeem.js';
import type { WaitlistIntake } from '../ports/waitlist-store.js';
import type { Stores } from '../stores/stores.js';
import type { UserRecords } from '../users/forget-user.js';
import type { ComposedEvents } from './events.js';
import { composeExecutorContext } from './executor-context.js';
import type { FlowSetParts } from './flow-set.js';
import type { ComposedSignIn } from './sign-in.js';
import type { ComposedUsers } from './users.js';

/** What all versions of the flows share: the parts that do not depend on the flows. */
export function versionPartsOf<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly warnOnce: WarnOnce;
    readonly people: ComposedUsers<User>;
    readonly emitting: Pick<ComposedEvents, 'events' | 'suppressions' | 'background'>;
    /** `null`: the app has no mailer. */
    readonly mails: MailQueue | null;
    readonly invitations: Pick<Invitations, 'gate' | 'decline' | 'fresh'>;
    readonly redeem: Redeem;
    readonly waitlist: WaitlistIntake;
    readonly signIn: Pick<ComposedSignIn<User>, 'authSession' | 'sessions' | 'sessionsService'>;
    readonly records: UserRecords;
    readonly startFailure: () => unknown;
  },
): FlowSetParts<User, Data>['version'] {
  const { stores, keyring, warnOnce, people, mails, invitations, redeem, waitlist, signIn, records } = parts;
  const { events, suppressions, background } = parts.emitting;
  const { known, users, redemptions } = people;
  const { gate } = invitations;
  return {
    sources: { stores, users, redemptions, events },
    services: {
      records,
      background,
      mails,
      stores,
      keyring,
      events,
      users,
      gate,
      invitationDecline: invitations.decline,
      freshInvitations: invitations.fresh,
      suppressions,
      redeem,
      redemptions,
      waitlist,
      sessions: signIn.sessionsService,
    },
    context: composeExecutorContext(config, { stores, events, keyring }),
    web: {
      keyring,
      authSession: signIn.authSession,
      sessionAway: signIn.sessions.away,
      outages: createOutageLog({ log: config.logger, clock: config.clock }),
      startFailure: parts.startFailure,
      warnOnce,
    },
    guards: {
      readData: dataReaderOf(config.invitationData),
      gate,
      redeem,
      findRedemption: redemptions === null ? null : (by) => redemptions.find(by),
      ephemeralStore: stores.ephemeralStore,
      sessionRegistry: stores.sessionRegistry,
      hasLogin: config.login !== null && config.login !== undefined,
      findById: known === null ? null : (id) => known.findById(id),
      users: known,
    },
  };
}
