import { digest128 } from '../base/ids.js';
import type { Recognition, SourcesWeb } from '../http/sources/sources-web.js';
import type { UserStore } from '../ports/user-store.js';
import { createSources } from '../sources/sources.js';
import type { Stores } from '../stores/stores.js';
import { decide, type Decision } from '../users/decide.js';
import { gateSlug, type EnrollmentConfig } from './options.js';

/** Sign-ins at providers that one address may begin in ten minutes: each keeps something in the store for an hour. */
const mostStarts = 30;
const windowSeconds = 600;

/** Sources and what becomes of those whom they recognise; `null` where there are none. */
export function joinSources<User, Data>(
  config: EnrollmentConfig<User, Data>,
  { stores, users }: { readonly stores: Stores; readonly users: UserStore<User> },
): SourcesWeb | null {
  const { connections, knownUser, matching, site, clock } = config;
  const gate = config.flows.find(({ slug }) => slug === gateSlug);
  if (config.sources.length === 0 || connections === null || gate === undefined) return null;
  const all = createSources(config.sources, {
    oneTime: stores.oneTime,
    clock,
    baseUrl: site.origin + site.mount,
  });
  return Object.freeze<SourcesWeb>({
    all,
    gate,
    async recognise(identity, signedIn) {
      const rules = { matching: matching[identity.source] ?? 'identifier', linkWithoutProof: false };
      const decision = await decide({ users, connections, knownUser }, identity, rules, signedIn);
      if (decision.is !== 'sign_in') return recognitionOf(decision);
      if (decision.connect) await connections.link(decision.userId, identity);
      return { is: 'sign_in', userId: decision.userId };
    },
    async mayStart(address) {
      const { taken } = await stores.limits.take(`source:${digest128(address)}`, windowSeconds);
      return taken <= mostStarts;
    },
  });
}

const denials = {
  inactive: 'source.inactive',
  matched: 'source.matched',
  no_address: 'source.no_address',
  no_username: 'source.no_username',
  another: 'source.another',
} as const;

function recognitionOf(decision: Exclude<Decision, { readonly is: 'sign_in' }>): Recognition {
  switch (decision.is) {
    case 'enroll':
      return { is: 'enroll' };
    case 'prove':
      return { is: 'denied', message: 'source.prove' };
    case 'link':
      return { is: 'denied', message: 'source.signed_in' };
    case 'denied':
      return { is: 'denied', message: denials[decision.reason] };
  }
}
