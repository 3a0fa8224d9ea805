import { didYouMean } from '../base/did-you-mean.js';
import { locationOf } from '../base/target.js';
import { userIdText } from '../base/user-id.js';
import { withRetryAfter } from '../http/failure.js';
import { acceptInvite } from '../http/guards/accept-invite.js';
import { policyGuard } from '../http/guards/policy-guard.js';
import { prefillInvite } from '../http/guards/prefill-invite.js';
import { requireInvite } from '../http/guards/require-invite.js';
import { signIn } from '../http/login/sign-in.js';
import { oneFlow } from '../http/router.js';
import { signOut } from '../http/sign-out.js';
import { admit } from '../http/sources/admit.js';
import { ticketsApi } from '../http/tickets-api/tickets-api.js';
import type { EnrollmentConfig } from '../options/options.js';
import { createConsentManager } from '../users/consents.js';
import { forgetUser, type UserRecords } from '../users/forget-user.js';
import type { Stores } from '../stores/stores.js';
import type { Enrollment } from './enrollment.js';
import { issueFlowLink } from './flow-link.js';
import type { FlowSet } from './flow-set.js';
import { composeMessages } from './messages.js';
import type { ComposedSignIn } from './sign-in.js';
import { composeTicketsApi } from './tickets-api.js';
import { tryPolicy } from './try-policy.js';
import type { ComposedUsers } from './users.js';
import { composeViews } from './views.js';

type Part<User, Data, Name extends keyof Enrollment<User, Data>> = Pick<Enrollment<User, Data>, Name>;

/** Which part answers which member of the enrollment. */
export function surfaceOf<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Pick<Stores, 'consents'>;
    readonly people: Pick<ComposedUsers<User>, 'known' | 'users'>;
    readonly records: UserRecords;
    readonly signingIn: ComposedSignIn<User>;
    readonly flowSet: FlowSet<User, Data>;
    readonly managers: Part<User, Data, 'invitations' | 'deliveries' | 'mails' | 'waitlist' | 'tickets'>;
    readonly lifecycle: Part<User, Data, 'ready' | 'health' | 'diagnose' | 'close'>;
  },
): Enrollment<User, Data> {
  const { people, records, signingIn, managers, lifecycle } = parts;
  const { known, users } = people;
  const { login, authSession, recent, signedIn } = signingIn;
  const { router, stored, current, manager: flows } = parts.flowSet;
  const { services, web, guards } = current;
  const { invitations, deliveries, mails, waitlist, tickets } = managers;
  const { ready, health, diagnose, close } = lifecycle;
  const { site, clock } = config;

  const noFlow = (slug: unknown): TypeError =>
    new TypeError(`there is no flow '${String(slug)}'${didYouMean(String(slug), [...web.flows.keys()])}`);

  return Object.freeze<Enrollment<User, Data>>({
    session: (settings) => signingIn.sessions.middleware(settings),
    checkSession: signingIn.checkSession,
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
    invitations,
    deliveries,
    mails,
    waitlist,
    tickets,
    ticketsApi: (settings) => ticketsApi(composeTicketsApi(config, { web, tickets, users }), settings),
    consents: createConsentManager(parts.stores.consents, clock),
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
    flows,
    get views() {
      return composeViews(config, web.pages, services);
    },
    currentUser: (req) =>
      withRetryAfter(req.res, async () => {
        const user = (await login.current(req)) ?? null;
        // Where the kit does not know the users, the app decides who is active.
        return user !== null && (known === null || known.toProfile(user).active) ? user : null;
      }),
    signIn: (req, res, user, settings) =>
      withRetryAfter(res, () => signIn({ web, login, users: known, recent, signedIn }, { req, res, user }, settings)),
    signOut: (req, res) => withRetryAfter(res, () => signOut(web, req, res)),
    sessions: signingIn.userSessions,
    async forgetUser(userId) {
      const id = userIdText(userId, 'forgetUser');
      await authSession.endSessions(id, null);
      await forgetUser(records, id);
    },
    ready,
    health,
    diagnose,
    close,
  });
}
