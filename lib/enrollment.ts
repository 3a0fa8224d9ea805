import type { Request, RequestHandler, Response } from 'express';
import { didYouMean } from './base/did-you-mean.js';
import type { JsonObject } from './base/json.js';
import { createKeyring } from './base/keyring.js';
import { locationOf } from './base/target.js';
import { absentLogin, absentUsers } from './composition/absent-parts.js';
import { composeDeliveries } from './composition/deliveries.js';
import { diagnose, type EnrollmentDiagnosis } from './diagnosis/diagnose.js';
import { composeExecutorContext } from './composition/executor-context.js';
import { createHealth, type EnrollmentHealth } from './diagnosis/health.js';
import { composeInvitations } from './composition/invitations.js';
import { logStart } from './composition/log-start.js';
import { loginFieldsOf } from './flow/flows.js';
import type { Policy } from './flow/policy.js';
import { readOptions } from './composition/read-options.js';
import { createProbes } from './diagnosis/probes.js';
import { composeMessages, type EnrollmentMessages } from './composition/messages.js';
import { tryPolicy, type PolicyReport, type PolicyTrial } from './composition/try-policy.js';
import { composeServices } from './composition/services.js';
import { composeSources } from './composition/sources.js';
import { startEnrollment } from './composition/start.js';
import { hasWaitlist, composeWaitlist } from './composition/waitlist.js';
import { composeViews, type EnrollmentViews } from './composition/views.js';
import { composeWeb } from './composition/web.js';
import type { GuardParts, GuardSettings } from './http/guards/guard-settings.js';
import { prefillInvite, type PrefillSettings } from './http/guards/prefill-invite.js';
import { policyGuard, type GuardingPolicies, type PolicyGuardSettings } from './http/guards/policy-guard.js';
import { requireInvite, type InviteHandler } from './http/guards/require-invite.js';
import { createAuthSession } from './http/login/auth-session.js';
import type { Login } from './ports/login.js';
import { createRecentSignIn } from './http/login/recent-sign-in.js';
import { signIn, type SignInSettings } from './http/login/sign-in.js';
import { oneFlow, createRouter } from './http/router.js';
import type { SessionSettings } from './http/session/session-settings.js';
import { signOut } from './http/sign-out.js';
import { admit, type ToIdentity } from './http/sources/admit.js';
import { withRetryAfter } from './http/failure.js';
import type { InvitationManager } from './invitations/management/invitation-manager.js';
import { dataReaderOf } from './options/data-rules.js';
import type { EnrollmentOptions } from './options/options.js';
import { createWarnOnce, warnOfOptions } from './options/warnings.js';
import { createStores } from './stores/stores.js';
import { notifyEnrolled } from './users/notify-enrolled.js';
import { typedUsers } from './users/typed-users.js';
import {
  authenticatorsWithTimeout,
  connectionsWithTimeout,
  redemptionsWithTimeout,
  usersWithTimeout,
} from './users/users-with-timeout.js';
import { recordConversions } from './waitlist/conversions.js';
import type { Waitlist } from './waitlist/waitlist.js';
import type { DeliveryManager } from './webhooks/deliveries.js';

export interface Enrollment<User, Data = JsonObject> {
  /**
   * express-session's sessions, in the kit's stores. Leave it out where the app has its own: with both, requests fail
   * with ERR_ENROLLMENT_SESSION.
   * @throws ERR_ENROLLMENT_CONFIG for settings that are none
   */
  session(settings?: SessionSettings): RequestHandler;
  /** The flows' pages; every other request continues with `next()`. */
  router(): RequestHandler;
  /**
   * The pages of one flow, at the addresses that they have under `router()`.
   * @throws TypeError for a slug that is not configured
   */
  flow(slug: string): RequestHandler;
  /**
   * Guards an existing signup route of the app: the handler runs once a code is accepted, and `invite.redeem` wraps the
   * app's own transaction. A refusal calls `next(InviteRefused)`, or `onRefused`.
   * @throws ERR_ENROLLMENT_CONFIG for settings that are none
   */
  requireInvite(settings: GuardSettings<User>, handler: InviteHandler<User, Data>): RequestHandler;
  /**
   * Guards any route of the app: its handler runs where the policies pass. They see the declared fields of the body as
   * answers, and the signed-in user. A refusal calls `next(InviteRefused)`, or `onRefused`; a policy without a verdict
   * refuses.
   * @throws ERR_ENROLLMENT_CONFIG for settings that are none
   */
  policy(policies: GuardingPolicies, settings?: PolicyGuardSettings): RequestHandler;
  /**
   * Asks a policy, by itself or by its name in the flows, about a person and a context. Nothing is changed, and no
   * secret is in the report. Only for people who may administer the app.
   * @throws TypeError where no flow has a policy of that name
   */
  tryPolicy(policy: Policy | string, trial?: PolicyTrial): Promise<PolicyReport>;
  /**
   * For identities that the app's own sign-in has verified: behind the existing callback of a provider, or on a path
   * that an authenticating proxy guards. It signs in a user with an account, and redirects others to the gate.
   * `toIdentity` returns the identity; `null` denies access. See docs/sso.md.
   * @throws TypeError where `sources` has no `admittedSource` of that slug
   */
  admit(slug: string, toIdentity: ToIdentity): RequestHandler;
  /** For the route of the app's signup form: removes `?invite=…` from the address and passes it to the view. */
  prefillInvite(settings?: PrefillSettings): RequestHandler;
  readonly invitations: InvitationManager;
  /** Failed deliveries of webhooks and of `onEnrolled`: list them and retry them. */
  readonly deliveries: DeliveryManager;
  /** The people who wait for an invitation; see `waitlistFlow`. */
  readonly waitlist: Waitlist;
  /** The absolute address of a flow. @throws TypeError for a slug that is not configured */
  flowUrl(slug: string): string;
  /** The address of the kit's stylesheet, for pages of the app that use its design. */
  readonly stylesheet: string;
  /** The sentences of the pages in each language, for translators' tools and tests. */
  readonly messages: EnrollmentMessages;
  /** The templates of the pages: which file is used, and what is wrong with those of the app. */
  readonly views: EnrollmentViews;
  /** The signed-in user; `null` also when the account is no longer active. */
  currentUser(req: Request): Promise<User | null>;
  /**
   * Signs in with the login; resolves when the session is saved.
   * @throws ERR_ENROLLMENT_INACTIVE, ERR_ENROLLMENT_LOGIN, ERR_ENROLLMENT_NO_LOGIN
   */
  signIn(req: Request, res: Response, user: User, settings?: SignInSettings): Promise<void>;
  /** Signs out with the login, and revokes what the flows' cookies would still allow. */
  signOut(req: Request, res: Response): Promise<void>;
  /**
   * Resolves when every port has answered a probe and the seeds exist. Whatever is down is retried until `close()`. A
   * missing table, column or package ends the start in development, after three tries.
   * @throws ERR_ENROLLMENT_REDIS_FORGETS in production, ERR_ENROLLMENT_INVITATION, ERR_ENROLLMENT_USER_STORE in development
   */
  ready(): Promise<void>;
  health(): Promise<EnrollmentHealth>;
  /** Reports the setup to administrators; queries the stores. */
  diagnose(): Promise<EnrollmentDiagnosis>;
  /** Finishes running work and closes connections that the kit opened. */
  close(): Promise<void>;
}

/**
 * Composes one enrollment. It returns before anything is connected; see `ready()`.
 * With `invitationData`, the user store receives invitations' data in the schema's type.
 * @throws ERR_ENROLLMENT_CONFIG with every mistake of the configuration in `issues`
 */
export function createEnrollment<User, Data = JsonObject>(
  options: EnrollmentOptions<User, Data>,
): Enrollment<User, Data> {
  const config = readOptions(options);
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
  });
  const { events } = conversions;
  const invitations = composeInvitations(config, { stores, keyring, events, users: known });
  const redeem = notifyEnrolled(invitations.redeem, deliveries.finished);
  const { gate, manager } = invitations;
  const { waitlist, intake } = composeWaitlist(config, {
    stores,
    keyring,
    events,
    invitations: manager,
    users: known,
  });
  const redemptions = config.redemptions === null ? null : redemptionsWithTimeout(config.redemptions);
  const sources = composeSources(config, { stores, users, redemptions, events });
  const services = composeServices(config, {
    stores,
    keyring,
    events,
    users,
    gate,
    redeem,
    redemptions,
    waitlist: intake,
    sources,
  });
  const login: Login<User> =
    typeof config.login === 'function' ? config.login(users) : (config.login ?? absentLogin<User>());
  // Only sources need a recent sign-in.
  const recent = sources === null ? null : createRecentSignIn(site, keyring, clock);
  const { web, sessions } = composeWeb(config, {
    keyring,
    stores,
    context: composeExecutorContext(config, { stores, services, events, keyring }),
    authSession: createAuthSession(login, users, recent),
    sources: sources?.web ?? null,
    startFailure: () => startFailure,
    warnOnce,
  });
  const guards: GuardParts<User, Data> = {
    ...web,
    readData,
    gate,
    redeem,
    findRedemption: redemptions === null ? null : (by) => redemptions.find(by),
    ephemeralStore: stores.ephemeralStore,
    hasLogin: config.login !== null && config.login !== undefined,
    findById: known === null ? null : (id) => known.findById(id),
    text: (message, locale) => web.pages.text(message, locale),
  };
  const router = createRouter(web);
  const probes = createProbes({
    stores,
    users: known,
    redemptions,
    connections: config.connections === null ? null : connectionsWithTimeout(config.connections),
    authenticators: config.authenticators === null ? null : authenticatorsWithTimeout(config.authenticators),
    loginFields: loginFieldsOf(config.flows),
  });
  const started = startEnrollment(config, { stores, keyring, probes, manager, invitations, warnOnce });
  started.done.catch((error: unknown) => {
    startFailure = error;
  });
  // When the start fails, `ready()` reports it, and deliveries of earlier processes are not resumed.
  started.done.then(deliveries.start, () => undefined);

  const noFlow = (slug: unknown): TypeError =>
    new TypeError(`there is no flow '${String(slug)}'${didYouMean(String(slug), [...web.flows.keys()])}`);

  const health = createHealth({ stores, probes, started });

  return Object.freeze<Enrollment<User, Data>>({
    session: (settings) => sessions.middleware(settings),
    router: () => router,
    flow(slug) {
      if (!web.flows.has(slug)) throw noFlow(slug);
      return oneFlow(router, slug);
    },
    requireInvite: (settings, handler) => requireInvite(guards, settings, handler),
    policy: (policies, settings) => policyGuard(guards, policies, settings),
    tryPolicy: (policy, trial) => tryPolicy({ web, flows: config.flows, readText: guards.text }, policy, trial),
    admit: (slug, toIdentity) => admit(web, slug, toIdentity),
    prefillInvite: (settings) => prefillInvite(guards, settings),
    invitations: manager,
    deliveries: deliveries.manager,
    waitlist,
    flowUrl(slug) {
      const path = web.flows.has(slug) ? locationOf(site, { flow: slug }) : null;
      if (path === null) throw noFlow(slug);
      return site.origin + path;
    },
    stylesheet: web.pages.stylesheet.path,
    messages: composeMessages(config),
    views: composeViews(config, web.pages, services),
    async currentUser(req) {
      const user = await withRetryAfter(req.res, async () => (await login.current(req)) ?? null);
      // Where the kit does not know the users, the app decides who is active.
      return user !== null && (known === null || known.toProfile(user).active) ? user : null;
    },
    signIn: (req, res, user, settings) =>
      withRetryAfter(res, () => signIn({ web, login, users: known, recent }, { req, res, user }, settings)),
    signOut: (req, res) => withRetryAfter(res, () => signOut(web, req, res)),
    ready: () => started.done,
    health,
    diagnose: () => diagnose(config, { stores, keyring, health, invitations }),
    close: async () => {
      started.stop();
      await invitations.idle();
      await conversions.idle();
      await deliveries.close();
      await stores.close();
    },
  });
}
