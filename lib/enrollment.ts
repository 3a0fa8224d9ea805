import type { Request, RequestHandler, Response } from 'express';
import { createTokens } from './base/ids.js';
import { createKeyring } from './base/keyring.js';
import { locationOf } from './base/target.js';
import { policyMessages } from './executor/policy-engine.js';
import { loadMessages } from './executor/steps/load-plan.js';
import type { Texts } from './base/message.js';
import type { Flow } from './flow/flow.js';
import { textsOfFlows } from './flow/texts-of-flows.js';
import { carefulEvents, carefulLocals } from './http/app-hooks.js';
import { clientAddress } from './http/client-address.js';
import { createCookieJars } from './http/cookies/cookie-jar.js';
import { createDoor } from './http/login/door.js';
import type { Login } from './http/login/login.js';
import type { LoginFactory } from './http/login/session-login.js';
import { createRouter } from './http/router.js';
import { signOut } from './http/sign-out.js';
import { createSession } from './http/session/session.js';
import { createSessionStore } from './http/session/session-store.js';
import type { Web } from './http/web.js';
import { createInvitations, type Invitations } from './invitations/invitations.js';
import { inputIssues } from './invitations/input-rules.js';
import { invitationTexts } from './invitations/refusal.js';
import type { SeededInvitation } from './invitations/seed.js';
import { createAttempts } from './limits/attempts.js';
import { parseOptions } from './options/config.js';
import type { Config, Options } from './options/options.js';
import { checkKeeping, createWarnOnce, warnOfOptions } from './options/warnings.js';
import { pageIssues } from './pages/page-issues.js';
import { createPages, type Pages } from './pages/pages.js';
import { pageTexts } from './pages/texts.js';
import { isEnrollmentError } from './base/error.js';
import type { Accounts } from './ports/accounts.js';
import type { UserStore } from './ports/user-store.js';
import { createStores } from './stores/stores.js';
import { untilReady } from './stores/until-ready.js';
import { answeringRedemptions, answeringUsers } from './users/answering-users.js';
import { createAccounts } from './users/accounts.js';
import { argon2Passwords } from './users/argon2-passwords.js';
import { gatedAccounts, gateMessages } from './users/gated-accounts.js';
import { toldAccounts } from './users/told-accounts.js';

/** What `createEnrollment` takes; see each option. Generic over the app's own user type. */
export type EnrollmentOptions<User> = Options<User, Request, LoginFactory | Login<User>, SeededInvitation>;

export interface Health {
  /** True when every store answers and the seeds are there. */
  readonly ready: boolean;
  readonly stores: 'memory' | 'redis';
  /** What is wrong, for operators. */
  readonly problem: string | null;
}

export interface Enrollment<User> {
  /** Sessions by express-session. Leave it out where the app has its own. */
  session(): RequestHandler;
  /** The flows' pages; everything else goes on to `next()`. */
  router(): RequestHandler;
  readonly invitations: Pick<
    Invitations,
    'create' | 'list' | 'revoke' | 'extend' | 'explain' | 'seed' | 'ledger' | 'reconcile'
  >;
  /** The absolute address of a flow. @throws TypeError for a slug that is not configured */
  flowUrl(slug: string): string;
  /** The address of the kit's stylesheet, for pages of the app that want its look. */
  readonly stylesheet: string;
  /** Who is signed in; `null` also when the account is not active any more. */
  currentUser(req: Request): Promise<User | null>;
  /** Signs out by the login, and ends what the flows' cookies would still allow. */
  signOut(req: Request, res: Response): Promise<void>;
  /**
   * Resolves when the stores answer and the seeds are there. A store that is down is tried again until `close()`.
   * @throws ERR_ENROLLMENT_REDIS_FORGETS in production, ERR_ENROLLMENT_INVITATION
   */
  ready(): Promise<void>;
  health(): Promise<Health>;
  /** Finishes what is under way and closes connections that the kit opened. */
  close(): Promise<void>;
}

/**
 * Joins the parts into one enrollment. Nothing is connected to yet when it returns; see `ready()`.
 * @throws ERR_ENROLLMENT_CONFIG with every mistake of the configuration in `issues`
 */
export function createEnrollment<User>(options: EnrollmentOptions<User>): Enrollment<User> {
  const config = parseOptions(options, [
    { reads: ['baseUrl', 'seed'], find: seedIssues },
    {
      reads: ['baseUrl', 'flows', 'views', 'messages'],
      find: ({ baseUrl, ...given }) =>
        pageIssues({ ...given, texts: textsOf(given.flows), assetsPath: new URL(baseUrl).pathname }),
    },
  ]);
  const { site, log, clock } = config;
  const events = carefulEvents(config.events, log);
  const keyring = createKeyring(config.secrets);
  const stores = createStores({ redis: config.redis, prefix: config.prefix, clock, log });
  const warnOnce = createWarnOnce(log);
  warnOfOptions(config, warnOnce);

  const invitations = createInvitations({
    store: stores.invitations,
    redemptions: config.redemptions,
    keyring,
    clock,
    attempts: createAttempts({ limits: stores.limits, events, ...config.attempts }),
    events,
    log,
    refusals: config.refusals,
    site,
    defaultFlow: config.flows.find((flow) => flow.designation === 'enrollment')?.slug ?? null,
  });
  const users = answeringUsers(config.users);
  const services = Object.freeze({
    accounts: accountsOf(config, users, invitations),
    invitations: invitations.gate,
    passwords: config.passwords ?? argon2Passwords(),
  });
  const login: Login<User> = typeof config.login === 'function' ? config.login(users) : config.login;
  const session = createSession({
    site,
    secrets: keyring.raw('session').map((key) => Buffer.from(key).toString('base64url')),
    store: stores.sessions === null ? null : createSessionStore(stores.sessions),
  });
  const pages = pagesOf(config);
  const web: Web = {
    site,
    keyring,
    clock,
    log,
    flows: new Map(config.flows.map((flow) => [flow.slug, flow])),
    bench: { plans: stores.plans, services, events, log },
    pages,
    door: createDoor(login, users),
    home: config.brand.home,
    locale: config.locale,
    client: config.client ?? clientAddress,
    cookies: createCookieJars(site),
    token: createTokens(),
    locals: carefulLocals(config.locals, log),
    sessionAway: (req) => session.away(req),
    warnOnce,
  };
  const started = untilReady(
    async () => {
      await stores.ping();
      checkKeeping(await stores.whyTheyForget(), config, warnOnce);
      await invitations.seed(config.seed);
    },
    (error) => isEnrollmentError(error) && error.status !== 503,
    log,
  );

  return Object.freeze({
    session: () => session.handler,
    router: () => createRouter(web),
    invitations,
    flowUrl(slug: string) {
      const path = web.flows.has(slug) ? locationOf(site, { flow: slug }) : null;
      if (path === null) throw new TypeError(`there is no flow '${slug}'`);
      return site.origin + path;
    },
    stylesheet: pages.stylesheet.path,
    async currentUser(req: Request) {
      const user = await login.current(req);
      return user !== null && users.facts(user).active ? user : null;
    },
    signOut: (req: Request, res: Response) => signOut(web, login, req, res),
    ready: () => started.done,
    async health() {
      const problem = await stores.ping().then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      const wrong = problem ?? started.problem();
      return { ready: wrong === null, stores: stores.kind, problem: wrong };
    },
    close: async () => {
      started.stop();
      await invitations.idle();
      await stores.close();
    },
  });
}

function accountsOf<User>(config: EnrollmentConfig<User>, users: UserStore<User>, invitations: Invitations): Accounts {
  const { log, onEnrolled } = config;
  const redemptions = config.redemptions === null ? null : answeringRedemptions(config.redemptions);
  const accounts = createAccounts({ users, redemptions, redeem: invitations.redeem });
  const gated = config.registration === 'open' ? accounts : gatedAccounts(accounts, log);
  if (onEnrolled === null) return gated;
  return toldAccounts(
    gated,
    async (userId, flow, invitation) => {
      const user = await users.byId(userId);
      if (user !== null)
        await onEnrolled({ user, invitation: invitation === null ? null : { id: invitation.id }, flow });
    },
    log,
  );
}

type EnrollmentConfig<User> = Config<User, Request, LoginFactory | Login<User>, SeededInvitation>;

function pagesOf<User>({ flows, views, messages, brand, site, production, log }: EnrollmentConfig<User>): Pages {
  return createPages({
    views,
    texts: textsOf(flows),
    messages,
    brand,
    assetsPath: `${site.mount}/if/assets`,
    cache: production || views === undefined,
    missing: (id) => {
      log.warn({ id }, 'a message has no text');
    },
  });
}

function textsOf(flows: readonly Flow[]): Texts {
  return {
    ...pageTexts,
    ...policyMessages,
    ...loadMessages,
    ...invitationTexts,
    ...gateMessages,
    ...textsOfFlows(flows),
  };
}

function seedIssues<User>({ seed = [], baseUrl }: EnrollmentOptions<User>): readonly string[] {
  const { origin, protocol } = new URL(baseUrl);
  const site = { origin, mount: '', secure: protocol === 'https:' };
  return seed.flatMap((input, index) => inputIssues(input, site).map((issue) => `seed[${String(index)}]: ${issue}`));
}
