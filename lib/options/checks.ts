import { missingPackage } from '../base/optional-package.js';
import { isLocal } from '../base/url.js';
import { flowIssues } from '../flow/check-flow.js';
import type { FlowIssue } from '../flow/flow-issue.js';
import { blockedImages, idleBrand } from './brand.js';
import { defaultFlowIssues, type FlowOptions } from './flows.js';
import type { EnrollmentOptions } from './options.js';
import { isProduction, type SiteOptions } from './site.js';
import type { StorageOptions } from './storage.js';
import { storeKinds } from './stores.js';
import { insecureWebhooks } from './webhooks.js';

/** Finds further mistakes once the options that it reads have a valid form. */
export interface Check<User, Data> {
  readonly reads: readonly (keyof EnrollmentOptions<User, Data>)[];
  find(options: EnrollmentOptions<User, Data>): readonly OptionIssue[];
}

/** A sentence, or a mistake of a flow, which may have a place in a file. */
export type OptionIssue = string | FlowIssue;

/** Requirements between options. */
export function crossChecks<User, Data>(): readonly Check<User, Data>[] {
  return [
    { reads: ['baseUrl'], find: productionIssues },
    { reads: ['flows', 'redis', 'stores'], find: consentIssues },
    { reads: ['redis'], find: missingClient },
    { reads: ['flows'], find: issuesOfFlows },
    { reads: ['flows', 'defaultFlows'], find: defaultFlowIssues },
    { reads: ['brand', 'csp', 'baseUrl'], find: blockedImages },
    { reads: ['brand'], find: idleBrand },
    {
      reads: ['webhooks'],
      find: ({ webhooks = [], production }) => (isProduction(production) ? insecureWebhooks(webhooks) : []),
    },
    {
      reads: ['onEnrolled', 'onInvitationAccepted'],
      find: (options) =>
        (['onEnrolled', 'onInvitationAccepted'] as const)
          .filter((name) => options[name] !== undefined && options.users === undefined)
          .map((name) => `"users" is required by "${name}": accounts are looked up by it`),
    },
  ];
}

function productionIssues({
  baseUrl,
  secret,
  redis,
  stores,
  production,
}: SiteOptions & Pick<StorageOptions, 'redis' | 'stores'>): readonly string[] {
  if (!isProduction(production)) return [];
  return [
    ...(secret === undefined ? ['"secret" is required in production'] : []),
    ...(redis === undefined && !storeKinds.every((kind) => stores?.[kind] !== undefined)
      ? ['"redis" is required in production: in memory, plans and invitations are lost with the process']
      : []),
    ...(new URL(baseUrl).protocol === 'https:' || isLocal(baseUrl) ? [] : ['"baseUrl" must be https in production']),
  ];
}

/** A URL alone: an app with a client has the package. */
function missingClient({ redis }: Pick<StorageOptions, 'redis'>): readonly string[] {
  const missing = typeof redis === 'string' ? missingPackage('ioredis', '"redis" with a URL') : null;
  return missing === null ? [] : [missing];
}

function consentIssues({
  flows = [],
  redis,
  stores,
  production,
}: FlowOptions & Pick<StorageOptions, 'redis' | 'stores'> & Pick<SiteOptions, 'production'>): readonly string[] {
  const isKept = redis !== undefined || stores?.consents !== undefined;
  if (!isProduction(production) || isKept) return [];
  return flows.some(({ bindings }) => bindings.some(({ stage }) => stage.kind === 'consent'))
    ? ['"redis" or "stores.consents" is required in production: in memory, consents are lost with the process']
    : [];
}

function issuesOfFlows({
  flows = [],
  users,
  login,
  registration = 'invite-only',
}: FlowOptions & { readonly users?: unknown; readonly login?: unknown }): readonly OptionIssue[] {
  if (flows.length === 0) return [];
  return [
    ...(users === undefined ? ['"users" is required by "flows": accounts are written through it'] : []),
    ...(login === undefined ? ['"login" is required by "flows": people are signed in through it'] : []),
    ...flowIssues(flows, { registration }),
  ];
}
