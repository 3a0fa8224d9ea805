import { isEnrollmentError } from '../base/error.js';
import { digest128, randomId } from '../base/ids.js';
import type { Json } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import { message } from '../base/message.js';
import type { AccountLock, HeldAccount } from '../ports/account-lock.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { SecondFactorAnswer, SecondFactors, SecondFactorUser, TotpDigits } from '../ports/second-factors.js';
import { createFactorLimit, type FactorLimitParts } from './factor-limit.js';
import { canonicalRecoveryCode, digestOf, digestsOf, newCodes, withoutSeparators } from './recovery-codes.js';
import { isSoleFactor } from './passkey-record.js';
import { sealSecret, unsealSecret } from './sealed-secret.js';
import type { SignInMethods } from './sign-in-methods.js';
import { storeOnce } from './store-once.js';
import { newTotpSecrets, totpEnrollment, totpStep } from './totp.js';

interface SecondFactorsParts extends FactorLimitParts {
  readonly authenticators: Authenticators;
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

/** A row may change between reading and writing it, when another code is used. */
const tries = 5;

/** In characters. */
const longestName = 64;

/** Of several that were never used, and of none at all: the one that is asked for first. */
const order: readonly Authenticator['type'][] = ['webauthn', 'totp', 'recovery_codes'];

/** Authenticator apps and recovery codes over the app's store. */
export function createSecondFactors(parts: SecondFactorsParts): SecondFactors {
  const { authenticators, profiles, keyring, accountLock, endEvidence, events, issuer, methods = null } = parts;
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

  /** Recovery codes stand in for an authenticator: alone, each sign-in would use one up. `without`: it is being removed. */
  async function removeLoneCodes(
    userId: string,
    { without, held }: { readonly without: string; readonly held: HeldAccount },
  ): Promise<void> {
    const rest = (await authenticators.list(userId)).filter(({ id }) => id !== without);
    if (rest.some(({ type }) => type !== 'recovery_codes')) return;
    for (const { id, type } of rest) {
      await held.confirm();
      await authenticators.remove(userId, id);
      events({ type: 'authenticator.removed', user: userId, authenticator: type });
    }
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

  async function usesRecoveryCode(userId: string, code: string, now: number): Promise<string | null> {
    const digests = digestsOf(keyring, userId, code);
    for (let tried = 0; tried < tries; tried += 1) {
      const all = await authenticators.list(userId);
      const one = all.find(
        (row) => row.type === 'recovery_codes' && digestsIn(row).some((own) => digests.includes(own)),
      );
      if (one === undefined) return null;
      const left = digestsIn(one).filter((own) => !digests.includes(own));
      const used = { ...one, version: randomId(), lastUsedAt: now, data: { ...one.data, digests: left } };
      if (await authenticators.update(one.version, used)) return one.id;
    }
    return null;
  }

  async function usedBy(
    { userId, now }: SecondFactorUser,
    typed: string,
    types: readonly Authenticator['type'][],
  ): Promise<string | null> {
    if (!(await isActive(userId))) return null;
    const digits = withoutSeparators(typed);
    const recovery = canonicalRecoveryCode(typed);
    if (recovery !== null) return types.includes('recovery_codes') ? usesRecoveryCode(userId, recovery, now) : null;
    if (!types.includes('totp')) return null;
    for (const one of await authenticators.list(userId))
      if (one.type === 'totp' && (await usesTotp(one, digits, now))) return one.id;
    return null;
  }

  /** A password that changes ends what a browser remembers. */
  async function passwordOf(userId: string): Promise<string> {
    try {
      return (await profiles.passwordHashes(userId, 0))[0] ?? '';
    } catch (error) {
      if (isEnrollmentError(error) && error.status !== 503) return '';
      throw error;
    }
  }

  async function markText(userId: string, authenticator: string): Promise<string> {
    return JSON.stringify(['mark', userId, authenticator, await passwordOf(userId)]);
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
      for (let tried = 0; tried < tries; tried += 1) {
        const one = await ownOne(userId, id);
        if (one === null) return false;
        if (await authenticators.update(one.version, { ...one, version: randomId(), name: short })) return true;
      }
      return false;
    },

    async remove(userId, id, { holds, announce }) {
      const one = await ownOne(userId, id);
      if (one === null) return 'absent';
      let sendNotice: (() => void) | undefined;
      const remove = async (held: HeldAccount): Promise<'removed' | 'ended'> => {
        if (!(await holds())) return 'ended';
        sendNotice = await announce?.(id);
        // Before: where the process stops in between. After: what was proved in between.
        await endEvidence(userId);
        await removeLoneCodes(userId, { without: id, held });
        await held.confirm();
        await authenticators.remove(userId, id);
        // Of two removals at once, each saw the authenticator of the other.
        await removeLoneCodes(userId, { without: id, held });
        await endEvidence(userId);
        return 'removed';
      };
      const isWayIn = isSoleFactor(one) && methods !== null;
      const outcome = isWayIn
        ? await methods.removeUnlessLast(userId, { authenticator: id }, remove)
        : await accountLock(userId, remove);
      if (outcome !== 'removed') return outcome;
      events({ type: 'authenticator.removed', user: userId, authenticator: one.type });
      sendNotice?.();
      return outcome;
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

    check: (user, code, types = order) => limited(user, () => usedBy(user, code.reveal(), types)),

    async markOf(userId, authenticator) {
      return `${authenticator}.${keyring.sign('second-factor', await markText(userId, authenticator))}`;
    },

    async isMark(userId, mark, types) {
      const [id = '', mac = ''] = mark.split('.');
      const one = (await authenticators.list(userId)).find((row) => row.id === id);
      if (one === undefined || !types.includes(one.type)) return false;
      return keyring.verify('second-factor', await markText(userId, id), mac);
    },
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
