import { canonicalEmail } from '../base/canonical.js';
import type { Keyring } from '../base/keyring.js';
import { createInvitations, type Invitations } from '../invitations/invitations.js';
import { createAttempts } from '../rate-limits/limits.js';
import { dataRulesOf } from '../options/data-rules.js';
import type { EventSink } from '../ports/events.js';
import type { UserStore } from '../ports/user-store.js';
import type { Stores } from '../stores/stores.js';
import { invitersOf } from '../users/inviters.js';
import { nameInviterBy } from '../users/name-inviter.js';
import type { EnrollmentConfig } from '../options/options.js';
import { defaultLocaleOf } from '../pages/languages/languages.js';
import type { SuppressionList } from '../ports/mail-suppressions.js';
import type { MailQueue } from '../ports/mail-queue.js';
import { createFreshInvitationMails, createInvitationMails } from '../rate-limits/mail.js';
import { signInUrlOf } from './mail.js';

/** Composes invitations from the stores and, where the app has them, its users. */
export function composeInvitations<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly events: EventSink;
    /** `null`: the app manages its users itself. */
    readonly users: UserStore<User> | null;
    /** `null`: the app has no mailer. */
    readonly mails: MailQueue | null;
    readonly suppressions: SuppressionList;
  },
): Invitations {
  const { stores, keyring, events, users, mails } = parts;
  const { clock, logger: log, site, redemptions, refusals } = config;
  const rateLimiter = stores.rateLimiter;
  const { displayName } = config.inviters;
  return createInvitations({
    store: stores.invitations,
    redemptions,
    keyring,
    clock,
    attempts: createAttempts({ rateLimiter, events, ...config.rateLimits.codes }),
    rateLimiter,
    inviters: users === null ? null : invitersOf(users, config.inviters),
    nameInviter: displayName === undefined ? null : nameInviterBy(users, displayName, log),
    dataRules: dataRulesOf(config.invitationData),
    isEmpty: users?.isEmpty?.bind(users) ?? null,
    isMember: users === null ? null : async (email) => (await users.findByLogin('email', email)) !== null,
    mailing: {
      ...config.emailInvitations,
      queue: mails,
      suppressions: parts.suppressions,
      limits: createInvitationMails({ rateLimiter, events, ...config.rateLimits.invitationMails }),
      freshLimits: createFreshInvitationMails({ rateLimiter, events, ...config.rateLimits.mails }),
      addressOf: async (id) => {
        const user = users === null ? null : await users.findById(id);
        const { email = null, active = false } = user === null || users === null ? {} : users.toProfile(user);
        return email === null || !active ? null : canonicalEmail(email);
      },
      ephemeralStore: stores.ephemeralStore,
      locale: defaultLocaleOf(config),
      get signInUrl() {
        return signInUrlOf(config);
      },
    },
    events,
    log,
    refusals,
    site,
    signupUrl: config.signupUrl,
    flows: () => config.flows.map(({ slug }) => slug),
    defaultFlow: () => signupFlowOf(config),
  });
}

/** The flow that links of invitations lead to. They are made outside requests, so a default by request does not count. */
export function signupFlowOf({
  flows,
  defaultFlows,
}: Pick<EnrollmentConfig<unknown>, 'flows' | 'defaultFlows'>): string | null {
  const chosen = typeof defaultFlows === 'function' ? undefined : defaultFlows.enrollment;
  return chosen ?? flows.find((flow) => flow.designation === 'enrollment')?.slug ?? null;
}
