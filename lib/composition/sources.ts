import { digest128 } from '../base/ids.js';
import type { Recognition, SourcesWeb } from '../http/sources/sources-web.js';
import type { EventSink } from '../ports/events.js';
import type { PendingIdentity } from '../ports/pending-identity.js';
import type { Identities } from '../ports/identities.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { UserStore } from '../ports/user-store.js';
import { createSources } from '../sources/sources.js';
import type { Stores } from '../stores/stores.js';
import { connectionsWithTimeout, lookUpWithTimeout } from '../users/users-with-timeout.js';
import { claimableAccount } from '../users/claimable.js';
import { decide, type Decision } from '../users/decide.js';
import type { AccountSources } from '../users/identified-enrollment.js';
import { createIdentities } from '../users/identities.js';
import type { EnrollmentConfig } from './options.js';
import { authenticationSlug, connectSlug, gateSlug } from './source-flows.js';

/**
 * Sign-ins at providers that one address may begin in ten minutes without coming back from there: each keeps something
 * in the store for an hour. A whole office may have one address.
 */
const mostStarts = 100;
const windowSeconds = 600;

interface ComposedSources {
  readonly web: SourcesWeb;
  readonly accounts: AccountSources & { readonly identities: Identities };
}

interface SourcesParts<User> {
  readonly stores: Stores;
  readonly users: UserStore<User>;
  readonly redemptions: Redemptions | null;
  readonly events: EventSink;
}

/** Composes the sources and the handling of the identities that they return; `null` when there are no sources. */
export function composeSources<User, Data>(
  config: EnrollmentConfig<User, Data>,
  { stores, users, redemptions, events }: SourcesParts<User>,
): ComposedSources | null {
  const { site, clock, logger: log } = config;
  const findUser = config.findUser === null ? null : lookUpWithTimeout(config.findUser);
  const [gate, authentication, connect] = [gateSlug, authenticationSlug, connectSlug].map((slug) =>
    config.flows.find((flow) => flow.slug === slug),
  );
  if (config.sources.length === 0 || config.connections === null) return null;
  const connections = connectionsWithTimeout(config.connections);
  if (gate === undefined || authentication === undefined || connect === undefined) return null;
  const { ephemeralStore } = stores;
  const all = createSources(config.sources, { ephemeralStore, clock, log, baseUrl: site.origin + site.mount });
  const looks = new Map(all.looks.map((look) => [look.slug, look]));
  const manager = {
    terms: (slug: string) => looks.get(slug)?.terms ?? null,
    enabled: async (slug: string) => (await looks.get(slug)?.enabled()) ?? false,
  };
  const identities = createIdentities({ manager, connections, users, redemptions, ephemeralStore, clock, events, log });
  const passwords = connect.bindings.some(({ stage }) => stage.requires.includes('credentials'));

  async function recognise(
    identity: PendingIdentity,
    signedIn: { readonly userId: string; readonly recently: boolean } | null,
  ): Promise<Recognition> {
    const terms = manager.terms(identity.source);
    // `admit` needs this check; a built-in source has already made it.
    if (terms === null || !(await manager.enabled(identity.source)))
      return { type: 'denied', message: 'source.disabled' };
    const healed = (one: PendingIdentity): Promise<string | null> => identities.healedBy(one);
    const parts = { users, connections, findUser, healed };
    const decision = await decide(parts, identity, terms, signedIn?.userId ?? null);
    if (decision.type === 'enroll') return { type: 'enroll', rule: await identities.invitationRule(identity) };
    if (decision.type === 'sign_in') return entering(decision, identity);
    if (decision.type === 'denied') return denied(decision.reason, signedIn?.userId ?? null);
    const rule =
      decision.type === 'prove' && decision.field === 'email' ? await identities.invitationRule(identity) : 'never';
    const waiting = rule === 'never' ? null : await claimableAccount({ users, connections, redemptions }, identity);
    if (waiting !== null) return { type: 'enroll', rule, claims: waiting.id };
    return connecting(decision, signedIn?.recently ?? false);
  }

  /** People with two accounts need to be told which of them is in the way. */
  async function denied(reason: keyof typeof denials, signedIn: string | null): Promise<Recognition> {
    const user = reason === 'another' && signedIn !== null ? await users.findById(signedIn) : null;
    if (user === null) return { type: 'denied', message: denials[reason] };
    const { username = null, email = null } = users.toProfile(user);
    const who = username ?? email;
    return who === null
      ? { type: 'denied', message: denials[reason] }
      : { type: 'denied', message: 'source.another_named', who };
  }

  async function entering(
    { userId, connect: first }: Extract<Decision, { type: 'sign_in' }>,
    identity: PendingIdentity,
  ): Promise<Recognition> {
    if (!first) return { type: 'sign_in', userId };
    const answer = await identities.connect(userId, identity);
    return answer.type === 'connected' ? { type: 'sign_in', userId } : { type: 'denied', message: answer.message.id };
  }

  /** Who cannot show by a password that the account is theirs has to be signed in to it, and to have done so just now. */
  async function connecting(
    decision: Extract<Decision, { type: 'link' | 'prove' }>,
    recently: boolean,
  ): Promise<Recognition> {
    const { userId } = decision;
    const user = await users.findById(userId);
    if (user === null) return { type: 'denied', message: 'source.inactive' };
    const { username = null, email = null } = users.toProfile(user);
    const field = decision.type === 'prove' ? decision.field : null;
    const identifier = field === 'email' ? email : field === 'username' ? username : (email ?? username);
    if (decision.type === 'link' && recently) return { type: 'connect', userId, identifier };
    const provable = passwords && identifier !== null && (await users.passwordHash?.(user)) !== null;
    if (provable) return { type: 'connect', userId, identifier };
    // Without a password, another source or another sign-in proves the account; the identity waits in the plan.
    return decision.type === 'link'
      ? { type: 'denied', message: 'source.sign_in_again' }
      : { type: 'connect', userId, identifier: null };
  }

  const web = Object.freeze<SourcesWeb>({
    all,
    gate,
    authentication,
    connect,
    recognise,
    async mayStart(address) {
      const { taken } = await stores.rateLimiter.consume(startsOf(address), windowSeconds);
      return taken <= mostStarts;
    },
    async recordSuccess(address) {
      try {
        await stores.rateLimiter.reward(startsOf(address), windowSeconds);
      } catch (error) {
        // The count expires by itself, so the sign-in goes on.
        log.warn({ err: error }, 'a sign-in at a provider could not be given back');
      }
    },
  });
  return Object.freeze({ web, accounts: { connections, identities, log } });
}

const startsOf = (address: string): string => `source:${digest128(address)}`;

const denials = {
  inactive: 'source.inactive',
  matched: 'source.matched',
  no_address: 'source.no_address',
  no_username: 'source.no_username',
  another: 'source.another',
} as const;
