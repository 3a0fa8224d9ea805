import type { Keyring } from '../base/keyring.js';
import type { EnrollmentHealth } from './health.js';
import type { Invitations } from '../invitations/invitations.js';
import type { Forgetting } from '../stores/redis/forgetting.js';
import { findOtherApps, type OtherApps } from '../stores/other-apps.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { Stores } from '../stores/stores.js';

/** How an enrollment is set up, as far as an administrator should know; nothing in it is secret. */
export interface EnrollmentDiagnosis {
  readonly baseUrl: string;
  readonly production: boolean;
  readonly stores: 'memory' | 'redis';
  /** Why it is not ready; `null` when it is. */
  readonly problem: string | null;
  /** What each part answered to its probe. */
  readonly health: Omit<EnrollmentHealth, 'problem' | 'ready' | 'stores'>;
  /** Why the stores may lose what they were given. */
  readonly forgets: readonly string[];
  /** What about that cannot be known. */
  readonly unknown: readonly string[];
  /** By how many milliseconds the stores' clock is ahead of this machine's; `null` when they cannot be asked. */
  readonly clockAheadMs: number | null;
  readonly secrets: number;
  /** True when no secret is configured. */
  readonly ephemeralSecret: boolean;
  /** Open invitations whose secret is gone. */
  readonly unusable: { readonly open: number; readonly more: boolean } | null;
  /** Of the latest accounts, how many came by invitations that the stores do not know; `null` when nothing tells. */
  readonly lost: { readonly looked: number; readonly lost: number } | null;
  /** Other apps under the same prefix, and whether this app's own processes have another secret. */
  readonly otherApps: OtherApps | null;
  /** Whether the user store can say that it has no accounts. */
  readonly tellsEmpty: boolean;
  readonly redemptions: boolean;
  readonly registration: 'invite-only' | 'open';
  readonly flows: readonly { readonly slug: string; readonly designation: string }[];
}

/** What administrators should know of the configuration and its stores. Parts that cannot be asked are `null`. */
export async function diagnose<User, Data>(
  { site, production, secrets, ephemeralSecret, users, redemptions, registration, flows }: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly health: () => Promise<EnrollmentHealth>;
    readonly invitations: Pick<Invitations, 'underDroppedSecrets' | 'lost'>;
  },
): Promise<EnrollmentDiagnosis> {
  const { stores, keyring, health, invitations } = parts;
  const baseUrl = site.origin + site.mount;
  const nothing: Forgetting = { reasons: [], unknown: ['whether it keeps what it is given: it could not be asked'] };
  const [{ problem, stores: kind, ready: _ready, ...statuses }, forgetting, clockAheadMs, unusable, lost, otherApps] =
    await Promise.all([
      health(),
      answerOr(stores.whyTheyForget(), nothing),
      answerOr(stores.clockAheadMs(), null),
      answerOr(invitations.underDroppedSecrets(), null),
      answerOr(invitations.lost(), null),
      answerOr(findOtherApps(stores.apps, { baseUrl }, keyring.ids), null),
    ]);
  return {
    baseUrl,
    production,
    stores: kind,
    problem,
    health: statuses,
    forgets: forgetting.reasons,
    unknown: forgetting.unknown,
    clockAheadMs,
    secrets: secrets.length,
    ephemeralSecret,
    unusable,
    lost,
    otherApps,
    tellsEmpty: users?.isEmpty !== undefined,
    redemptions: redemptions !== null,
    registration,
    flows: flows.map(({ slug, designation }) => ({ slug, designation })),
  };
}

/** What cannot be found out is no reason to find out nothing. */
async function answerOr<T, E>(answer: Promise<T>, otherwise: E): Promise<T | E> {
  try {
    return await answer;
  } catch {
    return otherwise;
  }
}
