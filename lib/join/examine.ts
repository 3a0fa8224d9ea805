import type { Config } from '../options/options.js';
import type { Stores } from '../stores/stores.js';

/** How an enrollment is set up, as far as an administrator should know; nothing in it is secret. */
export interface Examination {
  readonly baseUrl: string;
  readonly production: boolean;
  readonly stores: 'memory' | 'redis';
  /** Why it is not ready; `null` when it is. */
  readonly problem: string | null;
  /** Why the stores may lose what they were given. */
  readonly forgets: readonly string[];
  /** By how many milliseconds the stores' clock is ahead of this machine's; `null` when they cannot be asked. */
  readonly clockAheadMs: number | null;
  readonly secrets: number;
  /** True when nobody gave a secret. */
  readonly ephemeralSecret: boolean;
  /** Open invitations whose secret is gone. */
  readonly unusable: { readonly open: number; readonly more: boolean } | null;
  readonly redemptions: boolean;
  readonly registration: 'invite-only' | 'open';
  readonly flows: readonly { readonly slug: string; readonly designation: string }[];
}

type Examined = Pick<
  Config<unknown, never, unknown, unknown>,
  'site' | 'production' | 'secrets' | 'ephemeralSecret' | 'redemptions' | 'registration' | 'flows'
>;

export async function examine(
  { site, production, secrets, ephemeralSecret, redemptions, registration, flows }: Examined,
  stores: Stores,
  ask: {
    problem(): Promise<string | null>;
    unusable(): Promise<{ readonly open: number; readonly more: boolean }>;
  },
): Promise<Examination> {
  const [problem, forgets, clockAheadMs, unusable] = await Promise.all([
    ask.problem(),
    answerOr(stores.whyTheyForget(), []),
    answerOr(stores.clockAheadMs(), null),
    answerOr(ask.unusable(), null),
  ]);
  return {
    baseUrl: site.origin + site.mount,
    production,
    stores: stores.kind,
    problem,
    forgets,
    clockAheadMs,
    secrets: secrets.length,
    ephemeralSecret,
    unusable,
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
