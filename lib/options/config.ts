import { randomToken } from '../base/ids.js';
import { systemClock } from '../base/clock.js';
import { configError } from '../base/config-error.js';
import { isLocal } from '../base/local-host.js';
import { sentenceOf } from '../base/schema-issues.js';
import { checkFlows } from '../flow/check-flow.js';
import type { Flow } from '../flow/flow.js';
import { defaultLog } from './default-log.js';
import { optionsSchema } from './schema.js';
import { webhookIssues } from './webhooks.js';
import type { Config, Options } from './options.js';

export { configError } from '../base/config-error.js';

/** Finds further mistakes once the options that it reads have the right form. */
export interface Check<O> {
  readonly reads: readonly (keyof O & string)[];
  find(options: O): readonly string[];
}

/**
 * Options to frozen config; `checks` add what other rooms know about their own options. @throws ERR_ENROLLMENT_CONFIG with every mistake in `issues`, in the flows too;
 * no message holds an option's value where that could be a secret.
 */
export function parseOptions<User, Req, SignIn, Seed, Data, Source>(
  options: Options<User, Req, SignIn, Seed, Data, Source>,
  checks: readonly Check<Options<User, Req, SignIn, Seed, Data, Source>>[] = [],
): Config<User, Req, SignIn, Seed, Data, Source> {
  const { error } = optionsSchema.validate(options, { abortEarly: false, convert: false });
  const issues = [
    ...(error?.details ?? []).map((detail) => sentenceOf(detail, optionsSchema)),
    ...(mayRead(error, 'baseUrl') ? productionIssues(options) : []),
    ...(mayRead(error, 'flows') ? flowIssues(options) : []),
    ...(mayRead(error, 'webhooks') ? webhookIssues(options.webhooks ?? [], isProduction(options)) : []),
    ...(mayRead(error, 'onEnrolled') && options.onEnrolled !== undefined && options.users === undefined
      ? ['"users" is required by "onEnrolled": accounts are looked up by it']
      : []),
    ...checks
      .filter(({ reads }) => reads.every((option) => mayRead(error, option)))
      .flatMap((check) => check.find(options)),
  ];
  if (issues.length > 0) throw configError(issues);

  const url = new URL(options.baseUrl);
  const given = options.secret === undefined ? [] : [options.secret].flat();
  return Object.freeze({
    site: Object.freeze({
      origin: url.origin,
      mount: url.pathname.replace(/\/+$/, ''),
      secure: url.protocol === 'https:',
    }),
    secrets: Object.freeze(given.length > 0 ? given : [randomToken(32)]),
    ephemeralSecret: given.length === 0,
    redis: options.redis ?? null,
    allowVolatileRedis: options.allowVolatileRedis ?? false,
    stores: options.stores ?? {},
    keyPrefix: options.keyPrefix ?? 'enrollment:',
    users: options.users ?? null,
    redemptions: options.redemptions ?? null,
    login: options.login ?? null,
    flows: Object.freeze([...(options.flows ?? [])]),
    signupUrl: options.signupUrl === undefined ? null : new URL(options.signupUrl, url.origin).href,
    registration: options.registration ?? 'invite-only',
    refusals: options.refusals ?? 'plain',
    seed: Object.freeze([...(options.seed ?? [])]),
    onEnrolled: options.onEnrolled ?? null,
    sources: Object.freeze([...(options.sources ?? [])]),
    connections: options.connections ?? null,
    findUser: options.findUser ?? null,
    inviters: options.inviters ?? {},
    invitationData: options.invitationData ?? null,
    tenant: options.tenant ?? null,
    sendInvitation: options.sendInvitation ?? null,
    brand: Object.freeze({ name: url.hostname, home: '/', ...options.brand }),
    views: options.views,
    messages: options.messages ?? {},
    locale: options.locale ?? 'en',
    locals: options.locals ?? (() => ({})),
    clientKey: options.clientKey ?? null,
    passwords: options.passwords ?? null,
    rateLimits: { codes: {}, passwords: {}, availability: {}, newPlans: {}, ...options.rateLimits },
    clock: options.clock ?? systemClock,
    logger: options.logger ?? defaultLog(),
    events: options.events ?? (() => undefined),
    webhooks: Object.freeze([...(options.webhooks ?? [])]),
    production: isProduction(options),
  });
}

interface Checked {
  readonly baseUrl: string;
  readonly secret?: unknown;
  readonly redis?: unknown;
  readonly production?: boolean | undefined;
}

function productionIssues(options: Checked): readonly string[] {
  if (!isProduction(options)) return [];
  const { protocol } = new URL(options.baseUrl);
  return [
    ...(options.secret === undefined ? ['"secret" is required in production'] : []),
    ...(options.redis === undefined
      ? ['"redis" is required in production: in memory, plans and invitations are lost with the process']
      : []),
    ...(protocol === 'https:' || isLocal(options.baseUrl) ? [] : ['"baseUrl" must be https in production']),
  ];
}

function flowIssues(options: {
  readonly flows?: readonly Flow[] | undefined;
  readonly registration?: 'invite-only' | 'open' | undefined;
  readonly users?: unknown;
  readonly login?: unknown;
}): readonly string[] {
  const { flows = [], users, login } = options;
  if (flows.length === 0) return [];
  return [
    ...(users === undefined ? ['"users" is required by "flows": accounts are written through it'] : []),
    ...(login === undefined ? ['"login" is required by "flows": people are signed in through it'] : []),
    ...checkFlows(flows, { registration: options.registration ?? 'invite-only' }),
  ];
}

function isProduction(options: Pick<Checked, 'production'>): boolean {
  return options.production ?? process.env['NODE_ENV'] === 'production';
}

interface Mistakes {
  readonly details: readonly { readonly path: readonly (string | number)[] }[];
}

/** A further check reads an option only when its form is right. */
function mayRead(mistakes: Mistakes | undefined, option: string): boolean {
  return !(mistakes?.details ?? []).some(({ path }) => path.length === 0 || path[0] === option);
}
