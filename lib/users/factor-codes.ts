import { randomId } from '../base/ids.js';
import type { Json } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { TotpDigits } from '../ports/second-factors.js';
import { canonicalRecoveryCode, digestsOf, withoutSeparators } from './recovery-codes.js';
import { sealSecret, unsealSecret } from './sealed-secret.js';
import { totpStep } from './totp.js';

/** A row may change between reading and writing it, when another code is used. */
export const updateTries = 5;

/** How long a used code counts for the plan that used it, in milliseconds: for the second of two clicks. */
const repeatedMs = 120_000;

/**
 * Uses up a typed code of one of these types: a time step of an app, or a recovery code. Returns the id of the
 * authenticator that it is of; `null`: of none. For two minutes, the plan that used a code may send it again: the second
 * of two clicks, whose answer the browser shows, is answered as the first.
 */
export async function useFactorCode(
  { authenticators, keyring }: { readonly authenticators: Authenticators; readonly keyring: Keyring },
  { userId, enrollmentId, now }: { readonly userId: string; readonly enrollmentId: string; readonly now: number },
  { typed, types }: { readonly typed: string; readonly types: readonly Authenticator['type'][] },
): Promise<string | null> {
  const digits = withoutSeparators(typed);
  const recovery = canonicalRecoveryCode(typed);
  const type = recovery === null ? 'totp' : 'recovery_codes';
  if (!types.includes(type)) return null;
  const use = JSON.stringify(['used', userId, enrollmentId, recovery ?? digits]);
  const usedBy = keyring.sign('authenticator', use);
  return (await useNow()) ?? (await usedBefore());

  async function useNow(): Promise<string | null> {
    if (recovery !== null) return useRecoveryCode(recovery);
    for (const one of await authenticators.list(userId)) if (one.type === 'totp' && (await useTotp(one))) return one.id;
    return null;
  }

  async function usedBefore(): Promise<string | null> {
    const accepted: readonly (Json | undefined)[] = keyring.signAll('authenticator', use);
    const isRepeated = ({ data, lastUsedAt }: Authenticator): boolean =>
      accepted.includes(data['used_by']) && now - (lastUsedAt ?? 0) < repeatedMs;
    return (await authenticators.list(userId)).find((one) => one.type === type && isRepeated(one))?.id ?? null;
  }

  async function useTotp(one: Authenticator): Promise<boolean> {
    const { data, version } = one;
    const [sealed, length, lastStep] = [data['secret'], data['digits'], data['last_step']];
    if (typeof sealed !== 'string' || !isDigits(length) || typeof lastStep !== 'number') return false;
    // Before anything is opened: a code of another length is never right.
    if (digits.length !== length) return false;
    const secret = await unsealSecret(keyring, userId, sealed);
    const step = secret === null ? null : await totpStep(secret, digits, { now, digits: length, lastStep });
    if (secret === null || step === null) return false;
    const used = { ...data, secret: await sealSecret(keyring, userId, secret), last_step: step, used_by: usedBy };
    return authenticators.update(version, { ...one, version: randomId(), lastUsedAt: now, data: used });
  }

  async function useRecoveryCode(code: string): Promise<string | null> {
    const digests = digestsOf(keyring, userId, code);
    for (let tried = 0; tried < updateTries; tried += 1) {
      const all = await authenticators.list(userId);
      const one = all.find(
        (row) => row.type === 'recovery_codes' && digestsIn(row).some((own) => digests.includes(own)),
      );
      if (one === undefined) return null;
      const left = digestsIn(one).filter((own) => !digests.includes(own));
      const used = {
        ...one,
        version: randomId(),
        lastUsedAt: now,
        data: { ...one.data, digests: left, used_by: usedBy },
      };
      if (await authenticators.update(one.version, used)) return one.id;
    }
    return null;
  }
}

/** The digests of the recovery codes that are left. */
export function digestsIn({ data }: Authenticator): readonly string[] {
  const digests: Json | undefined = data['digests'];
  return Array.isArray(digests) ? digests.filter((one) => typeof one === 'string') : [];
}

function isDigits(value: Json | undefined): value is TotpDigits {
  return value === 6 || value === 8;
}
