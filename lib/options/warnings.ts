import { EnrollmentError } from '../base/error.js';
import { unaskedFactors } from '../flow/check-second-factors.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { EnrollmentConfig } from './options.js';

/** Warns of a developer's mistake, once for each code. */
export type WarnOnce = (code: string, text: string) => void;

export function createWarnOnce(log: EnrollmentLogger): WarnOnce {
  const said = new Set<string>();
  return (code, text) => {
    if (said.has(code)) return;
    said.add(code);
    log.warn({ code }, text);
  };
}

type Wary = Pick<EnrollmentConfig<unknown>, 'ephemeralSecret' | 'redis' | 'stores' | 'redemptions' | 'flows'> & {
  readonly users: PasswordWriter | null;
};

interface PasswordWriter {
  readonly passwordHash?: unknown;
  readonly update?: unknown;
  readonly replacePassword?: unknown;
}

/** True where the user store writes passwords without comparing: a delayed write can replace a later password. */
export function losesPasswords(users: PasswordWriter | null): boolean {
  return users?.passwordHash !== undefined && users.update !== undefined && users.replacePassword === undefined;
}

/** Warns of settings that work but are unwise; see docs/errors.md. */
export function warnOfOptions(config: Wary, warnOnce: WarnOnce): void {
  const { ephemeralSecret, redis, stores, redemptions, flows, users } = config;
  const unasked = unaskedFactors(flows);
  if (unasked !== null) warnOnce('WARN_SECOND_FACTOR', unasked);
  if (ephemeralSecret) {
    warnOnce(
      'WARN_EPHEMERAL_SECRET',
      'no secret is set: codes, forms and sessions of this process are worth nothing to the next one',
    );
  }
  if (redis === null && (stores.plans === undefined || stores.invitations === undefined)) {
    warnOnce(
      'WARN_MEMORY',
      'plans and invitations are kept in this process only: the command line and other processes cannot reach them, and they end with it',
    );
  }
  if (losesPasswords(users)) {
    warnOnce(
      'WARN_REPLACE_PASSWORD',
      'the user store has update and no replacePassword: a password whose write is delayed can replace a later one',
    );
  }
  if (redemptions === null) {
    warnOnce(
      'WARN_NO_REDEMPTIONS',
      'no redemptions are given: a seat whose write was interrupted stays held, because the kit cannot look up the result',
    );
  }
}

/** Warns of a mailer that could not send at the start. */
export function warnOfMailer(problem: string | null, warnOnce: WarnOnce): void {
  if (problem !== null) warnOnce('WARN_MAILER', `${problem}; flows that need a mail cannot be finished meanwhile`);
}

/** Warns how many codes became invalid because their secret was removed. */
export function warnOfDroppedSecrets(
  { open, more }: { readonly open: number; readonly more: boolean },
  warnOnce: WarnOnce,
): void {
  if (open === 0) return;
  warnOnce(
    'WARN_DROPPED_SECRET',
    `${more ? 'at least ' : ''}${String(open)} open invitation(s) were made under a secret that is not configured any more: their codes cannot be used; put the secret back behind the newest one`,
  );
}

/**
 * Invitations are business records: a store that may lose them is for development, or must be accepted explicitly.
 * @throws ERR_ENROLLMENT_REDIS_FORGETS
 */
export function checkKeeping(
  reasons: readonly string[],
  { production, allowVolatileRedis }: Pick<EnrollmentConfig<unknown>, 'production' | 'allowVolatileRedis'>,
  warnOnce: WarnOnce,
): void {
  if (reasons.length === 0) return;
  const text = `this Redis may lose invitations: ${reasons.join('; ')}`;
  if (production && !allowVolatileRedis) throw new EnrollmentError('ERR_ENROLLMENT_REDIS_FORGETS', text);
  warnOnce('WARN_REDIS_FORGETS', text);
}

/** Warns of other apps with the same Redis and prefix, and of processes of this app with another secret. */
export function warnOfOtherApps(
  { elsewhere, otherSecret }: { readonly elsewhere: readonly string[]; readonly otherSecret: boolean },
  warnOnce: WarnOnce,
): void {
  if (elsewhere.length > 0) {
    warnOnce(
      'WARN_SHARED_PREFIX',
      `other apps started at this Redis under the same prefix within the last day: ${elsewhere.join(', ')}; give each app a prefix of its own`,
    );
  }
  if (otherSecret) {
    warnOnce(
      'WARN_OTHER_SECRET',
      'processes at this baseUrl signed with a secret that is not configured here within the last day: their codes, forms and sessions are not understood here',
    );
  }
}

/** Warns of accounts whose invitations Redis does not know. */
export function warnOfLostInvitations(
  found: { readonly looked: number; readonly lost: number } | null,
  warnOnce: WarnOnce,
): void {
  if (found === null || found.lost === 0) return;
  warnOnce(
    'WARN_LOST_INVITATIONS',
    `${String(found.lost)} of the latest ${String(found.looked)} accounts came by invitations that Redis does not know: it was restarted empty or set back, or "redis" or "keyPrefix" names another one; see docs/troubleshooting.md`,
  );
}
