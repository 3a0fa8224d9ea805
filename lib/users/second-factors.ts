import { digest128, randomId } from '../base/ids.js';
import type { Json } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import { message, minutesOf } from '../base/message.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { EventSink } from '../ports/events.js';
import type { SecondFactorAttempts } from '../ports/limits.js';
import type { Profiles } from '../ports/profiles.js';
import type { SecondFactorAnswer, SecondFactors, SecondFactorUser, TotpDigits } from '../ports/second-factors.js';
import { pace as onTheGrid, type Pace } from './credentials-pace.js';
import { canonicalRecoveryCode, digestOf, digestsOf, newCodes, withoutSeparators } from './recovery-codes.js';
import { sealSecret, unsealSecret } from './sealed-secret.js';
import { newTotpSecrets, totpEnrollment, totpStep } from './totp.js';

interface SecondFactorsParts {
  readonly authenticators: Authenticators;
  readonly profiles: Profiles;
  readonly attempts: SecondFactorAttempts;
  readonly keyring: Keyring;
  readonly events: EventSink;
  /** The app's name in authenticator apps. */
  readonly issuer: string;
  /** When a refused visitor gets the answer; default: at the next multiple of 250 ms since the request. */
  readonly pace?: Pace;
}

/** A set of codes may change between reading and using one, when another of them is used. */
const tries = 5;

/** Authenticator apps and recovery codes over the app's store. */
export function createSecondFactors(parts: SecondFactorsParts): SecondFactors {
  const { authenticators, profiles, attempts, keyring, events, issuer, pace = onTheGrid } = parts;

  /** Counts the attempt; a right code is taken out of the count. */
  async function limited(user: SecondFactorUser, isRight: () => Promise<boolean>): Promise<SecondFactorAnswer> {
    const startedAtMs = performance.now();
    const counted = await attempts.consume(user);
    if (counted.over) {
      const minutes = minutesOf(counted.retryAfterSeconds);
      return {
        type: 'throttled',
        message: message('users.too_many_attempts', { minutes }),
        retryAfterSeconds: counted.retryAfterSeconds,
      };
    }
    const right = await isRight().catch(async (error: unknown) => {
      // Nothing was compared: an unavailable store must not lock a user out afterwards.
      await attempts.reward(user).catch(() => undefined);
      throw error;
    });
    if (right) {
      await attempts.reward(user);
      return { type: 'right' };
    }
    events({ type: 'login.failed', plan: user.enrollmentId, cause: 'second_factor', user: user.userId });
    await pace(startedAtMs);
    return { type: 'wrong', message: message('users.wrong_factor') };
  }

  async function isActive(userId: string): Promise<boolean> {
    return (await profiles.find(userId))?.active === true;
  }

  /** Stores what a plan made. A second click finds it stored. */
  async function addOnce(one: Authenticator): Promise<void> {
    try {
      await authenticators.add(one);
    } catch (error) {
      const present = await authenticators.list(one.userId);
      if (!present.some(({ id }) => id === one.id)) throw error;
      return;
    }
    events({ type: 'authenticator.added', user: one.userId, authenticator: one.type });
  }

  async function usesTotp(one: Authenticator, code: string, now: number): Promise<boolean> {
    const { userId, data, version } = one;
    const [sealed, digits, lastStep] = [data['secret'], data['digits'], data['last_step']];
    if (typeof sealed !== 'string' || !isDigits(digits) || typeof lastStep !== 'number') return false;
    // Before anything is opened: a code of another length is never right.
    if (code.length !== digits) return false;
    const secret = await unsealSecret(keyring, userId, sealed);
    const step = secret === null ? null : await totpStep(secret, code, { now, digits, lastStep });
    if (secret === null || step === null) return false;
    const used = { ...data, secret: await sealSecret(keyring, userId, secret), last_step: step };
    return authenticators.update(version, { ...one, version: randomId(), lastUsedAt: now, data: used });
  }

  async function usesRecoveryCode(userId: string, code: string, now: number): Promise<boolean> {
    const digests = digestsOf(keyring, userId, code);
    for (let tried = 0; tried < tries; tried += 1) {
      const all = await authenticators.list(userId);
      const one = all.find(
        (row) => row.type === 'recovery_codes' && digestsIn(row).some((own) => digests.includes(own)),
      );
      if (one === undefined) return false;
      const left = digestsIn(one).filter((own) => !digests.includes(own));
      const used = { ...one, version: randomId(), lastUsedAt: now, data: { ...one.data, digests: left } };
      if (await authenticators.update(one.version, used)) return true;
    }
    return false;
  }

  async function usesCode({ userId, now }: SecondFactorUser, typed: string): Promise<boolean> {
    if (!(await isActive(userId))) return false;
    const digits = withoutSeparators(typed);
    const recovery = canonicalRecoveryCode(typed);
    if (recovery !== null) return usesRecoveryCode(userId, recovery, now);
    for (const one of await authenticators.list(userId))
      if (one.type === 'totp' && (await usesTotp(one, digits, now))) return true;
    return false;
  }

  return Object.freeze<SecondFactors>({
    async typesOf(userId) {
      const usable = (await authenticators.list(userId)).filter(
        (one) => one.type !== 'recovery_codes' || digestsIn(one).length > 0,
      );
      return [...new Set(usable.map(({ type }) => type))];
    },

    async enrollTotp({ userId, enrollmentId }, digits) {
      const [[secret = ''], profile] = await Promise.all([
        newTotpSecrets(keyring, [enrollmentId, userId]),
        profiles.find(userId),
      ]);
      const account = profile?.username ?? profile?.email ?? userId;
      return totpEnrollment(secret, { issuer, account, digits });
    },

    confirmTotp: (user, code, digits) =>
      limited(user, async () => {
        const { userId, enrollmentId, now } = user;
        const typed = withoutSeparators(code.reveal());
        if (!(await isActive(userId))) return false;
        for (const secret of await newTotpSecrets(keyring, [enrollmentId, userId])) {
          const step = await totpStep(secret, typed, { now, digits, lastStep: -1 });
          if (step === null) continue;
          await addOnce({
            ...newOne(user, 'totp', 'Authenticator app'),
            // The code is used up: it cannot sign in.
            data: { secret: await sealSecret(keyring, userId, secret), digits, last_step: step },
          });
          return true;
        }
        return false;
      }),

    newRecoveryCodes({ userId, enrollmentId }, count) {
      const set = keyring.ids[0] ?? '';
      return { codes: newCodes(keyring, { plan: [enrollmentId, userId], count, set }) ?? [], set };
    },

    async saveRecoveryCodes(user, count, set) {
      const { userId, enrollmentId } = user;
      const codes = newCodes(keyring, { plan: [enrollmentId, userId], count, set });
      if (codes === null) return false;
      const one = newOne(user, 'recovery_codes', 'Recovery codes');
      const digests = codes.map((code) => digestOf(keyring, userId, canonicalRecoveryCode(code) ?? ''));
      await addOnce({ ...one, data: { digests } });
      // The new codes are stored first: a crash in between leaves too many, never none.
      for (const { id, type } of await authenticators.list(userId))
        if (type === 'recovery_codes' && id !== one.id) await authenticators.remove(userId, id);
      return true;
    },

    check: (user, code) => limited(user, () => usesCode(user, code.reveal())),
  });
}

function newOne(
  { userId, enrollmentId, now }: SecondFactorUser,
  type: Authenticator['type'],
  name: string,
): Omit<Authenticator, 'data'> {
  // One plan adds one of a type, however often its form is sent.
  const id = digest128(JSON.stringify([enrollmentId, userId, type]));
  return { id, userId, type, name, createdAt: now, lastUsedAt: null, version: randomId() };
}

function digestsIn({ data }: Authenticator): readonly string[] {
  const digests: Json | undefined = data['digests'];
  return Array.isArray(digests) ? digests.filter((one) => typeof one === 'string') : [];
}

function isDigits(value: Json | undefined): value is TotpDigits {
  return value === 6 || value === 8;
}
