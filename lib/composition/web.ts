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
import type { WebSources, Web } from '../http/web.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { WarnOnce } from '../options/warnings.js';
import { composePages } from './pages.js';

/** Composes the HTTP side. */
export function composeWeb<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly keyring: Keyring;
    readonly context: ExecutorContext;
    readonly authSession: AuthSession;
    readonly sessionAway: Web['sessionAway'];
    readonly outages: Web['outages'];
    readonly versions: Web['versions'];
    readonly sources: WebSources | null;
    readonly startFailure: () => unknown;
    readonly warnOnce: WarnOnce;
  },
): Web {
  const { keyring, context, authSession, sources, warnOnce } = parts;
  const { site, clock, logger: log } = config;
  const pages = composePages(config);
  const cookies = createCookieJars(site, config.executorApi !== null);
  return {
    site,
    development: !config.production,
    keyring,
    clock,
    log,
    flows: new Map(config.flows.map((flow) => [flow.slug, flow])),
    versions: parts.versions,
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
    sessionAway: parts.sessionAway,
    outages: parts.outages,
    showsCauses: !config.production && isLocal(site.origin),
    startFailure: parts.startFailure,
    warnOnce,
    executorApi: config.executorApi,
  };
}
