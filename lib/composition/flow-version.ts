import type { GuardParts } from '../http/guards/guard-settings.js';
import { createRouter } from '../http/router.js';
import type { Web } from '../http/web.js';
import type { ExecutorContext } from '../executor/run.js';
import type { EnrollmentConfig } from '../options/options.js';
import { composeServices } from './services.js';
import { composeSources } from './sources.js';
import { composeWeb } from './web.js';

/** One set of flows, and everything that is built from it. A request is answered by one version alone. */
export interface FlowVersion<User, Data> {
  readonly config: EnrollmentConfig<User, Data>;
  readonly services: ReturnType<typeof composeServices<User, Data>>;
  readonly web: Web;
  readonly guards: GuardParts<User, Data>;
  readonly router: ReturnType<typeof createRouter>;
}

/** What all versions share. */
export interface FlowVersionParts<User, Data> {
  readonly sources: Parameters<typeof composeSources<User, Data>>[1];
  readonly services: Omit<Parameters<typeof composeServices<User, Data>>[1], 'sources'>;
  readonly context: Omit<ExecutorContext, 'services'>;
  readonly web: Omit<Parameters<typeof composeWeb<User, Data>>[1], 'sources' | 'context'>;
  readonly guards: Omit<GuardParts<User, Data>, keyof Web | 'text'>;
}

/** Composes what depends on the flows of a configuration: sources, services, pages, guards and the router. */
export function composeFlowVersion<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: FlowVersionParts<User, Data>,
): FlowVersion<User, Data> {
  const sources = composeSources(config, parts.sources);
  const services = composeServices(config, { ...parts.services, sources });
  const context = Object.freeze<ExecutorContext>({ ...parts.context, services });
  const web = composeWeb(config, { ...parts.web, context, sources: sources?.web ?? null });
  const guards = {
    ...web,
    ...parts.guards,
    text: (...[message, locale]: Parameters<GuardParts<User, Data>['text']>) => web.pages.text(message, locale),
  };
  return { config, services, web, guards, router: createRouter(web) };
}
