import type { Keyring } from '../base/keyring.js';
import type { EnrollmentHealth } from './health.js';
import type { Probes } from './probes.js';
import type { Invitations } from '../invitations/invitations.js';
import type { Forgetting } from '../stores/redis/forgetting.js';
import { summarizeMails, type MailsSummary } from './summarize-mails.js';
import type { Mailer } from '../ports/mailer.js';
import { findOtherApps, type OtherApps } from '../stores/other-apps.js';
import type { EnrollmentConfig } from '../options/options.js';
import { losesPasswords } from '../options/warnings.js';
import type { Stores } from '../stores/stores.js';

/** The setup of an enrollment, for administrators. It contains no secrets. */
export interface EnrollmentDiagnosis {
  readonly baseUrl: string;
  readonly production: boolean;
  readonly stores: 'memory' | 'redis';
  /** The first fault; `null` when every part answers. */
  readonly problem: string | null;
  /** Why mails cannot be sent; `null` where they can, or where it is not known. */
  readonly mailProblem: string | null;
  /** True where flows send mails, and in development they are written to the log. */
  readonly logsMails: boolean;
  /** What became of the newest mails; `null` where the app sends none, or the store does not answer. */
  readonly mails: MailsSummary | null;
  /** How the mailer sends; `null` where it does not tell. */
  readonly mailSender: Mailer['sender'] | null;
  /** The results of the probes. */
  readonly health: Omit<EnrollmentHealth, 'problem' | 'ready' | 'stores'>;
  /** Why the stores may lose data. */
  readonly forgets: readonly string[];
  /** Which facts about that are unknown. */
  readonly unknown: readonly string[];
  /** By how many milliseconds the stores' clock is ahead of this machine's; `null` when they cannot be asked. */
  readonly clockAheadMs: number | null;
  readonly secrets: number;
  /** True when no secret is configured. */
  readonly ephemeralSecret: boolean;
  /** Open invitations whose secret was removed. */
  readonly unusable: { readonly open: number; readonly more: boolean } | null;
  /** How many of the latest accounts used invitations that the stores do not know; `null` when this is unknown. */
  readonly lost: { readonly looked: number; readonly lost: number } | null;
  /** Other apps with the same prefix, and whether processes of this app use another secret. */
  readonly otherApps: OtherApps | null;
  /** Whether the user store can report that it has no accounts. */
  readonly tellsEmpty: boolean;
  /** True where the user store writes passwords without comparing: it lacks `replacePassword`. */
  readonly losesPasswords: boolean;
  readonly redemptions: boolean;
  readonly registration: 'invite-only' | 'open';
  readonly flows: readonly { readonly slug: string; readonly designation: string }[];
  /** The version of the stored flows that this process uses, 0 for none, and why it is not the newest; `null`: flows are not stored. */
  readonly storedFlows: { readonly version: number; readonly newest: number; readonly problem: string | null } | null;
}

/** Reports the state of the configuration and its stores to administrators. Parts that do not answer are `null`. */
export async function diagnose<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly health: () => Promise<EnrollmentHealth>;
    readonly probes: Pick<Probes, 'mailer'>;
    readonly logsMails: boolean;
    readonly storedFlows: () => EnrollmentDiagnosis['storedFlows'];
    readonly invitations: Pick<Invitations, 'underDroppedSecrets' | 'lost'>;
  },
): Promise<EnrollmentDiagnosis> {
  const { site, production, secrets, ephemeralSecret, users, redemptions, registration, flows } = config;
  const { stores, keyring, health, probes, logsMails, invitations } = parts;
  const baseUrl = site.origin + site.mount;
  const nothing: Forgetting = { reasons: [], unknown: ['whether it keeps what it is given: it could not be asked'] };
  // First, so that its result is in the health.
  const mailer = await probes.mailer();
  const [
    { problem, stores: kind, ready: _ready, ...statuses },
    forgetting,
    clockAheadMs,
    unusable,
    lost,
    otherApps,
    mails,
  ] = await Promise.all([
    health(),
    answerOr(stores.whyTheyForget(), nothing),
    answerOr(stores.clockAheadMs(), null),
    answerOr(invitations.underDroppedSecrets(), null),
    answerOr(invitations.lost(), null),
    answerOr(findOtherApps(stores.apps, { baseUrl }, keyring.ids), null),
    config.mailer === null && !logsMails ? null : answerOr(summarizeMails(stores.mails, config.clock.now()), null),
  ]);
  return {
    baseUrl,
    production,
    stores: kind,
    problem: problem === mailer.problem ? null : problem,
    mailProblem: mailer.problem,
    logsMails,
    mails,
    mailSender: config.mailer?.sender ?? null,
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
    losesPasswords: losesPasswords(users),
    redemptions: redemptions !== null,
    registration,
    flows: flows.map(({ slug, designation }) => ({ slug, designation })),
    storedFlows: parts.storedFlows(),
  };
}

/** One failed question must not hide the other results. */
async function answerOr<T, E>(answer: Promise<T>, otherwise: E): Promise<T | E> {
  try {
    return await answer;
  } catch {
    return otherwise;
  }
}
