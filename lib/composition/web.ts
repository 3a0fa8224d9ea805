import { createTokens } from '../base/ids.js';
import type { Keyring } from '../base/keyring.js';
import { isLocal } from '../base/url.js';
import { originsOfRedirects } from '../flow/flows.js';
import type { ExecutorContext } from '../executor/run.js';
import { carefulLocals, clientAddress, localeOf } from '../http/app-hooks.js';
import { createCookieJars } from '../http/cookies/cookie-jar.js';
import { createDefaultFlows } from '../http/default-flow-registry.js';
import type { AuthSession } from '../http/login/auth-session.js';
import { createPagePolicy } from '../http/headers.js';
import { createOutageLog } from '../http/outage-log.js';
import { createSessions, type Sessions } from '../http/session/session.js';
import type { WebSources, Web } from '../http/web.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { WarnOnce } from '../options/warnings.js';
import type { Stores } from '../stores/stores.js';
import { composePages } from './pages.js';

/** Composes the HTTP side and the session middleware. */
export function composeWeb<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly keyring: Keyring;
    readonly stores: Stores;
    readonly context: ExecutorContext;
    readonly authSession: AuthSession;
    readonly checkSession: Parameters<typeof createSessions>[0]['check'];
    readonly sources: WebSources | null;
    readonly startFailure: () => unknown;
    readonly warnOnce: WarnOnce;
  },
): { readonly web: Web; readonly sessions: Sessions } {
  const { keyring, stores, context, authSession, sources, warnOnce } = parts;
  const { site, clock, logger: log } = config;
  const sessions = createSessions({
    site,
    secrets: keyring.raw('session').map((key) => Buffer.from(key).toString('base64url')),
    clock,
    sessions: stores.sessions,
    check: parts.checkSession,
  });
  const pages = composePages(config);
  const cookies = createCookieJars(site, config.executorApi !== null);
  const web: Web = {
    site,
    development: !config.production,
    keyring,
    clock,
    log,
    flows: new Map(config.flows.map((flow) => [flow.slug, flow])),
    defaultFlows: createDefaultFlows({ site, flows: config.flows, defaultFlows: config.defaultFlows, warnOnce }),
    context,
    pages,
    policy: createPagePolicy({
      csp: config.csp,
      // Only the kit's own files: not what users may have uploaded to the same origin.
      own: config.scripts
        ? { scripts: `${site.origin}${site.mount}/if/assets/`, forms: `${site.origin}${site.mount}/if/flow/` }
        : null,
      redirects: originsOfRedirects(config.flows),
    }),
    authSession,
    home: config.brand.home,
    brandName: config.brand.name,
    ticketApps: [...config.tickets.clients.values()].map(({ name, resultUrl }) => ({
      name,
      origin: new URL(resultUrl).origin,
    })),
    locale: localeOf(config.locale, pages, cookies, log),
    client: config.clientKey ?? clientAddress,
    tenant: config.tenant,
    sources,
    cookies,
    token: createTokens(),
    locals: carefulLocals(config.locals, log),
    render: config.render,
    sessionAway: sessions.away,
    outages: createOutageLog({ log, clock }),
    showsCauses: !config.production && isLocal(site.origin),
    startFailure: parts.startFailure,
    warnOnce,
    executorApi: config.executorApi,
  };
  return { web, sessions };
}
