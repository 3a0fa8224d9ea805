import { createBackground } from './base/background.js';
import { didYouMean } from './base/did-you-mean.js';
import type { JsonObject } from './base/json.js';
import { createKeyring } from './base/keyring.js';
import { locationOf } from './base/target.js';
import { absentLogin, absentUsers } from './composition/absent-parts.js';
import { composeDeliveries } from './composition/deliveries.js';
import { diagnose } from './diagnosis/diagnose.js';
import type { Enrollment } from './composition/enrollment.js';
import { composeExecutorContext } from './composition/executor-context.js';
import { createHealth } from './diagnosis/health.js';
import { composeFlows } from './composition/flows.js';
import { flowsOfFolder } from './composition/file-flows.js';
import { composeFlowSet } from './composition/flow-set.js';
import { summaryOf } from './composition/stored-flows/stored-flows.js';
import { issueFlowLink } from './composition/flow-link.js';
import { composeInvitations } from './composition/invitations.js';
import { logStart } from './composition/log-start.js';
import { loginFieldsOf } from './flow/flows.js';
import { refusalsOf } from './composition/read-options.js';
import { createMailerProbe } from './diagnosis/mailer-probe.js';
import { ownStoresProbe } from './diagnosis/own-stores.js';
import { createProbes } from './diagnosis/probes.js';
import { sendsMails } from './composition/mail.js';
import { composeMailQueue } from './composition/mail-queue.js';
import { composeMessages } from './composition/messages.js';
import { tryPolicy } from './composition/try-policy.js';
import { startEnrollment } from './composition/start.js';
import { allowAfterSignUp } from './composition/suppressions.js';
import { composeTickets, eraseTickets } from './composition/tickets.js';
import { composeTicketsApi } from './composition/tickets-api.js';
import { hasWaitlist, composeWaitlist } from './composition/waitlist.js';
import { composeViews } from './composition/views.js';
import {
  composeRecordedSessions,
  composeSessions,
  composeSessionsService,
  composeUserSessions,
} from './composition/sessions.js';
import { acceptInvite } from './http/guards/accept-invite.js';
import { prefillInvite } from './http/guards/prefill-invite.js';
import { policyGuard } from './http/guards/policy-guard.js';
import { requireInvite } from './http/guards/require-invite.js';
import { createOutageLog } from './http/outage-log.js';
import { createAuthSession } from './http/login/auth-session.js';
import type { Login } from './ports/login.js';
import { createRecentSignIn } from './http/login/recent-sign-in.js';
import { unrecordedSessions } from './http/login/unrecorded-sessions.js';
import { signIn } from './http/login/sign-in.js';
import { invitationOfMail } from './invitations/mailing/order-mail.js';
import { createSuppressionList } from './mail/suppression-list.js';
import { composeAddressHistory } from './composition/address-undo.js';
import { oneFlow } from './http/router.js';
import { signOut } from './http/sign-out.js';
import { admit } from './http/sources/admit.js';
import { ticketsApi } from './http/tickets-api/tickets-api.js';
import { withRetryAfter } from './http/failure.js';
import { dataReaderOf } from './options/data-rules.js';
import type { EnrollmentOptions } from './options/options.js';
import { createWarnOnce, warnOfOptions } from './options/warnings.js';
import { createStores } from './stores/stores.js';
import { forgetUser } from './users/forget-user.js';
import { userIdText } from './base/user-id.js';
import { createConsentManager } from './users/consents.js';
import { notifyEnrolled } from './users/notify-enrolled.js';
import { typedUsers } from './users/typed-users.js';
import {
  authenticatorsWithTimeout,
  connectionsWithTimeout,
  redemptionsWithTimeout,
  usersWithTimeout,
} from './users/users-with-timeout.js';
import { recordConversions } from './waitlist/conversions.js';

/**
 * Composes one enrollment. It returns before anything is connected; see `ready()`.
 * With `invitationData`, the user store receives invitations' data in the schema's type.
 * @throws ERR_ENROLLMENT_CONFIG with every mistake of the configuration in `issues`
 */
export function createEnrollment<User, Data = JsonObject>(
  options: EnrollmentOptions<User, Data>,
): Enrollment<User, Data> {
  const { config, start } = composeFlowSet(options);
  const { site, logger: log, clock } = config;
  const keyring = createKeyring(config.secrets);
  const stores = createStores({ redis: config.redis, own: config.stores, prefix: config.keyPrefix, clock, log });
  const warnOnce = createWarnOnce(log);
  logStart(config);
  warnOfOptions(config, warnOnce);

  let startFailure: unknown = null;
  const readData = dataReaderOf(config.invitationData);
  const known =
    config.users === null
      ? null
      : usersWithTimeout(typedUsers(config.users, readData), (error) => {
          log.error({ err: error }, error.message);
        });
  const users = known ?? absentUsers<User>();
  const deliveries = composeDeliveries(config, stores, users);
  const conversions = recordConversions({
    store: stores.waitlist,
    events: deliveries.events,
    log,
    active: hasWaitlist(config),
    mails: { clock, invitationOf: invitationOfMail },
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
  const { gate, manager } = invitations;
  const { waitlist, intake } = composeWaitlist(config, {
    stores,
    keyring,
    events,
    invitations,
    users: known,
    suppressions: mails.queue === null ? null : suppressions,
  });
  const redemptions = config.redemptions === null ? null : redemptionsWithTimeout(config.redemptions);
  const { recorded, sessionCheck } = composeRecordedSessions(config, { stores, users, keyring, warnOnce });
  const login: Login<User> =
    typeof config.login === 'function'
      ? config.login(users, known === null ? unrecordedSessions<User>() : sessionCheck.watch(recorded))
      : (config.login ?? absentLogin<User>());
  // Only sources need a recent sign-in.
  const recent = config.sources.length === 0 ? null : createRecentSignIn(site, keyring, clock);
  const signedIn = async (userId: string): Promise<void> => {
    // A person who can sign in needs no link for a password; the one in the mailbox is a risk.
    await services.tickets?.end(userId, 'signed_in', ['invite', 'recovery']).catch((error: unknown) => {
      log.warn({ err: error, user: userId }, 'the tickets of a user who signed in could not be ended');
    });
  };
  const authSession = createAuthSession({
    login,
    users,
    registry: stores.sessionRegistry,
    sessions: recorded,
    recent,
    signedIn,
  });
  const sessionParts = { recorded, registry: stores.sessionRegistry, authSession, clock };
  const connections = config.connections === null ? null : connectionsWithTimeout(config.connections);
  const authenticators = config.authenticators === null ? null : authenticatorsWithTimeout(config.authenticators);
  const records = {
    authenticators,
    connections,
    consents: stores.consents,
    tickets: { erase: (userId: string) => eraseTickets(stores, keyring, userId) },
    addressHistory: composeAddressHistory(stores, log),
    ...(mails.queue === null ? {} : { mails: mails.queue }),
  };
  const sessions = composeSessions(config, { stores, keyring, check: sessionCheck.apply });
  const flows = start({
    stores,
    events,
    version: {
      sources: { stores, users, redemptions, events },
      services: {
        records,
        background,
        mails: mails.queue,
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
        waitlist: intake,
        sessions: composeSessionsService(sessionParts),
      },
      context: composeExecutorContext(config, { stores, events, keyring }),
      web: {
        keyring,
        authSession,
        sessionAway: sessions.away,
        outages: createOutageLog({ log, clock }),
        startFailure: () => startFailure,
        warnOnce,
      },
      guards: {
        readData,
        gate,
        redeem,
        findRedemption: redemptions === null ? null : (by) => redemptions.find(by),
        ephemeralStore: stores.ephemeralStore,
        sessionRegistry: stores.sessionRegistry,
        hasLogin: config.login !== null && config.login !== undefined,
        findById: known === null ? null : (id) => known.findById(id),
        users: known,
      },
    },
  });
  const { stored, router } = flows;
  const { services, web, guards } = flows.current;
  const tickets = composeTickets(config, { stores, keyring, users, events, mails: services.mails ?? null });
  const probes = createProbes({
    stores,
    users: known,
    redemptions,
    connections,
    authenticators,
    askOwnStores: ownStoresProbe(config.stores, stores),
    mailer: createMailerProbe(config.mailer),
    loginFields: () => loginFieldsOf(config.flows),
  });
  const started = startEnrollment(config, {
    stores,
    keyring,
    probes,
    manager,
    invitations,
    warnOnce,
    readFlows: stored === null ? null : () => stored.follow(),
  });
  started.done.catch((error: unknown) => {
    startFailure = error;
  });
  // When the start fails, `ready()` reports it, and deliveries of earlier processes are not resumed.
  started.done.then(deliveries.start, () => undefined);
  started.done.then(mails.start, () => undefined);

  const noFlow = (slug: unknown): TypeError =>
    new TypeError(`there is no flow '${String(slug)}'${didYouMean(String(slug), [...web.flows.keys()])}`);

  const health = createHealth({ stores, probes, started });

  return Object.freeze<Enrollment<User, Data>>({
    session: (settings) => sessions.middleware(settings),
    checkSession: () => sessionCheck.middleware(),
    router: () => router,
    flow(slug) {
      // A stored flow may be read, or made, later.
      if (stored === null && !web.flows.has(slug)) throw noFlow(slug);
      return oneFlow(router, slug);
    },
    requireInvite: (settings, handler) => requireInvite(guards, settings, handler),
    acceptInvite: (settings, handler) => acceptInvite(guards, settings, handler),
    policy: (policies, settings) => policyGuard(guards, policies, settings),
    tryPolicy: (policy, trial) => tryPolicy({ web, flows: config.flows, readText: guards.text }, policy, trial),
    admit: (slug, toIdentity) => admit(web, slug, toIdentity),
    prefillInvite: (settings) => prefillInvite(guards, settings),
    invitations: manager,
    deliveries: mails.deliveries(deliveries.manager),
    mails: mails.manager,
    waitlist,
    tickets,
    ticketsApi: (settings) => ticketsApi(composeTicketsApi(config, { web, tickets, users }), settings),
    consents: createConsentManager(stores.consents, clock),
    flowLink: (settings) =>
      issueFlowLink({ site, flows: config.flows, flowLinks: services.flowLinks, now: clock.now() }, settings),
    flowUrl(slug) {
      const path = web.flows.has(slug) ? locationOf(site, { flow: slug }) : null;
      if (path === null) throw noFlow(slug);
      return site.origin + path;
    },
    stylesheet: web.pages.stylesheet.path,
    get messages() {
      return composeMessages(config);
    },
    flows: composeFlows({
      flows: () => config.flows,
      pages: () => web.pages,
      settings: config.flowFiles ?? {},
      files: () => flowsOfFolder(options),
      stored: stored?.administration ?? null,
      refusals: (changed) => refusalsOf(options, changed),
    }),
    get views() {
      return composeViews(config, web.pages, services);
    },
    async currentUser(req) {
      const user = await withRetryAfter(req.res, async () => (await login.current(req)) ?? null);
      // Where the kit does not know the users, the app decides who is active.
      return user !== null && (known === null || known.toProfile(user).active) ? user : null;
    },
    signIn: (req, res, user, settings) =>
      withRetryAfter(res, () => signIn({ web, login, users: known, recent, signedIn }, { req, res, user }, settings)),
    signOut: (req, res) => withRetryAfter(res, () => signOut(web, req, res)),
    sessions: composeUserSessions(sessionParts),
    async forgetUser(userId) {
      const id = userIdText(userId, 'forgetUser');
      await authSession.endSessions(id, null);
      await forgetUser(records, id);
    },
    ready: () => started.done,
    health,
    diagnose: () =>
      diagnose(config, {
        stores,
        keyring,
        health,
        probes,
        invitations,
        storedFlows: () => (stored === null ? null : summaryOf(stored.state())),
        logsMails: sendsMails(config) && config.mailer === null,
      }),
    close: async () => {
      flows.stop();
      started.stop();
      await background.idle();
      await invitations.idle();
      await conversions.idle();
      await mails.close();
      await deliveries.close();
      await stores.close();
    },
  });
}
