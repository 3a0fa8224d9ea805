import type { Background } from '../base/background.js';
import { getPath } from '../base/json.js';
import { createPasswordAttempts } from '../rate-limits/password-attempts.js';
import { createWrongCodes } from '../rate-limits/limits.js';
import { createReputation } from '../rate-limits/reputation.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { EventSink } from '../ports/events.js';
import type { CaptchaServices } from '../ports/captcha.js';
import type { IdentityEnrollment } from '../ports/identity-enrollment.js';
import type { Keyring } from '../base/keyring.js';
import { createSecondFactorAttempts } from '../rate-limits/second-factor-attempts.js';
import { createPasskeys } from '../users/passkeys.js';
import { createFlowLinks } from '../tickets/flow-links.js';
import { createSecondFactors } from '../users/second-factors.js';
import { createSignInMethods } from '../users/sign-in-methods.js';
import { removeLateAuthenticator } from '../users/late-authenticators.js';
import { authenticatorsWithTimeout, connectionsWithTimeout } from '../users/users-with-timeout.js';
import type { InvitationDecline } from '../ports/invitation-decline.js';
import type { FreshInvitations } from '../ports/fresh-invitations.js';
import type { InvitationGate } from '../ports/invitation-gate.js';
import type { SuppressionList } from '../ports/mail-suppressions.js';
import type { MailQueue } from '../ports/mail-queue.js';
import type { Profiles } from '../ports/profiles.js';
import type { Redeem } from '../ports/redeem.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { Services } from '../ports/services.js';
import type { SessionsService } from '../ports/user-sessions.js';
import type { UserStore } from '../ports/user-store.js';
import type { WaitlistIntake } from '../ports/waitlist-store.js';
import type { Source } from '../ports/source.js';
import type { SourceRegistry } from '../sources/source-registry.js';
import type { TracedIdentities } from '../sources/identities/identities.js';
import type { Stores } from '../stores/stores.js';
import { createAcceptances } from '../users/acceptances.js';
import type { UserRecords } from '../users/forget-user.js';
import { createAccounts } from '../users/accounts.js';
import { createAccountLock } from '../users/account-lock.js';
import { argon2Passwords } from '../users/argon2-passwords.js';
import { createCredentials } from '../users/credentials.js';
import { createRehashedPasswords } from '../users/rehashed-passwords.js';
import { createProfiles } from '../users/profiles.js';
import { asksForPasswords, policiesOf, signsInByPasskey } from '../flow/flows.js';
import { defaultLocaleOf, offeredLanguages } from '../pages/languages/languages.js';
import type { EnrollmentConfig } from '../options/options.js';
import { enforcedDataOf } from './enforced-data.js';
import { composeAddressRelease } from './address-release.js';
import { composeAddressUndo } from './address-undo.js';
import { composeMailCodes, composeMailNotices, sendsMails } from './mail.js';
import { composeTicketGate } from './tickets.js';
import { storesForDefinitions } from './definition-stores.js';
import { composeOwnConnections } from './own-connections.js';

/** Composes the services of stages and policies. */
export function composeServices<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly events: EventSink;
    readonly users: UserStore<User>;
    readonly gate: InvitationGate;
    readonly invitationDecline: InvitationDecline;
    /** `null`: the app sends no fresh links of invitations. */
    readonly freshInvitations: FreshInvitations | null;
    readonly suppressions: SuppressionList;
    readonly redeem: Redeem;
    readonly waitlist: WaitlistIntake;
    /** `null`: the app has no table of redemptions. */
    readonly redemptions: Redemptions | null;
    readonly sessions: SessionsService;
    /** What is removed with an account. */
    readonly records: UserRecords;
    readonly background: Background;
    /** `null`: the app has no mailer. */
    readonly mails: MailQueue | null;
    /** `null`: there are no sources. */
    readonly sources: {
      readonly identities: TracedIdentities;
      readonly identified: IdentityEnrollment<User>;
      readonly web: Pick<SourceRegistry, 'all'>;
    } | null;
  },
): Services & Required<Pick<Services, 'flowLinks'>> {
  const { stores, events, users, gate, redeem, waitlist, redemptions, sources } = parts;
  const { logger: log, registration } = config;
  const identities = sources?.identities ?? null;
  let addressUndo: ReturnType<typeof composeAddressUndo<User, Data>> = null;
  const accountLock = createAccountLock(stores.ephemeralStore);
  const profiles = config.users === null ? noProfiles : createProfiles(users);
  const mailNotices = composeMailNotices(config, { ...parts, profiles });
  const releasing = composeAddressRelease(config, { ...parts, mailNotices });
  const rehashed = createRehashedPasswords(stores.ephemeralStore);
  const accounts = createAccounts({
    users,
    rehashed,
    redemptions,
    redeem,
    inviteOnly: registration !== 'open',
    log,
    identified: sources?.identified ?? null,
    records: parts.records,
    enforcedData: (userId) => enforcedDataOf(stores.invitations, userId),
    releasing,
    accountLock,
    prepareUndo: async (...change) => (await addressUndo?.prepare(...change)) ?? null,
    endSessions: (userId) => parts.sessions.endAll(userId),
  });
  const passwords = config.passwords ?? argon2Passwords();
  const attempts = createPasswordAttempts({ rateLimiter: stores.rateLimiter, events, ...config.rateLimits.passwords });
  const reputation = createReputation({ rateLimiter: stores.rateLimiter, log });
  if (policiesOf(config.flows).some((policy) => policy.readsReputation)) reputation.activate();
  const credentials = createCredentials({ users, passwords, rehashed, attempts, reputation, events, log });
  const { connections } = config;
  const methods = createSignInMethods({
    users,
    connections: connections === null ? null : connectionsWithTimeout(connections),
    passkeys:
      config.authenticators !== null && signsInByPasskey(config.flows)
        ? authenticatorsWithTimeout(config.authenticators)
        : null,
    openSources: () => openSourcesOf(sources?.web.all ?? []),
    ephemeralStore: stores.ephemeralStore,
    accountLock,
  });
  const removeLate = (authenticators: Authenticators) => (late: Authenticator) =>
    parts.background.run(
      'removing an authenticator that was stored too late',
      removeLateAuthenticator({ authenticators, ephemeralStore: stores.ephemeralStore, accountLock }, late),
    );
  const factors =
    config.authenticators === null
      ? null
      : {
          authenticators: authenticatorsWithTimeout(config.authenticators, removeLate(config.authenticators)),
          profiles,
          rehashed,
          attempts: createSecondFactorAttempts({
            rateLimiter: stores.rateLimiter,
            events,
            ...config.rateLimits.secondFactors,
          }),
          reputation,
          keyring: parts.keyring,
          endEvidence: (userId: string) => parts.sessions.endEvidence(userId),
          events,
          ephemeralStore: stores.ephemeralStore,
          accountLock,
          issuer: config.brand.name,
          methods: signsInByPasskey(config.flows) ? methods : null,
        };
  const ownConnections =
    sources === null || connections === null
      ? null
      : composeOwnConnections(config, { methods, sources, events, sessions: parts.sessions });
  const tickets = composeTicketGate(config, { ...parts, accounts });
  const mailCodes = composeMailCodes(config, { ...parts, profiles, accounts, attempts });
  const flowLinks = createFlowLinks({
    ephemeralStore: stores.ephemeralStore,
    plans: stores.plans,
    profiles,
    sessions: parts.sessions,
    clock: config.clock,
    isOver: async ({ user, promptData }) => {
      const change = getPath(promptData ?? {}, 'undo.change');
      if (addressUndo === null || user === null || typeof change !== 'string') return false;
      return (await addressUndo.stateOf(user, change)) === 'over';
    },
  });
  addressUndo =
    mailNotices === null
      ? null
      : composeAddressUndo(config, { ...parts, passwords, flowLinks, mailNotices, releasing, accountLock });
  return Object.freeze<Services & Required<Pick<Services, 'flowLinks'>>>({
    accounts,
    credentials:
      asksForPasswords(config.flows) || sendsMails(config)
        ? credentials
        : { ...credentials, rememberClient: () => Promise.resolve() },
    invitations: gate,
    passwords,
    profiles,
    reputation,
    sessions: parts.sessions,
    log,
    ...storesForDefinitions(stores),
    waitlist,
    languages: offeredLanguages({
      messages: config.messages,
      languages: config.languages,
      defaultLocale: defaultLocaleOf(config),
    }),
    captcha: Object.freeze<CaptchaServices>({
      keys: parts.keyring.raw('captcha').map((key) => Buffer.from(key).toString('hex')),
      hostname: new URL(config.site.origin).hostname,
      ephemeralStore: stores.ephemeralStore,
      log,
    }),
    consents: stores.consents,
    wrongCodes: createWrongCodes(stores.rateLimiter, config.rateLimits.codes.overall),
    ...(factors === null
      ? {}
      : {
          secondFactors: createSecondFactors(factors),
          passkeys: createPasskeys({ ...factors, site: config.site }),
        }),
    ...(mailCodes === null ? {} : { mailCodes }),
    ...(mailNotices === null ? {} : { mailNotices }),
    ...(tickets === null ? {} : { tickets }),
    ...(parts.mails === null ? {} : { mails: parts.mails }),
    invitationDecline: parts.invitationDecline,
    suppressions: parts.suppressions,
    ...(parts.freshInvitations === null ? {} : { freshInvitations: parts.freshInvitations }),
    flowLinks,
    ...(addressUndo === null ? {} : { addressUndo }),
    ...(identities === null ? {} : { identities }),
    ...(ownConnections === null ? {} : { connections: ownConnections }),
    ...(users.acceptInvitation === undefined ? {} : { acceptances: createAcceptances({ users, redeem, redemptions }) }),
  });
}

const noProfiles: Profiles = Object.freeze({
  find: () => Promise.resolve(null),
  findByTyped: () => Promise.resolve(null),
  passwordHashes: () => Promise.resolve([]),
});

async function openSourcesOf(sources: readonly Source[]): Promise<ReadonlySet<string>> {
  const open = await Promise.all(sources.map(async (source) => ((await source.enabled()) ? [source.slug] : [])));
  return new Set(open.flat());
}
