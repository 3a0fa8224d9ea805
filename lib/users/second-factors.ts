import { digest128, randomId } from '../base/ids.js';
import type { Keyring } from '../base/keyring.js';
import { message } from '../base/message.js';
import type { AccountLock, HeldAccount } from '../ports/account-lock.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';
import type { SecondFactorAnswer, SecondFactors, SecondFactorUser } from '../ports/second-factors.js';
import { digestsIn, updateTries, useFactorCode } from './factor-codes.js';
import { createFactorLimit, type FactorLimitParts } from './factor-limit.js';
import { createFactorMarks } from './factor-marks.js';
import { canonicalRecoveryCode, digestOf, newCodes, withoutSeparators } from './recovery-codes.js';
import { removeAuthenticator } from './remove-authenticator.js';
import { sealSecret } from './sealed-secret.js';
import type { SignInMethods } from './sign-in-methods.js';
import { storeOnce } from './store-once.js';
import { newTotpSecrets, totpEnrollment, totpStep } from './totp.js';

interface SecondFactorsParts extends FactorLimitParts {
  readonly authenticators: Authenticators;
  readonly rehashed: Pick<RehashedPasswords, 'digestsOf'>;
  readonly keyring: Keyring;
  readonly ephemeralStore: EphemeralStore;
  readonly accountLock: AccountLock;
  /** What an authenticator proved before it is removed signs in no more. */
  readonly endEvidence: (userId: string) => Promise<void>;
  /** The app's name in authenticator apps. */
  readonly issuer: string;
  /** Omitted or `null`: no flow signs in by a passkey alone. */
  readonly methods?: SignInMethods | null;
}

/** In characters. */
const longestName = 64;

/** Of several that were never used, and of none at all: the one that is asked for first. */
const order: readonly Authenticator['type'][] = ['webauthn', 'totp', 'recovery_codes'];

/** Authenticator apps and recovery codes over the app's store. */
export function createSecondFactors(parts: SecondFactorsParts): SecondFactors {
  const { authenticators, profiles, keyring, issuer, methods = null } = parts;
  const limit = createFactorLimit(parts);

  /** The id of the authenticator that the code is of; `null`: of none. */
  async function limited(user: SecondFactorUser, find: () => Promise<string | null>): Promise<SecondFactorAnswer> {
    const refusal = { cause: 'second_factor', message: message('users.wrong_factor') } as const;
    return limit(user, refusal, async () => {
      const authenticator = await find();
      return authenticator === null ? null : { userId: user.userId, authenticator };
    });
  }

  async function isActive(userId: string): Promise<boolean> {
    return (await profiles.find(userId))?.active === true;
  }

  async function ownOne(userId: string, id: string): Promise<Authenticator | null> {
    return (await authenticators.list(userId)).find((one) => one.id === id) ?? null;
  }

  return Object.freeze<SecondFactors>({
    async typesOf(userId) {
      const usable = (await authenticators.list(userId)).filter(
        (one) => one.type !== 'recovery_codes' || digestsIn(one).length > 0,
      );
      const sorted = usable.toSorted(
        (one, other) =>
          (other.lastUsedAt ?? 0) - (one.lastUsedAt ?? 0) || order.indexOf(one.type) - order.indexOf(other.type),
      );
      return [...new Set(sorted.map(({ type }) => type))];
    },

    async list(userId) {
      const own = (await authenticators.list(userId)).toSorted((one, other) => other.createdAt - one.createdAt);
      return own.map(({ id, type, name, createdAt, lastUsedAt }) => ({ id, type, name, createdAt, lastUsedAt }));
    },

    async rename(userId, id, name) {
      const short = [...name].slice(0, longestName).join('');
      for (let tried = 0; tried < updateTries; tried += 1) {
        const one = await ownOne(userId, id);
        if (one === null) return false;
        if (await authenticators.update(one.version, { ...one, version: randomId(), name: short })) return true;
      }
      return false;
    },

    async remove(userId, id, request) {
      const one = await ownOne(userId, id);
      return one === null ? 'absent' : removeAuthenticator({ ...parts, methods }, one, request);
    },

    async enrollTotp({ userId, enrollmentId }, digits) {
      const [[secret = ''], profile] = await Promise.all([
        newTotpSecrets(keyring, [enrollmentId, userId]),
        profiles.find(userId),
      ]);
      const account = profile?.username ?? profile?.email ?? userId;
      return totpEnrollment(secret, { issuer, account, digits });
    },

    async confirmTotp(user, code, digits) {
      let hasEnded = false;
      const answer = await limited(user, async () => {
        const { userId, enrollmentId, now } = user;
        const typed = withoutSeparators(code.reveal());
        if (!(await isActive(userId))) return null;
        for (const secret of await newTotpSecrets(keyring, [enrollmentId, userId])) {
          const step = await totpStep(secret, typed, { now, digits, lastStep: -1 });
          if (step === null) continue;
          const one = newOne(user, 'totp', 'Authenticator app');
          // The code is used up: it cannot sign in.
          const data = { secret: await sealSecret(keyring, userId, secret), digits, last_step: step };
          const { holds, announce } = user;
          const stored = await storeOnce(parts, { one: { ...one, data }, holds, announce });
          hasEnded = stored === 'ended';
          // The code was right: it counts as no failure.
          return stored === 'absent' ? null : one.id;
        }
        return null;
      });
      return hasEnded ? { type: 'ended' } : answer;
    },

    newRecoveryCodes({ userId, enrollmentId }, count) {
      const set = keyring.ids[0] ?? '';
      return { codes: newCodes(keyring, { plan: [enrollmentId, userId], count, set }) ?? [], set };
    },

    async saveRecoveryCodes(user, count, set) {
      const { userId, enrollmentId } = user;
      const codes = newCodes(keyring, { plan: [enrollmentId, userId], count, set });
      if (codes === null) return 'unknown_set';
      const one = newOne(user, 'recovery_codes', 'Recovery codes');
      const digests = codes.map((code) => digestOf(keyring, userId, canonicalRecoveryCode(code) ?? ''));
      // The new codes are stored first: a crash in between leaves too many, never none.
      const removeEarlier = async (held: HeldAccount): Promise<void> => {
        const all = await authenticators.list(userId);
        for (const { id } of all.filter(({ type, id: other }) => type === 'recovery_codes' && other !== one.id)) {
          await held.confirm();
          await authenticators.remove(userId, id);
        }
      };
      const stored = await storeOnce(parts, {
        one: { ...one, data: { digests } },
        holds: user.holds,
        announce: user.announce,
        afterwards: removeEarlier,
      });
      if (stored === 'stored') return 'saved';
      return stored === 'absent' ? 'unknown_set' : 'ended';
    },

    check: (user, code, types = order) =>
      limited(user, async () =>
        (await isActive(user.userId)) ? useFactorCode(parts, user, { typed: code.reveal(), types }) : null,
      ),

    ...createFactorMarks(parts),
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
