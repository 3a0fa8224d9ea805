import type { Request, RequestHandler, Response } from 'express';
import type { JsonObject } from '../base/json.js';
import type { EnrollmentDiagnosis } from '../diagnosis/diagnose.js';
import type { EnrollmentHealth } from '../diagnosis/health.js';
import type { Policy } from '../flow/policy.js';
import type { FlowLink, FlowLinkSettings } from './flow-link.js';
import type { EnrollmentFlows } from './flows.js';
import type { EnrollmentMessages } from './messages.js';
import type { PolicyReport, PolicyTrial } from './try-policy.js';
import type { EnrollmentViews } from './views.js';
import type { AcceptInviteHandler, AcceptInviteSettings } from '../http/guards/accept-invite-settings.js';
import type { GuardSettings } from '../http/guards/guard-settings.js';
import type { PrefillSettings } from '../http/guards/prefill-invite.js';
import type { GuardingPolicies, PolicyGuardSettings } from '../http/guards/policy-guard.js';
import type { InviteHandler } from '../http/guards/require-invite.js';
import type { SignInSettings } from '../http/login/sign-in.js';
import type { SessionSettings } from '../http/session/session-settings.js';
import type { ToIdentity } from '../http/sources/admit.js';
import type { TicketsApiSettings } from '../http/tickets-api/tickets-api.js';
import type { InvitationManager } from '../invitations/management/invitation-manager.js';
import type { Tickets } from '../ports/tickets.js';
import type { UserSessions } from '../ports/user-sessions.js';
import type { ConsentManager } from '../users/consents.js';
import type { Waitlist } from '../waitlist/waitlist.js';
import type { MailManager } from '../mail/mail-manager.js';
import type { DeliveryManager } from '../webhooks/deliveries.js';

/** What `createEnrollment` returns. */
export interface Enrollment<User, Data = JsonObject> {
  /**
   * express-session's sessions, in the kit's stores. Leave it out where the app has its own: with both, requests fail
   * with ERR_ENROLLMENT_SESSION.
   * @throws ERR_ENROLLMENT_CONFIG for settings that are none
   */
  session(settings?: SessionSettings): RequestHandler;
  /**
   * For apps with Passport and a session middleware of their own, between the two: `req.user` is `undefined` in sessions
   * that no longer count, because the password was changed since the sign-in or the client is in another network than
   * `userLogin` binds it to. No store is asked. `session()` does the same by itself.
   */
  checkSession(): RequestHandler;
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
   * For a route of the app on which signed-in users accept an invitation with their own account: the handler runs once
   * it is accepted, by one seat for each user. A refusal calls `next(InviteRefused)`, or `onRefused`.
   * @throws ERR_ENROLLMENT_CONFIG for settings that are none
   */
  acceptInvite(settings: AcceptInviteSettings<Data>, handler: AcceptInviteHandler<Data>): RequestHandler;
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
  /** Failed deliveries of webhooks, of `onEnrolled` and of `onInvitationAccepted`: list them and retry them. */
  readonly deliveries: DeliveryManager;
  /** What became of the kit's mails: list them, resend them, report bounces; see docs/mail.md. */
  readonly mails: MailManager;
  /** The people who wait for an invitation; see `waitlistFlow`. */
  readonly waitlist: Waitlist;
  /** One-time links for existing accounts: to set a password, or to prove an address; see docs/tickets.md. */
  readonly tickets: Tickets;
  /**
   * Tickets over HTTP, as at Auth0's Management API v2: `POST /api/v2/tickets/password-change` and
   * `/api/v2/tickets/email-verification`, behind `keys` or a `guard` of the app. Other paths are passed on.
   * @throws ERR_ENROLLMENT_CONFIG for wrong settings
   */
  ticketsApi(settings: TicketsApiSettings): RequestHandler;
  /** What users allowed applications; see `consentFlow`. */
  readonly consents: ConsentManager;
  /**
   * A link that begins one plan of a flow with `authentication: 'require_token'`, for the user, with the answers and for
   * the time that are given. It works once.
   * @throws ERR_ENROLLMENT_CONFIG for settings that are none, TypeError for a flow that takes no links
   */
  flowLink(settings: FlowLinkSettings): Promise<FlowLink>;
  /** The absolute address of a flow. @throws TypeError for a slug that is not configured */
  flowUrl(slug: string): string;
  /** The address of the kit's stylesheet, for pages of the app that use its design. */
  readonly stylesheet: string;
  /** The sentences of the pages in each language, for translators' tools and tests. */
  readonly messages: EnrollmentMessages;
  /** The templates of the pages: which file is used, and what is wrong with those of the app. */
  readonly views: EnrollmentViews;
  /** The app's flows: what there is, how they go, as files. */
  readonly flows: EnrollmentFlows;
  /** The sessions of the app's users: list them, and end them. */
  readonly sessions: UserSessions;
  /**
   * Removes what the kit keeps about a user that the app itself deletes: sessions, unfinished flows, authenticators,
   * connections, consents and tickets; mails of the account that wait or failed are withdrawn. Call it after the user is deleted; it can be called again. Redemptions stay, and what
   * `invitations.erase` removes. `leaveFlow` does the same by itself.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503)
   */
  forgetUser(userId: string): Promise<void>;
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
