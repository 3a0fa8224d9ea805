import { defaultRateLimits } from '../../../lib/options/rate-limits.js';
import { createKeyring } from '../../../lib/base/keyring.js';
import type { JsonObject } from '../../../lib/base/json.js';
import { createInvitations } from '../../../lib/invitations/invitations.js';
import { createAttempts } from '../../../lib/rate-limits/limits.js';
import type { Connections } from '../../../lib/ports/connections.js';
import type { EventSink } from '../../../lib/ports/events.js';
import type { PendingIdentity } from '../../../lib/ports/pending-identity.js';
import type { InvitationRef } from '../../../lib/ports/invitation-gate.js';
import type { EphemeralStore } from '../../../lib/ports/ephemeral-store.js';
import type { Source, SourceRules } from '../../../lib/ports/source.js';
import type { NewAccount, UserStore } from '../../../lib/ports/user-store.js';
import { memoryConnections } from '../../../lib/stores/memory/connections.js';
import { admittedSource } from '../../../lib/sources/admitted-source.js';
import { createIdentities } from '../../../lib/sources/identities/identities.js';
import { createIdentityEnrollment } from '../../../lib/sources/identities/identity-enrollment.js';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { createMemoryRateLimiter } from '../../../lib/stores/memory/rate-limiter.js';
import { createMemoryEphemeralStore } from '../../../lib/stores/memory/ephemeral-store.js';
import { memoryUsers, type MemoryUser } from '../../../lib/stores/memory/user-store.js';
import { sampleAccount } from '../../../lib/testing/contracts/sample-enrollment.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { createAccounts } from '../../../lib/users/accounts.js';
import { createAccountLock } from '../../../lib/users/account-lock.js';

export interface GuardAppOptions {
  /** False: the user store does not store identities, as in many apps. */
  readonly heeds?: boolean;
  readonly users?: (users: UserStore<MemoryUser>) => UserStore<MemoryUser>;
  readonly connections?: (connections: Connections) => Connections;
  readonly ephemeralStore?: (ephemeralStore: EphemeralStore) => EphemeralStore;
  readonly withoutRedemptions?: boolean;
}

const log = (lines: string[]) => {
  const note = (_fields: object, text: string): void => void lines.push(text);
  return { info: note, warn: note, error: note };
};

/**
 * Accounts, invitations and one source, `acme`, all in memory and all real, with the faults of a test in front of them.
 */
export function enrollmentFixture(options: GuardAppOptions = {}) {
  const { heeds = true } = options;
  const clock = fakeClock();
  const table = memoryConnections();
  const people = memoryUsers(heeds ? { clock, connections: table } : { clock });
  const users = options.users?.(people.users) ?? people.users;
  const connections = options.connections?.(table) ?? table;
  const ephemeralStore =
    options.ephemeralStore?.(createMemoryEphemeralStore({ clock })) ?? createMemoryEphemeralStore({ clock });
  const redemptions = options.withoutRedemptions ? null : people.redemptions;
  const emitted: [name: string, facts: JsonObject][] = [];
  const events: EventSink = ({ type, ...facts }) => void emitted.push([type, facts]);
  const logged: string[] = [];
  const rateLimiter = createMemoryRateLimiter({ clock });
  const invitations = createInvitations({
    store: createMemoryInvitationStore({ clock }),
    redemptions,
    keyring: createKeyring(['a key for these tests, 32 characters']),
    clock,
    rateLimiter,
    attempts: createAttempts({ ...defaultRateLimits.codes, rateLimiter, events }),
    events,
    log: log(logged),
    site: { origin: 'https://app.example', mount: '', secure: true },
    defaultFlow: () => null,
  });

  const terms: { -readonly [Key in keyof SourceRules]: SourceRules[Key] } = {
    matching: 'identifier',
    linkWithoutProof: false,
    invitation: 'required',
    registration: 'allowed',
    address: 'strict',
  };
  const source: { gone: boolean; enabled: () => Promise<boolean> } = { gone: false, enabled: async () => true };
  const acme = admittedSource({ slug: 'acme', name: 'Acme', issuer: 'https://id.acme.example' }).open({
    log: log(logged),
  });
  const sources = {
    get: (slug: string): Source | null =>
      slug === 'acme' && !source.gone ? { ...acme, ...terms, enabled: () => source.enabled() } : null,
  };
  const parts = {
    sources,
    connections,
    users,
    redemptions,
    ephemeralStore,
    accountLock: createAccountLock(ephemeralStore),
    clock,
    events,
    log: log(logged),
    lock: { seconds: 5, renewals: 24, timeoutMs: 300 },
  };
  const identities = createIdentities(parts);
  const identified = createIdentityEnrollment({ ...parts, identities });
  const given = { users, redemptions, redeem: invitations.redeem, log: log(logged), identified };
  const open = createAccounts({ ...given, inviteOnly: false });
  const accounts = createAccounts({ ...given, inviteOnly: true });
  const withoutSources = createAccounts({ ...given, identified: null, inviteOnly: true });

  const held = (over: Partial<PendingIdentity> = {}): PendingIdentity => ({
    source: 'acme',
    sourceName: 'Acme',
    issuer: 'https://id.acme.example',
    subject: '7',
    pendingSince: clock.now(),
    email: 'ann@example.com',
    emailVerified: true,
    otherEmails: [],
    username: 'ann',
    name: 'Ann',
    claims: {},
    ...over,
  });

  /** A new invitation for one account, as stored in a plan. */
  async function invitation(email: string | null = null): Promise<InvitationRef> {
    return { id: (await invitations.manager.create({ email })).id, version: 1 };
  }

  /** How many accounts an invitation created, and how many of its seats are taken without an account. */
  async function spent({ id }: InvitationRef): Promise<readonly [redeemed: number, claimed: number]> {
    await invitations.idle();
    const { redeemed, claimed } = await invitations.manager.get(id);
    return [redeemed, claimed];
  }

  async function enroll(
    enrollmentId: string,
    given: {
      readonly invitation?: InvitationRef | null;
      readonly identity?: PendingIdentity | null;
      readonly account?: Partial<NewAccount>;
      readonly accounts?: typeof accounts;
    } = {},
  ) {
    return (given.accounts ?? accounts).enroll({
      enrollmentId,
      flow: 'gate',
      invitation: given.invitation === undefined ? await invitation() : given.invitation,
      identity: given.identity === undefined ? held() : given.identity,
      account: sampleAccount(given.account),
    });
  }

  return {
    clock,
    people,
    table,
    parts,
    identities,
    accounts,
    open,
    withoutSources,
    terms,
    source,
    emitted,
    logged,
    ephemeralStore,
    held,
    invitation,
    spent,
    enroll,
  };
}
